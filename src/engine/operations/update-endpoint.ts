import type { EndpointChange } from '../../model/asks.js';
import type { Endpoint } from '../../model/records.js';
import { perform, step } from '../../base/steps.js';
import { announce } from '../announce.js';
import type { Context } from '../context.js';
import { declare } from '../declare.js';
import { driverOf, endpointClaim, staying } from '../describe.js';
import { readAlias, readLinks, readPriority } from '../parse/attach.js';
import { amend } from '../parse/labels.js';
import { amendRates, limitable } from '../parse/rates.js';
import { withdrawing } from '../port-mend.js';
import { theirsIn } from '../theirs.js';
import { arrange } from './attach.js';
import { withEndpoint } from './with-endpoint.js';

interface Update {
  readonly context: Context;
  readonly before: Endpoint;
  after: Endpoint;
  changed: readonly Endpoint[];
}

/** Changes a living endpoint: names, labels, how fast it may be, and its rank among the ways out, which take effect at once. */
export async function updateEndpoint(context: Context, ref: string, change: EndpointChange): Promise<Endpoint> {
  return withEndpoint(context, ref, async (before) => {
    const { rates, ...rest } = before;
    const network = context.records.networks.get(before.network);
    limitable(network.name, driverOf(context, network.driver), change.rates);
    const after: Endpoint = {
      ...rest,
      ...amendRates(rates, change.rates),
      ...(change.aliases && { aliases: change.aliases.map((alias) => readAlias(alias)) }),
      ...(change.links && { links: readLinks(change.links) }),
      ...(change.gatewayPriority !== undefined && { gatewayPriority: readPriority(change.gatewayPriority) }),
      labels: amend(before.labels, change.labels),
    };
    const update = await perform(STEPS, { context, before, after, changed: [] });
    return update.after;
  });
}

const STEPS = [
  step<Update>('record', async ({ context: { records }, before, after }) => {
    await records.keep({ endpoints: [after] });
    return () => records.keep({ endpoints: [before] });
  }),
  step<Update>('choose the ways out', async (update) => {
    const { context, after } = update;
    if (!after.sandbox) return;
    const sandbox = context.records.sandboxes.get(after.sandbox);
    update.changed = arrange(context, sandbox, [], [], await theirsIn(context, sandbox)).changed;
    update.after = update.changed.find(({ id }) => id === after.id) ?? after;
  }),
  step<Update>('apply', async ({ context, after, changed }) => {
    const sandbox = context.records.sandboxes.find(after.sandbox ?? '');
    const moving = [after, ...changed.filter(({ id }) => id !== after.id)];
    const all = sandbox ? [...moving, ...staying(context, sandbox, moving)] : moving;
    const claims = () => new Map(all.map((each) => endpointClaim(context, each, all)));
    const { undo } = await declare(context, claims).catch((error: unknown) => {
      throw sandbox ? withdrawing(error, sandbox.name, sandbox.ports) : error;
    });
    return undo;
  }),
  step<Update>('record what changed with it', ({ context: { records }, changed }) => records.keep({ endpoints: changed })),
  step<Update>('let names follow', async ({ context, after }) => {
    if (after.sandbox !== undefined) await context.names.settled(after.sandbox);
  }),
  step<Update>('announce', ({ context, after }) => announce(context, 'endpoint', after, 'changed')),
];
