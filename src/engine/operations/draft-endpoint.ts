import { failure } from '../../base/error.js';
import { type Id, newId, shortId } from '../../base/id.js';
import { macFromIp, randomMac } from '../../ip/mac.js';
import type { Mac } from '../../ip/types.js';
import type { AskedPort } from '../../model/driver.js';
import type { Endpoint, Lease, Network } from '../../model/records.js';
import { giveAddresses, holderOf, ipamOf, requireCluster } from '../addresses.js';
import { takeUnused } from '../address-check/take-unused.js';
import { askEndpoint } from '../asking.js';
import type { Context } from '../context.js';
import { driverOf } from '../describe.js';
import { hasMac } from '../has-mac.js';
import type { AttachRequest } from '../parse/attach.js';
import type { Slot } from '../slots/slot.js';

/** An endpoint with its name and its addresses taken, in memory alone. */
export interface Drafted {
  readonly endpoint: Endpoint;
  readonly undo: () => Promise<void>;
}

/** An endpoint that has its addresses, and the MAC address that was known before they were asked for. */
export interface Addressed {
  readonly endpoint: Endpoint;
  readonly known?: Mac;
}

/** Takes a name and addresses for an endpoint. Throws `endpoint-name-taken`, `address-in-use` and what IPAM refuses. */
export async function draftEndpoint(
  context: Context,
  request: AttachRequest,
  fallbackName?: string,
  id: Id = newId(),
  ports?: readonly AskedPort[],
): Promise<Drafted> {
  const reserved = await reserveEndpoint(context, request, fallbackName, id);
  return completeEndpoint(context, request.network, await addressEndpoint(context, request, reserved), ports);
}

/** The same where it has its addresses: it becomes what is asked for by now. */
export const draftAddressed = (
  context: Context,
  { network, name: _, ips: __, mac: ___, ...rest }: AttachRequest,
  { endpoint, known }: Addressed,
  ports?: readonly AskedPort[],
): Promise<Drafted> => completeEndpoint(context, network, { endpoint: { ...endpoint, ...rest }, ...(known && { known }) }, ports);

/** Takes a name. Throws `endpoint-name-taken`, `mac-taken`, `address-taken`. */
export async function reserveEndpoint(context: Context, request: AttachRequest, fallbackName: string | undefined, id: Id): Promise<Endpoint> {
  const { records, clock } = context;
  const { network, name: wanted, ips: _, mac, ...rest } = request;
  const name = wanted ?? fallbackName ?? `ep-${shortId(id)}`;
  const cluster = network.scope === 'global' ? requireCluster(context.cluster, network.driver) : undefined;
  await cluster?.use(network.id);
  // First of all: between looking for a name or a MAC address and reserving it nothing is awaited.
  if (mac) await records.slots.yield(network.id, (slot) => slot.mac === mac);
  requireFreeName(context, name, network);
  requireFreeLayer2(context, request);
  const reserved: Endpoint = {
    ...rest,
    id,
    name,
    created: clock.now(),
    state: 'creating',
    network: network.id,
    leases: [],
    gateway: [],
    ...(mac && { mac }),
    ...(cluster && { host: cluster.here.name }),
  };
  records.reserve(reserved);
  return reserved;
}

/** Takes addresses for an endpoint that has a name, which is free again where there are none. Throws `address-in-use` and what IPAM refuses. */
export async function addressEndpoint(context: Context, { network, ips, linkLocals }: AttachRequest, reserved: Endpoint): Promise<Addressed> {
  const { records } = context;
  try {
    const makes = hasMac(context, network) && !driverOf(context, network.driver).take;
    // Who asks the segment is known there by it.
    const ipam = ipamOf(context, network);
    const known = reserved.mac ?? ((makes && ipam.asksSegment) || (await ipam.needsMac?.()) ? randomMac() : undefined);
    const by = holderOf({ ...reserved, ...(known && { mac: known }) });
    const macFor = (leases: readonly Lease[]) => known ?? (makes ? chooseMac(context, network, leases) : undefined);
    const { leases, mac } = await takeUnused(context, network, { ips, by, linkLocals, macFor });
    return { endpoint: { ...reserved, leases, ...(mac && { mac }) }, ...(known && { known }) };
  } catch (error) {
    records.release(reserved.id);
    throw error;
  }
}

// What it was refused has no addresses either.
async function completeEndpoint(context: Context, network: Network, { endpoint: addressed, known }: Addressed, ports?: readonly AskedPort[]): Promise<Drafted> {
  try {
    const endpoint = await askEndpoint(context, network, addressed, { ...(known && { mac: known }), ...(ports && { ports }) });
    context.records.reserve(endpoint);
    return { endpoint, undo: () => releaseEndpoint(context, endpoint) };
  } catch (error) {
    try {
      await giveAddresses(context, network, addressed.leases, holderOf(addressed));
    } finally {
      context.records.release(addressed.id);
    }
    throw error;
  }
}

/** The endpoint of a slot, under the name that it is asked for. Its addresses stay the slot's until it is used. Throws `endpoint-name-taken`. */
export function draftFromSlot(context: Context, { endpoint: made }: Slot, request: AttachRequest, fallbackName: string): Drafted {
  const { records, clock } = context;
  const { network, name: wanted, ips: _, ...rest } = request;
  const name = wanted ?? fallbackName;
  requireFreeName(context, name, network);
  const { sandbox: __, ...own } = made;
  const endpoint: Endpoint = { ...own, ...rest, name, created: clock.now(), state: 'creating', network: network.id };
  records.reserve(endpoint);
  return { endpoint, undo: async () => records.release(endpoint.id) };
}

/** Refuses a name that an endpoint of this network has. Throws `endpoint-name-taken`. */
export function requireFreeName({ records }: Context, name: string, network: Network): void {
  if (records.endpoints.named(name).some((each) => each.network === network.id)) throw failure('endpoint-name-taken', { name, network: network.name });
}

// What IPAM does not know: two of these on one link would each take the other's packets.
function requireFreeLayer2({ records }: Context, { network, mac, linkLocals }: AttachRequest): void {
  if (mac === undefined && linkLocals.length === 0) return;
  // What is for the host would be its.
  if (mac !== undefined && network.facts?.['mac'] === mac) throw failure('mac-taken', { mac, by: ' by the bridge', network: network.name });
  for (const other of records.endpointsOf(network.id)) {
    const by = ` by endpoint ${other.name}`;
    if (mac !== undefined && other.mac === mac) throw failure('mac-taken', { mac, by, network: network.name });
    const address = linkLocals.find((ip) => other.linkLocals.includes(ip));
    if (address !== undefined) throw failure('address-taken', { address, by });
  }
}

/** Gives name and addresses back. */
export async function releaseEndpoint(context: Context, endpoint: Endpoint): Promise<void> {
  const network = context.records.networks.find(endpoint.network);
  context.records.release(endpoint.id);
  await context.debts.settle((debt) => 'endpoint' in debt && debt.endpoint === endpoint.id);
  if (network) await giveAddresses(context, network, endpoint.leases, holderOf(endpoint));
}

/** Made from the IPv4 address, so that a neighbour's cache stays right when the address passes to another endpoint; unless another one was given just that. */
export function chooseMac({ records }: Context, { id }: Network, leases: readonly Lease[]): Mac {
  const first = leases.find(({ family }) => family === 4);
  const made = first && macFromIp(first.ip);
  return made && !records.givenMacs.has(id, made) ? made : randomMac();
}
