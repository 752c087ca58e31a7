import type { HostNow } from '../model/driver.js';
import { asFailure } from '../base/error.js';
import type { Id } from '../base/id.js';
import type { Unmended } from '../ledger/drift.js';
import type { Claims } from '../ledger/types.js';
import { comesAndGoes } from '../model/comes-and-goes.js';
import type { Endpoint, Network } from '../model/records.js';
import { ipamOf } from './addresses.js';
import { apart } from './apart.js';
import { giveUnwanted } from './asking-inside.js';
import type { Context } from './context.js';
import { endpointClaim, networkClaim, sandboxClaim } from './describe.js';
import { giveUpLost } from './lost.js';
import { mend } from './mend.js';
import { arrange } from './operations/attach.js';
import { giveBack } from './operations/give-back.js';
import { settleGateway } from './operations/settle-gateway.js';
import { withSandbox } from './operations/with-sandbox.js';
import { pay, rememberDrivers, settleDebts } from './plugin-drivers.js';
import { leaveCluster } from './leave-cluster.js';
import { definePredefined } from './predefined.js';
import { realize } from './realize.js';
import { recall } from './recall.js';
import { refreshFacts } from './refresh.js';
import { nothingTheirs, theirsOf } from './theirs.js';

// So many sandboxes are looked at in a second or two.
const MANY = 1_000;

/**
 * After a start: what was acknowledged is there, what was not is rolled back, and the kernel is made to match. It does not
 * matter whether the kernel is empty (a reboot), as it was left, or half-way through an operation. Where there are many sandboxes nobody waits until each was
 * looked at: names are answered and records told meanwhile, and a change waits for its turn in the ledger's queue. `now` is how the host is; `left` what could not be
 * mended.
 */
export async function recover(context: Context, now: Promise<HostNow>): Promise<{ readonly left: Promise<readonly Unmended[]> }> {
  await context.records.load();
  await context.debts.load((debt) => pay(context, debt));
  rememberDrivers(context);
  await leaveCluster(context);
  const gone = await rollBack(context);
  await giveUnwanted(context);
  await renewKeys(context);
  await restoreAddresses(context);
  for (const { id, ports } of context.records.sandboxes.list()) context.ports.restore(id, ports);
  await definePredefined(context);
  await recall(context);
  await realizeAll(context);
  await refreshFacts(context, await now);
  await context.cluster?.begin();
  context.ledger.restore(allClaims(context));
  releaseAll(context, gone);
  if (context.records.sandboxes.size > MANY) return { left: compareBehind(context, context.names.begin()) };
  const unmended = await mend(context);
  await context.names.begin();
  const left = await giveUpLost(context, unmended);
  await goOn(context);
  return { left: Promise.resolve(left) };
}

// Names and changes go on meanwhile, and what comes after the first look does so whatever became of that: it is tried again.
async function compareBehind(context: Context, begun: Promise<void>): Promise<readonly Unmended[]> {
  begun.catch(() => {});
  try {
    const unmended = await mend(context);
    await begun;
    return await giveUpLost(context, unmended);
  } finally {
    await goOn(context);
  }
}

async function goOn(context: Context): Promise<void> {
  context.cluster?.run();
  await settleGateways(context);
  settleDebts(context);
  context.plugins.follow((plugin) => void context.debts.retry(plugin));
}

/** What everybody wants, by the records. */
export function allClaims(context: Context): Claims {
  const { records } = context;
  return new Map([
    ...records.networks.list().map((network) => networkClaim(context, network)),
    ...records.sandboxes.list().map(sandboxClaim),
    ...records.endpoints.list().map((each) => endpointClaim(context, each)),
    ...records.networks.list().flatMap(({ id }) => context.cluster?.withPeers(id) ?? []),
    ...(context.cluster ? [context.cluster.encryption.claim(), context.cluster.wireguard.claim()] : []),
  ]);
}

/** Answers the endpoints that are no more. */
async function rollBack(context: Context): Promise<readonly Endpoint[]> {
  const { records } = context;
  const alone = await abandoned(context);
  for (const { id, state, scope } of records.networks.list()) if (state !== 'active' && scope === 'local') await records.undefine(id);
  const sandboxes = records.sandboxes.list().filter(({ id, state }) => state === 'creating' || state === 'removing' || alone.has(id));
  const lost = new Set(sandboxes.map(({ id }) => id));
  const gone = records.endpoints.list().filter((each) => unfinished(each) || !records.networks.find(each.network) || (each.sandbox && lost.has(each.sandbox)));
  await records.drop({ sandboxes: [...lost], endpoints: gone.map(({ id }) => id) });
  const half = records.endpoints
    .list()
    .filter(({ state, sandbox }) => state === 'joining' || state === 'leaving' || (sandbox && !records.sandboxes.find(sandbox)));
  await records.keep({ endpoints: half.map(apart) });
  for (const id of new Set(half.flatMap(({ sandbox }) => sandbox ?? []))) await redirect(context, id);
  return gone;
}

// A leave that was half done is done: what stays has its way out.
async function redirect(context: Context, id: Id): Promise<void> {
  const { records } = context;
  const sandbox = records.sandboxes.find(id);
  if (!sandbox) return;
  // Its path may lead nowhere any more: then it is lost, and whatever is chosen for it comes to nothing.
  const visited = sandbox.adopted === undefined ? undefined : await context.kernel.visit(sandbox.adopted).catch(() => undefined);
  await records.keep({ endpoints: arrange(context, sandbox, [], [], visited ? theirsOf(visited) : nothingTheirs).changed });
}

async function settleGateways(context: Context): Promise<void> {
  for (const sandbox of context.records.sandboxes.list()) {
    if (sandbox.state !== 'active' || !context.records.sandboxes.find(sandbox.id)) continue;
    await withSandbox(context, sandbox.id, async (now) => (now.state === 'active' ? settleGateway(context, now) : undefined)).catch((error: unknown) =>
      context.log.error('a sandbox could not be given a way out', { sandbox: sandbox.name, error: asFailure(error).message }),
    );
  }
}

// Sandboxes whose holder ended while nobody watched it.
async function abandoned({ records, kernel, log }: Context): Promise<ReadonlySet<Id>> {
  const ids = new Set<Id>();
  for (const { id, name, holder } of records.sandboxes.list()) {
    if (!holder || (await kernel.started(holder.pid)) === holder.started) continue;
    log.info('a sandbox went with its process', { sandbox: name, pid: holder.pid });
    ids.add(id);
  }
  return ids;
}

// The host's stack is entered through the process of the daemon, which is another one now.
async function renewKeys({ records, kernel }: Context): Promise<void> {
  const key = kernel.pathOf('host');
  await records.keep({
    sandboxes: records.sandboxes.list().flatMap((sandbox) => (sandbox.stack === 'host' && sandbox.handed === undefined ? [{ ...sandbox, key }] : [])),
  });
}

// What an authority of this host gave is free with the record; others are told, and nobody waits for that.
function releaseAll(context: Context, gone: readonly Endpoint[]): void {
  const theirs = gone.filter(({ network }) => {
    const found = context.records.networks.find(network);
    return found && ipamOf(context, found).asksSegment;
  });
  if (theirs.length > 0) void giveBack(context, theirs, Promise.resolve());
}

const unfinished = ({ state }: Endpoint): boolean => state === 'creating' || state === 'removing';

async function restoreAddresses(context: Context): Promise<void> {
  const { records } = context;
  for (const network of records.networks.list()) {
    if (network.scope === 'global') continue;
    const leases = records.endpointsOf(network.id).flatMap((endpoint) => endpoint.leases);
    await ipamOf(context, network).restore(network.name, network.pools, leases, network.ipam.options);
  }
}

// A network whose device cannot be had keeps its definition; doctor and the log say what is in its way.
async function realizeAll(context: Context): Promise<void> {
  for (const network of context.records.networks.list()) {
    if (comesAndGoes(network) && !used(context, network)) {
      if (network.facts !== null) await context.records.realize(network.id, null);
      continue;
    }
    if (network.facts !== null || network.template) continue;
    await realize(context, network).catch((error: unknown) =>
      context.log.error('a network could not be made', { network: network.name, error: asFailure(error).message }),
    );
  }
}

const used = ({ records }: Context, { id }: Network): boolean => records.endpointsOf(id).some(({ link }) => link !== undefined);
