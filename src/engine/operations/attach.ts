import { FairleadError, failure } from '../../base/error.js';
import { type Id, randomHex } from '../../base/id.js';
import type { Family } from '../../ip/types.js';
import type { Claims } from '../../ledger/types.js';
import { isTap } from '../../model/endpoint-kind.js';
import { SYSCTLS } from '../../model/endpoint-options.js';
import type { Endpoint, Network, Sandbox } from '../../model/records.js';
import type { Owner } from '../../resource/owner.js';
import { called } from '../called.js';
import type { Context } from '../context.js';
import { declare } from '../declare.js';
import { type Claim, driverOf, endpointClaim, nothing, sandboxClaim, sceneOf, staying } from '../describe.js';
import { gateways } from '../gateways.js';
import { canLimit } from '../parse/egress.js';
import { holdable } from '../parse/rates.js';
import { withdrawing } from '../port-mend.js';
import { firstClaim } from '../realize.js';
import { type Slot } from '../slots/slot.js';
import { slotOwner } from '../slots/slot-claim.js';
import { usedSlotResources } from '../slots/slot-resources.js';
import type { Theirs } from '../theirs.js';
import { withTunnel } from '../with-tunnel.js';
import { mayLeadOut, waysOut } from '../ways-out.js';

/** Endpoints on their way into a sandbox, and what that means for those that are in it already. */
export interface Attachment {
  /** The joining ones, with their links and gateways. */
  readonly joining: readonly Endpoint[];
  /** Those whose way out changes with it. */
  readonly changed: readonly Endpoint[];
  /** Those that go with it. */
  readonly leaving: readonly Endpoint[];
  /** What was made of it already. */
  readonly slot?: Slot;
}

/** Decides names of links and ways out. Reads memory and decides at once: nothing is awaited. Throws what forbids it. */
export function arrange(context: Context, sandbox: Sandbox, joining: readonly Endpoint[], leaving: readonly Endpoint[], theirs: Theirs): Attachment {
  const gone = new Set([...leaving, ...joining].map(({ id }) => id));
  const staying = context.records.endpointsIn(sandbox.id).filter(({ id }) => !gone.has(id));
  const networks = new Map([...staying, ...joining].map((each) => [each.id, context.records.networks.get(each.network)]));
  // Links that leave are still there: they go behind the reply.
  const names = new Set([...theirs.links, ...[...staying, ...leaving].flatMap(({ link }) => (link ? [link.inside] : []))]);
  const wished = new Set(joining.flatMap(({ interfaceName }) => interfaceName ?? []));
  const present = [...staying];
  for (const endpoint of joining) {
    allowed(context, sandbox, endpoint, present);
    present.push(endpoint);
  }
  const joined = joining.map((endpoint): Endpoint => {
    const link = endpoint.link ?? {
      outside: `fl${randomHex(11)}`,
      inside: interfaceFor(sandbox, endpoint, names, wished, prefixOf(context, endpoint)),
      ...seatOf(context, endpoint),
    };
    names.add(link.inside);
    return { ...endpoint, sandbox: sandbox.id, state: 'joining', link };
  });
  const chosen = gateways([...staying, ...joined].map((endpoint) => candidate(context, endpoint, networks.get(endpoint.id) as Network, theirs)));
  const directed = (endpoint: Endpoint): Endpoint => ({ ...endpoint, gateway: chosen.get(endpoint.id) ?? [] });
  const changed = staying.map(directed).filter((each, index) => each.gateway.join() !== staying[index]?.gateway.join());
  return { joining: joined.map(directed), changed, leaving };
}

/** Refuses a sandbox that is on this network already, before anything is taken for it. Throws `sandbox-connected`. */
export function unconnected({ records }: Context, sandbox: Sandbox, { id, name }: Network): void {
  if (records.endpointsIn(sandbox.id).some(({ network }) => network === id)) throw failure('sandbox-connected', { sandbox: sandbox.name, network: name });
}

/** All that must be claimed for an attachment: networks used for the first time, the sandbox, the endpoints. */
export function attachmentClaims(context: Context, sandbox: Sandbox, { joining, changed, leaving, slot }: Attachment): Claims {
  const networks = [...new Set(joining.map(({ network }) => network))].map((id) => context.records.networks.get(id));
  const moving = [...joining, ...changed];
  const all = [...moving, ...staying(context, sandbox, [...moving, ...leaving])];
  return new Map([
    ...networks.flatMap((network) => firstClaim(context, network)),
    // In one transaction: what the slot had passes to its sandbox and its endpoint, and the kernel hears of the rest alone.
    ...(slot ? [nothing(slotOwner(slot.id))] : []),
    sandboxClaim(sandbox),
    ...leaving.map(({ id }) => nothing(`endpoint/${id}`)),
    ...all.map(
      (endpoint): Claim =>
        slot?.id === endpoint.id ? [`endpoint/${endpoint.id}`, usedSlotResources(context, slot, sandbox, endpoint)] : endpointClaim(context, endpoint, all),
    ),
  ]);
}

/** Declares an attachment. A network's first claim outlives the undoing: others may stand on it by then, and `unrealize` ends it. */
export async function declareAttachment(context: Context, sandbox: Sandbox, attachment: Attachment): ReturnType<typeof declare> {
  const lasting = new Set(attachment.joining.map(({ network }): Owner => `network/${network}`));
  try {
    return await declare(context, () => attachmentClaims(context, sandbox, attachment), { lasting, ready: attachment.slot !== undefined });
  } catch (error) {
    throw withdrawing(withSetting(await withTunnel(context, await withParent(context, error, attachment)), attachment), sandbox.name, sandbox.ports);
  }
}

// What its network stands upon may have gone since that was made: with its hardware, or because somebody deleted it.
async function withParent({ records, kernel }: Context, error: unknown, { joining }: Attachment): Promise<unknown> {
  if (!FairleadError.is(error) || error.code !== 'kernel-absent') return error;
  const parents = joining.flatMap(({ network }) => {
    const { parent } = records.networks.get(network).facts ?? {};
    return typeof parent === 'string' ? [parent] : [];
  });
  if (parents.length === 0) return error;
  const { links } = await kernel.surroundings(parents);
  const parent = parents.find((each) => !links.some(({ name }) => name === each));
  return parent === undefined ? error : failure('parent-absent', { parent, mend: 'plug it in, or make it again' }, { cause: error });
}

// A setting that this kernel has not, or whose value it does not take: which endpoint asked for it is known here.
function withSetting(error: unknown, { joining }: Attachment): unknown {
  const code = FairleadError.is(error) ? error.code : undefined;
  if (!FairleadError.is(error) || (code !== 'kernel-absent' && code !== 'kernel-refused' && code !== 'kernel-denied')) return error;
  const [, path = '', value = ''] = /sysctl -w (\S+)=(\S+)$/.exec(String(error.values['command'])) ?? [];
  if (path === '' || !joining.some(({ options }) => options[SYSCTLS] !== undefined)) return error;
  const reason = code === 'kernel-absent' ? 'no setting of this kernel' : 'not taken by this kernel';
  const mend = 'those there are: sysctl -a; IFNAME stands for the link';
  return failure('option-invalid', { option: SYSCTLS, value: `${path.replaceAll('/', '.')}=${value}`, reason, mend }, { cause: error });
}

// Where somebody else leads outside nobody else does, but for who did before that.
function candidate(context: Context, endpoint: Endpoint, network: Network, theirs: Theirs) {
  const isFree = (family: Family) => !theirs.ways.has(family) || endpoint.gateway.includes(family);
  const ways = waysOut(context, endpoint).filter(isFree);
  return {
    endpoint,
    network,
    waysOut: ways,
    mayLeadOut: mayLeadOut(context, endpoint).filter(isFree),
    made: ways.length > 0 && driverOf(context, network.driver).asks?.inside !== undefined,
  };
}

function allowed(context: Context, sandbox: Sandbox, endpoint: Endpoint, present: readonly Endpoint[]): void {
  const { records } = context;
  const network = records.networks.get(endpoint.network);
  const driver = driverOf(context, network.driver);
  const { traits } = driver;
  const refuse = (reason: string) => failure('network-exclusive', { sandbox: called(sandbox), network: network.name, reason });
  if (present.some((each) => each.network === network.id)) throw failure('sandbox-connected', { sandbox: sandbox.name, network: network.name });
  if (sandbox.egress && !canLimit(driver, network))
    throw refuse('where it may send is limited (--egress), and there it would send past the rules of this host');
  holdable(network.name, driver, sandbox.rates);
  if (traits.stack === 'host' && (sandbox.stack !== 'host' || sandbox.handed !== undefined))
    throw refuse("it has a stack of its own, and that network is the host's");
  if (traits.stack === 'own' && sandbox.stack === 'host' && sandbox.handed === undefined) throw refuse("its stack is the host's own");
  if (isTap(endpoint) && sandbox.handed !== undefined) throw refuse('a tap is for a machine, and what takes links from here is no machine');
  if (driver.alone?.(sceneOf(context, network).options)) {
    const other = records.endpointsOf(network.id).find(({ id, link }) => id !== endpoint.id && link !== undefined);
    if (other) throw refuse(`it takes one sandbox at a time, and endpoint "${other.name}" is joined`);
  }
  const twin = sameSubnet(context, endpoint, present);
  if (twin)
    throw failure('subnet-twice', { sandbox: called(sandbox), network: network.name, subnet: twin.subnet, other: records.networks.get(twin.network).name });
  const alone = present.find((each) => !driverOf(context, records.networks.get(each.network).driver).traits.shared);
  if (alone) throw refuse(`it is on "${records.networks.get(alone.network).name}", which allows no other`);
  if (!traits.shared && present.length > 0) throw refuse('it is on other networks, and that one allows no other');
}

// Packets for one subnet go by one link. Those of a DHCP server are the segment's, on which a sandbox may have two cards.
function sameSubnet({ records }: Context, { network: on, leases }: Endpoint, present: readonly Endpoint[]) {
  const isOwn = (network: Id) => records.networks.get(network).ipam.driver !== 'dhcp';
  if (present.length === 0 || !isOwn(on)) return undefined;
  for (const { network, leases: others } of present)
    for (const { subnet } of leases) if (others.some((other) => other.subnet === subnet) && isOwn(network)) return { network, subnet };
  return undefined;
}

// Where on its network there is room for one more.
function seatOf(context: Context, { id, network: on }: Endpoint): Pick<NonNullable<Endpoint['link']>, 'leaf'> {
  const network = context.records.networks.get(on);
  const size = driverOf(context, network.driver).leafOf?.(sceneOf(context, network).options, network);
  const leaf = size === undefined ? 0 : context.records.leaves.take(on, id, size);
  return leaf === 0 ? {} : { leaf };
}

/** How the links of an endpoint's network are called in sandboxes, a number follows. */
export function prefixOf(context: Context, endpoint: Endpoint): string {
  const network = context.records.networks.get(endpoint.network);
  return driverOf(context, network.driver).interfacePrefix?.(sceneOf(context, network).options, endpoint) ?? 'eth';
}

// A name that is picked is none that another of them was given.
function interfaceFor(sandbox: Sandbox, { interfaceName }: Endpoint, names: ReadonlySet<string>, wished: ReadonlySet<string>, prefix: string): string {
  // The other engine names it in its namespace; here it only waits to be taken.
  if (sandbox.handed !== undefined) return `fd${randomHex(11)}`;
  if (interfaceName !== undefined) {
    if (names.has(interfaceName)) throw failure('interface-taken', { sandbox: called(sandbox), interface: interfaceName });
    return interfaceName;
  }
  let index = 0;
  while (names.has(`${prefix}${index}`) || wished.has(`${prefix}${index}`)) index++;
  return `${prefix}${index}`;
}
