import { perform, step } from '../../base/steps.js';
import type { Endpoint, Lease } from '../../model/records.js';
import { keyOf } from '../../resource/key.js';
import { announce } from '../announce.js';
import type { Context } from '../context.js';
import { declare } from '../declare.js';
import { endpointClaim } from '../describe.js';
import { arrange } from './attach.js';

interface Change {
  readonly context: Context;
  readonly before: Endpoint;
  after: Endpoint;
  changed: readonly Endpoint[];
}

/**
 * Lets an endpoint have another lease of IPv4 than it had, or none any more. One that says the same as before and only lasts longer is
 * recorded, and nobody is told.
 */
export async function changeLease(context: Context, before: Endpoint, lease: Lease | undefined): Promise<void> {
  const after = withLease(before, lease);
  if (said(before.leases) === said(after.leases)) return context.records.keep({ endpoints: [after] });
  await perform(STEPS, { context, before, after, changed: [] });
  const { log, records } = context;
  const network = records.networks.find(after.network)?.name;
  if (lease) log.info('an endpoint has another lease', { endpoint: after.name, network, address: lease.address });
  else log.warn('an endpoint lost its lease', { endpoint: after.name, network, address: before.leases[0]?.address });
}

// The address that a user chose stays the endpoint's wish.
function withLease({ awaits, ...before }: Endpoint, lease: Lease | undefined): Endpoint {
  const leases = [...(lease ? [lease] : []), ...before.leases.filter(({ family }) => family !== 4)];
  const wish = lease ? undefined : (before.leases.find(({ family, asked }) => family === 4 && asked)?.ip ?? awaits);
  return { ...before, leases, ...(wish !== undefined && { awaits: wish }) };
}

// All of it but how long it lasts.
const said = (leases: readonly Lease[]): string => JSON.stringify(leases.map(({ until: _, facts: __, ...rest }) => rest));

const STEPS = [
  step<Change>('record', async ({ context: { records }, before, after }) => {
    await records.keep({ endpoints: [after] });
    return () => records.keep({ endpoints: [before] });
  }),
  step<Change>('choose the ways out', (change) => {
    const { context, after } = change;
    if (after.sandbox === undefined) return;
    change.changed = arrange(context, context.records.sandboxes.get(after.sandbox), [], [], new Set()).changed;
    change.after = change.changed.find(({ id }) => id === after.id) ?? after;
  }),
  step<Change>('apply', async ({ context, after, changed }) => {
    const claims = new Map([after, ...changed].map((each) => endpointClaim(context, each)));
    const { undo } = await declare(context, claims);
    // The first address of a subnet takes the others of it along, and the routes that they are for (__inet_del_ifa of net/ipv4/devinet.c).
    // That is this change's own doing: nobody is told that something was healed.
    await context.ledger.heal('mend', [...claims.values()].flat().map(keyOf));
    return undo;
  }),
  step<Change>('record what changed with it', ({ context: { records }, changed }) => records.keep({ endpoints: changed })),
  step<Change>('let names follow', ({ context }) => context.names.withdrawn()),
  step<Change>('announce', ({ context, after }) => announce(context, 'endpoint', after, 'changed')),
];
