import type { Facts } from '../base/json.js';
import type { Kernel } from '../kernel/kernel.js';
import { comesAndGoes } from '../model/comes-and-goes.js';
import type { DockerWays, HostFacts, ParentClaim } from '../model/driver.js';
import type { Network } from '../model/records.js';
import { keyOf } from '../resource/key.js';
import type { AdmissionResource, SysctlResource } from '../resource/resource.js';
import type { Survey } from '../resource/survey.js';
import { askNetwork, giveNetwork } from './asking.js';
import type { Context } from './context.js';
import { namedIn } from './named-in.js';
import { driverOf, networkClaim, nothing, sceneOf } from './describe.js';
import { waysBesideDocker } from './ways-beside-docker.js';

/** What forwards packets, by family as the set `fenced` names it. */
export const FORWARDING: readonly { readonly family: 'ipv4' | 'ipv6'; readonly sysctl: SysctlResource }[] = [
  { family: 'ipv4', sysctl: { kind: 'sysctl', in: 'host', path: 'net/ipv4/ip_forward', value: '1' } },
  { family: 'ipv6', sysctl: { kind: 'sysctl', in: 'host', path: 'net/ipv6/conf/all/forwarding', value: '1' } },
];
const BRIDGE_FILTER: readonly SysctlResource[] = [
  { kind: 'sysctl', in: 'host', path: 'net/bridge/bridge-nf-call-iptables', value: '1' },
  { kind: 'sysctl', in: 'host', path: 'net/bridge/bridge-nf-call-ip6tables', value: '1' },
];

/** Chooses what a network needs of this host, once a boot, and stores it. Throws `device-taken`, `device-claimed`, `kernel-lacks`. */
export async function realize(context: Context, network: Network): Promise<Network> {
  if (network.facts !== null) return network;
  const { realize: choose, encrypts, parseNetwork } = driverOf(context, network.driver);
  await askNetwork(context, network);
  if (!choose) return context.records.realize(network.id, {});
  const encryption = encrypts?.(parseNetwork(network.options));
  if (encryption === 'ipsec') await context.cluster?.encryption.require();
  if (encryption === 'wireguard') await context.cluster?.wireguard.require();
  const host = await hostFacts(context, network);
  // Nothing is awaited between looking at the names that others hold and holding one: two networks cannot choose the same.
  const current = context.records.networks.get(network.id);
  if (current.facts !== null) return current;
  return context.records.realize(network.id, choose(sceneOf(context, current), { ...host, ...claimed(context, current) }));
}

/** Takes a network that comes and goes out of the kernel once nothing uses it; its definition stays. */
export async function unrealize(context: Context, id: string): Promise<void> {
  const { records, queues, ledger, draining, log } = context;
  const failed = (error: unknown) => log.error('taking a network down that nothing uses', { network: id, error });
  const takeDown = async () => {
    if (!idle(context, id)) return;
    const { drained } = await ledger.declare(new Map([nothing(`network/${id}`), ...(context.cluster?.withoutPeers(id) ?? [])]));
    void draining.follow(drained, () => {}, failed);
    await records.realize(id, null);
    await giveNetwork(context, id);
  };
  if (idle(context, id)) await queues.run({ exclusive: [`network/${id}`] }, takeDown).catch(failed);
  await context.cluster?.settle(id).catch(failed);
}

/** What creating this network would choose, without storing anything. */
export async function chooseOnly(context: Context, network: Network): Promise<Facts> {
  const { realize: choose } = driverOf(context, network.driver);
  return choose ? choose(sceneOf(context, network), { ...(await hostFacts(context, network)), ...claimed(context, network) }) : {};
}

/** What a network wants, and what leads to others on it, as claims for the ledger: only if it is not there yet, with all its leaves. */
export function firstClaim(context: Context, network: Network): readonly ReturnType<typeof networkClaim>[] {
  const had = context.ledger.claimsOf(`network/${network.id}`).length;
  if (had > 0) return had < sizeOf(context, network) ? [networkClaim(context, network)] : [];
  return [networkClaim(context, network), ...(context.cluster?.withPeers(network.id) ?? [])];
}

// How much a network with leaves wants. Reckoned once for each number of them: a record is never changed in its place.
function sizeOf(context: Context, network: Network): number {
  const leaves = context.records.leaves.count(network.id);
  if (leaves === 0) return 0;
  const known = sizes.get(network);
  if (known?.leaves === leaves) return known.size;
  const size = networkClaim(context, network)[1].length;
  sizes.set(network, { leaves, size });
  return size;
}

const sizes = new WeakMap<Network, { readonly leaves: number; readonly size: number }>();

function idle({ records }: Context, id: string): boolean {
  const network = records.networks.find(id);
  return network !== undefined && comesAndGoes(network) && network.facts !== null && records.endpointsOf(id).every(({ link }) => link === undefined);
}

const claimed = (context: Context, network: Network): Pick<HostFacts, 'devices' | 'parents'> => ({
  devices: devices(context),
  parents: parentClaims(context, network.id),
});

/** What networks do with links of the host's, but for that of this id. A driver says it in its facts: a `ParentClaim`, or `parents` where there are several. */
export const parentClaims = ({ records }: Pick<Context, 'records'>, id: string | undefined): readonly ParentClaim[] =>
  records.networks.list().flatMap(({ id: other, name, facts }) => {
    const {
      parent,
      parents = parent === undefined ? [] : [parent],
      parentUse,
    } = (facts ?? {}) as Partial<ParentClaim> & { readonly parents?: readonly string[] };
    return other === id || parentUse === undefined ? [] : parents.map((each) => ({ network: name, parent: each, parentUse }));
  });

const devices = ({ records }: Context): ReadonlyMap<string, string> =>
  new Map(
    records.networks.list().flatMap(({ name, facts }) => {
      const { device, place = device } = facts ?? {};
      return typeof place === 'string' ? [[place, name] as const] : [];
    }),
  );

// How forwarding was before Fairlead: what we have turned on ourselves stands in the journal with its past.
async function hostFacts({ kernel, journal }: Context, { options }: Network): Promise<Omit<HostFacts, 'devices' | 'parents'>> {
  // The journal first: what is given back meanwhile is then still taken for what it was.
  const past = new Map(journal.list());
  const [survey, now] = [await kernel.surroundings(namedIn(options)), await kernel.was(FORWARDING.map(({ sysctl }) => sysctl))];
  const [ipv4 = false, ipv6 = false] = FORWARDING.map(({ sysctl }, index) => (past.get(keyOf(sysctl)) ?? now[index])?.['value'] === '1');
  return {
    survey,
    lacks: await kernel.lacks(),
    forwarding: { 4: ipv4, 6: ipv6 },
    bridgeFilter: await bridgeFilter(kernel),
    docker: await docker(kernel, survey),
  };
}

const IN_DOCKER: readonly AdmissionResource[] = (['ip', 'ip6'] as const).map((family) => ({ kind: 'admission', in: 'host', family, oif: '' }));

/** Where Docker's chain is, and by which links packets leave there. A host without Docker is asked for two chains and no more. */
export async function docker(kernel: Kernel, known?: Survey): Promise<DockerWays> {
  const [ipv4, ipv6] = await kernel.was(IN_DOCKER);
  if (!ipv4 && !ipv6) return {};
  const host = known ?? (await kernel.surroundings());
  return { ...(ipv4 && { 4: waysBesideDocker(host, 4) }), ...(ipv6 && { 6: waysBesideDocker(host, 6) }) };
}

/** Whether br_netfilter is on, now. */
export async function bridgeFilter(kernel: Kernel): Promise<HostFacts['bridgeFilter']> {
  const [ipv4 = false, ipv6 = false] = (await kernel.was(BRIDGE_FILTER)).map((filter) => filter?.['value'] === '1');
  return { 4: ipv4, 6: ipv6 };
}
