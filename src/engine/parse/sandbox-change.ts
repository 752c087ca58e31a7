import { failure } from '../../base/error.js';
import type { SandboxChange } from '../../model/asks.js';
import type { Endpoint, Sandbox } from '../../model/records.js';
import type { Context } from '../context.js';
import { driverOf } from '../describe.js';
import { requireFreeName } from '../operations/draft-endpoint.js';
import type { PortChange } from '../publish.js';
import { changeAliases } from './aliases.js';
import { changeDns } from './dns.js';
import { parseEgress, requireInlet } from './egress.js';
import { amend } from './labels.js';
import { parseName } from './names.js';
import { matching, parsePorts } from './ports.js';
import { amendRates, holdable, refuseRates } from './rates.js';
import { called } from '../called.js';
import { withoutNames } from './without-names.js';

/** A sandbox and the endpoints in it, as a change leaves them. */
export interface ChangedSandbox {
  readonly after: Sandbox;
  readonly endpoints: readonly Endpoint[];
  /** Those to take and to give; the sandbox has its old ones still. */
  readonly ports: PortChange;
}

/**
 * What a user asks to be otherwise, checked against what there is. Nothing is done yet: each field of the change is one of the record
 * here, and all that follows from it is described from the record. Throws what refuses it.
 */
export function changeSandbox(context: Context, before: Sandbox, endpoints: readonly Endpoint[], change: SandboxChange): ChangedSandbox {
  const { process: old, egress: oldEgress, rates, ...rest } = before;
  const egress = change.egress === undefined ? oldEgress : (change.egress && parseEgress(change.egress)) || undefined;
  const networks = endpoints.map(({ network }) => context.records.networks.get(network));
  if (change.egress) for (const network of networks) requireInlet(driverOf(context, network.driver), network, egress);
  const process = change.process === undefined ? old : (change.process ?? undefined);
  if (change.dns && before.stack === 'host') withoutNames(called(before), change.dns);
  if (before.stack === 'host' && before.handed === undefined) refuseRates('host', change.rates);
  for (const { name, driver } of networks) holdable(name, driverOf(context, driver), change.rates);
  const after: Sandbox = {
    ...rest,
    ...(change.name !== undefined && { name: rename(context, before, change.name) }),
    ...(change.dns && { dns: changeDns(before.dns, change.dns) }),
    ...amendRates(rates, change.rates),
    labels: amend(before.labels, change.labels),
    ...(egress && { egress }),
    ...(process && { process }),
  };
  const named = followName(context, before, after, endpoints);
  return {
    after,
    endpoints: change.aliases ? changeAliases(context, before.name, named, change.aliases) : named,
    ports: {
      wishes: parsePorts(change.ports?.add ?? []),
      removed: (change.ports?.remove ?? []).flatMap((ask) => matching(after.name, before.ports, ask)),
      flag: '--publish-add',
    },
  };
}

function rename({ records }: Context, sandbox: Pick<Sandbox, 'id' | 'name'>, wanted: string): string {
  const name = parseName('sandbox', wanted);
  if (records.sandboxes.named(name).some(({ id }) => id !== sandbox.id)) throw failure('name-taken', { kind: 'sandbox', name });
  return name;
}

// An endpoint that has the sandbox's name has it from there.
function followName(context: Context, before: Sandbox, { name }: Sandbox, endpoints: readonly Endpoint[]): readonly Endpoint[] {
  if (name === before.name) return endpoints;
  return endpoints.map((each) => {
    if (each.name !== before.name) return each;
    requireFreeName(context, name, context.records.networks.get(each.network));
    return { ...each, name };
  });
}
