import { asFailure } from '../base/error.js';
import type { Claims } from '../ledger/types.js';
import type { Endpoint, Network } from '../model/records.js';
import { ipamOf } from './addresses.js';
import { apart } from './apart.js';
import type { Context } from './context.js';
import { endpointClaim, networkClaim, sandboxClaim } from './describe.js';
import { definePredefined } from './predefined.js';
import { realize } from './realize.js';

/**
 * After a start: what was acknowledged is there, what was not is rolled back, and the kernel is made to match. It does not
 * matter whether the kernel is empty (a reboot), as it was left, or half-way through an operation.
 */
export async function recover(context: Context): Promise<void> {
  await context.records.load();
  await rollBack(context);
  await renewKeys(context);
  await restoreAddresses(context);
  await definePredefined(context);
  await realizeAll(context);
  context.ledger.restore(allClaims(context));
  await mend(context);
  await context.names.begin();
}

// A link that had to be made anew has lost what hung on it: one more look finds that, and the next one that all is well.
async function mend({ ledger, log }: Context): Promise<void> {
  for (let look = 0; look < 3; look++) {
    const { plan, unmended } = await ledger.heal('mend');
    if (plan.length === 0) return;
    log.info('the kernel was made to match the records', { changes: plan.length });
    for (const error of unmended) log.error('something could not be mended', { error: asFailure(error).message });
  }
}

/** What everybody wants, by the records. */
export function allClaims(context: Context): Claims {
  const { records } = context;
  return new Map([
    ...records.networks.list().map((network) => networkClaim(context, network)),
    ...records.sandboxes.list().map(sandboxClaim),
    ...records.endpoints.list().map((each) => endpointClaim(context, each)),
  ]);
}

async function rollBack({ records }: Context): Promise<void> {
  for (const { id, state } of records.networks.list()) if (state !== 'active') await records.undefine(id);
  const sandboxes = records.sandboxes.list().filter(({ state }) => state !== 'active');
  const lost = new Set(sandboxes.map(({ id }) => id));
  const gone = records.endpoints.list().filter((each) => unfinished(each) || !records.networks.find(each.network) || (each.sandbox && lost.has(each.sandbox)));
  await records.drop({ sandboxes: [...lost], endpoints: gone.map(({ id }) => id) });
  const half = records.endpoints
    .list()
    .filter(({ state, sandbox }) => state === 'joining' || state === 'leaving' || (sandbox && !records.sandboxes.find(sandbox)));
  await records.keep({ endpoints: half.map(apart) });
}

// The host's stack is entered through the process of the daemon, which is another one now.
async function renewKeys({ records, kernel }: Context): Promise<void> {
  const key = kernel.pathOf('host');
  await records.keep({ sandboxes: records.sandboxes.list().flatMap((sandbox) => (sandbox.stack === 'host' ? [{ ...sandbox, key }] : [])) });
}

const unfinished = ({ state }: Endpoint): boolean => state === 'creating' || state === 'removing';

async function restoreAddresses(context: Context): Promise<void> {
  const { records } = context;
  for (const network of records.networks.list()) {
    const leases = records.endpointsOf(network.id).flatMap((endpoint) => endpoint.leases);
    await ipamOf(context, network).restore(network.name, network.pools, leases);
  }
}

// A network whose device cannot be had keeps its definition; doctor and the log say what is in its way.
async function realizeAll(context: Context): Promise<void> {
  for (const network of context.records.networks.list()) {
    if (network.predefined && !used(context, network)) {
      if (network.facts !== null) await context.records.realize(network.id, null);
      continue;
    }
    if (network.facts !== null) continue;
    await realize(context, network).catch((error: unknown) =>
      context.log.error('a network could not be made', { network: network.name, error: asFailure(error).message }),
    );
  }
}

const used = ({ records }: Context, { id }: Network): boolean => records.endpointsOf(id).some(({ link }) => link !== undefined);
