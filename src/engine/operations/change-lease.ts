import { perform, step } from '../../base/steps.js';
import { familyOf } from '../../ip/ip.js';
import type { Family } from '../../ip/types.js';
import type { Endpoint, Lease } from '../../model/records.js';
import { keyOf } from '../../resource/key.js';
import { announce } from '../announce.js';
import type { Context } from '../context.js';
import { declare } from '../declare.js';
import { endpointClaim, staying } from '../describe.js';
import { theirsIn } from '../theirs.js';
import { arrange } from './attach.js';

interface Change {
  readonly context: Context;
  readonly before: Endpoint;
  after: Endpoint;
  changed: readonly Endpoint[];
}

/**
 * Lets an endpoint have another lease of a family than it had, or none any more. One that says the same as before and only lasts longer is
 * recorded, and nobody is told.
 */
export async function changeLease(context: Context, before: Endpoint, family: Family, lease: Lease | undefined): Promise<void> {
  const after = withLease(before, family, lease);
  if (said(before.leases) === said(after.leases)) return context.records.keep({ endpoints: [after] });
  await perform(STEPS, { context, before, after, changed: [] });
  const { log, records } = context;
  const network = records.networks.find(after.network)?.name;
  if (lease) log.info('an endpoint has another lease', { endpoint: after.name, network, address: lease.address });
  else log.warn('an endpoint lost its lease', { endpoint: after.name, network, address: before.leases.find((each) => each.family === family)?.address });
}

// The address that a user chose stays the endpoint's wish.
function withLease({ awaits = [], ...before }: Endpoint, family: Family, lease: Lease | undefined): Endpoint {
  const isOther = (each: Lease) => each.family !== family;
  // Those of IPv4 come first, as everywhere.
  const leases = [...before.leases.filter(isOther), ...(lease ? [lease] : [])].sort((one, other) => one.family - other.family);
  const lost = lease ? [] : before.leases.flatMap((each) => (!isOther(each) && each.asked ? [each.ip] : []));
  const wishes = [...awaits.filter((each) => familyOf(each) !== family || (!lease && lost.length === 0)), ...lost];
  return { ...before, leases, ...(wishes.length > 0 && { awaits: wishes }) };
}

// All of it but how long it lasts.
const said = (leases: readonly Lease[]): string => JSON.stringify(leases.map(({ until: _, facts: __, ...rest }) => rest));

const STEPS = [
  step<Change>('record', async ({ context: { records }, before, after }) => {
    await records.keep({ endpoints: [after] });
    return () => records.keep({ endpoints: [before] });
  }),
  step<Change>('choose the ways out', async (change) => {
    const { context, after } = change;
    if (after.sandbox === undefined) return;
    const sandbox = context.records.sandboxes.get(after.sandbox);
    change.changed = arrange(context, sandbox, [], [], await theirsIn(context, sandbox)).changed;
    change.after = change.changed.find(({ id }) => id === after.id) ?? after;
  }),
  step<Change>('apply', async ({ context, after, changed }) => {
    const sandbox = context.records.sandboxes.find(after.sandbox ?? '');
    const moving = [after, ...changed.filter(({ id }) => id !== after.id)];
    const all = sandbox ? [...moving, ...staying(context, sandbox, moving)] : moving;
    const claims = () => new Map(all.map((each) => endpointClaim(context, each, all)));
    const { undo } = await declare(context, claims);
    // The first address of a subnet takes the others of it along, and the routes that they are for (__inet_del_ifa of net/ipv4/devinet.c).
    // That is this change's own doing: nobody is told that something was healed.
    await context.ledger.heal('mend', [...claims().values()].flat().map(keyOf));
    return undo;
  }),
  step<Change>('record what changed with it', ({ context: { records }, changed }) => records.keep({ endpoints: changed })),
  step<Change>('let names follow', ({ context }) => context.names.withdrawn()),
  step<Change>('announce', ({ context, after }) => announce(context, 'endpoint', after, 'changed')),
];
