import { failure } from '../../base/error.js';
import { type Id, randomHex, shortId } from '../../base/id.js';
import type { SandboxAsk } from '../../model/asks.js';
import type { Sandbox } from '../../model/records.js';
import type { Stack } from '../../resource/resource.js';
import { called } from '../called.js';
import type { Context } from '../context.js';
import { driverOf } from '../describe.js';
import { RESOLVER_PORT } from '../describe-names.js';
import type { AttachRequest } from '../parse/attach.js';
import { parseDns } from '../parse/dns.js';
import { parseEgress } from '../parse/egress.js';
import { parseHanded } from '../parse/handed.js';
import { parseHostname } from '../parse/names.js';
import { parseRates, refuseRates } from '../parse/rates.js';
import { withoutNames } from '../parse/without-names.js';

/** Its id, and its stack where that is there already. */
export interface Place {
  readonly id: Id;
  readonly stack?: Stack;
}

/** The record of a sandbox that is asked for, before anything is taken for it. Throws `network-exclusive`, `value-invalid`. */
export function draftSandbox(context: Context, { id, stack: ready }: Place, name: string, ask: SandboxAsk, requests: readonly AttachRequest[]): Sandbox {
  const ofHost = requests.some(({ network }) => driverOf(context, network.driver).traits.stack === 'host');
  const sandbox = called({ id, name, state: 'creating' });
  const handed = parseHanded(ask);
  if (ofHost && ask.netns !== undefined) throw failure('network-exclusive', { sandbox, network: 'host', reason: 'it has a namespace of its own' });
  if (ofHost) withoutNames(sandbox, ask.dns ?? {});
  if (ofHost) refuseRates('host', ask.rates);
  const stack: Stack = ofHost || handed !== undefined ? 'host' : (ready ?? `ns/${randomHex(12)}`);
  return {
    id,
    name,
    created: context.clock.now(),
    state: 'creating',
    stack,
    key: handed ?? context.kernel.pathOf(stack),
    ...(handed !== undefined && { handed }),
    ...(ask.netns !== undefined && { adopted: ask.netns }),
    cookie: '',
    hostname: parseHostname(ask.hostname ?? shortId(id)),
    dns: parseDns(ask.dns),
    ...(stack !== 'host' && { resolver: RESOLVER_PORT }),
    labels: ask.labels ?? {},
    ports: [],
    ...(ask.egress && { egress: parseEgress(ask.egress) }),
    ...parseRates(ask.rates),
  };
}
