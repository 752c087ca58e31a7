import { interfaceAddress, splitInterfaceAddress } from '../ip/interface-address.js';
import { asFailure, failure } from '../base/error.js';
import type { Facts } from '../base/json.js';
import { familyOf, ipNumber } from '../ip/ip.js';
import { makePrefix } from '../ip/prefix.js';
import type { InterfaceAddress, Mac } from '../ip/types.js';
import type { Asked, AskedPort, Driver } from '../model/driver.js';
import type { Endpoint, Lease, Network, Sandbox } from '../model/records.js';
import type { Context } from './context.js';
import type { NetworkRequest } from './parse/network.js';
import { driverOf } from './describe.js';

/** A network that is asked for, its driver's own say in gateways heard. Throws what the plugin says. */
export async function withGateways(request: NetworkRequest): Promise<NetworkRequest> {
  const none = request.template ? [] : ((await request.driver.asks?.gateways?.(request)) ?? []);
  return none.length === 0
    ? request
    : { ...request, pools: request.pools.map((pool) => (none.includes(pool.family) ? { ...pool, wantsGateway: false } : pool)) };
}

/** What all hosts are to know of a network that one of them makes: asked for there, once. Throws what the plugin says. */
export async function askShared(context: Context, network: Network): Promise<Facts> {
  const driver = driverOf(context, network.driver);
  const share = driver.asks?.share;
  return share ? ask(context, driver, { what: 'shared', network: network.id }, () => share(network)) : {};
}

/** It is agreed on: whichever host removes the network gives it back. */
export const keepShared = ({ debts }: Context, id: string): Promise<void> => debts.forget((debt) => debt.what === 'shared' && debt.network === id);

/** It was not, after all. */
export const giveShared = ({ debts }: Context, id: string): Promise<void> => debts.settle((debt) => debt.what === 'shared' && debt.network === id);

/** Removes a network of all hosts, and then gives back what was asked for it. */
export async function removingShared(context: Context, { id, driver }: Network, remove: () => Promise<void>): Promise<void> {
  if (!driverOf(context, driver).asks?.share) return remove();
  await context.debts.owe({ what: 'shared', network: id, plugin: driver });
  try {
    await remove();
  } catch (error) {
    await keepShared(context, id);
    throw error;
  }
  await giveShared(context, id);
}

/** Asks for a network, once: what was asked for in an earlier boot is known there. Throws what the plugin says. */
export async function askNetwork(context: Context, network: Network): Promise<void> {
  const driver = driverOf(context, network.driver);
  const { asks } = driver;
  if (!asks || context.debts.has((debt) => debt.what === 'network' && debt.network === network.id)) return;
  await ask(context, driver, { what: 'network', network: network.id }, () => asks.network(network));
}

/** Gives a network back where it was asked for. */
export const giveNetwork = ({ debts }: Context, id: string): Promise<void> => debts.settle((debt) => debt.what === 'network' && debt.network === id);

/** Asks for an endpoint that has its addresses. Answers it with what was chosen there. */
export async function askEndpoint(
  context: Context,
  network: Network,
  endpoint: Endpoint,
  how: { readonly mac?: Mac; readonly ports?: readonly AskedPort[] },
): Promise<Endpoint> {
  const driver = driverOf(context, network.driver);
  const wanted = driver.asks?.endpoint;
  if (!wanted) return endpoint;
  const chosen = await ask(context, driver, { what: 'endpoint', network: network.id, endpoint: endpoint.id }, () => wanted(network, endpoint, how));
  const mac = how.mac ?? chosen.mac;
  return { ...endpoint, leases: [...endpoint.leases, ...chosen.addresses.map(leaseOf)], ...(mac && { mac }) };
}

/** Asks for the links of endpoints that join. Answers them with the facts that describe those; the undo gives all of them back. */
export async function askJoin(
  context: Context,
  sandbox: Sandbox,
  joining: readonly Endpoint[],
  ports: readonly AskedPort[],
): Promise<{ readonly endpoints: readonly Endpoint[]; readonly undo: () => Promise<void> }> {
  const { records, debts } = context;
  const held: Endpoint[] = [];
  const undo = async () => {
    for (const each of held.toReversed()) {
      await debts.settle((debt) => isJoin(debt, each));
      records.reserve(each);
    }
  };
  try {
    const endpoints: Endpoint[] = [];
    for (const endpoint of joining) {
      const network = records.networks.get(endpoint.network);
      const driver = driverOf(context, network.driver);
      const wanted = driver.asks?.join;
      if (!wanted) {
        endpoints.push(endpoint);
        continue;
      }
      await left(context, driver, endpoint);
      held.push(endpoint);
      const asked: Asked = { what: 'join', network: network.id, endpoint: endpoint.id };
      const facts = await ask(context, driver, asked, () => wanted(network, endpoint, sandbox, ports));
      endpoints.push({ ...endpoint, facts });
    }
    return { endpoints, undo };
  } catch (error) {
    await undo();
    throw error;
  }
}

/** Endpoints that are out of their sandbox, or on the way, are given back where they were asked for. */
export const giveJoins = ({ debts }: Context, endpoints: readonly Endpoint[]): Promise<void> =>
  debts.settle((debt) => endpoints.some((each) => isJoin(debt, each)));

/** Endpoints that are the way out no longer are told so. */
export const revokeWays = ({ debts }: Context, endpoints: readonly Endpoint[]): Promise<void> =>
  debts.settle((debt) => debt.what === 'way' && endpoints.some(({ id, gateway }) => id === debt.endpoint && gateway.length === 0));

// Endpoints that are the way out of their sandbox now are told so.
async function askWays(context: Context, endpoints: readonly Endpoint[], ports: readonly AskedPort[]): Promise<void> {
  for (const endpoint of endpoints) {
    const network = context.records.networks.get(endpoint.network);
    const driver = driverOf(context, network.driver);
    const wanted = driver.asks?.way;
    if (!wanted || endpoint.gateway.length === 0 || context.debts.has((debt) => debt.what === 'way' && debt.endpoint === endpoint.id)) continue;
    await ask(context, driver, { what: 'way', network: network.id, endpoint: endpoint.id }, () => wanted(network, endpoint, ports));
  }
}

/** Tells of the ways out as an attachment makes them; the undo takes those back that joined. Throws what a plugin says. */
export async function tellWays(context: Context, sandbox: Sandbox, joining: readonly Endpoint[], changed: readonly Endpoint[]): Promise<() => Promise<void>> {
  await revokeWays(context, changed);
  await askWays(context, [...joining, ...changed], askedPorts(sandbox));
  return () =>
    revokeWays(
      context,
      joining.map((each) => ({ ...each, gateway: [] })),
    );
}

/** Endpoints with what is told of them, for people: nobody else needs it, so who is silent is passed over. */
export async function withInfo(context: Context, endpoints: readonly Endpoint[]): Promise<readonly Endpoint[]> {
  return Promise.all(
    endpoints.map(async (endpoint) => {
      const network = context.records.networks.get(endpoint.network);
      const { asks } = driverOf(context, network.driver);
      if (!asks?.info || !endpoint.facts) return endpoint;
      const info = await asks.info(network, endpoint).catch((error: unknown) => {
        context.log.debug('a plugin tells nothing of an endpoint', { endpoint: endpoint.name, error: asFailure(error).message });
        return {};
      });
      return Object.keys(info).length > 0 ? { ...endpoint, facts: { ...endpoint.facts, info } } : endpoint;
    }),
  );
}

/** The published ports of a sandbox, as they are told. */
export const askedPorts = ({ ports }: Pick<Sandbox, 'ports'>): readonly AskedPort[] =>
  ports
    .filter(
      ({ ip, protocol, target }, at) => !isSecond(ip) || !ports.some((other, index) => index < at && other.protocol === protocol && other.target === target),
    )
    .map(({ protocol, ip, port, target, byDefault }) => ({ protocol, port, target, ...(!byDefault && { ip }) }));

// A port on every address is there once for each family.
const isSecond = (ip: string): boolean => ip === '::';

/** Asks, and has it written down before; what is refused is given back. */
export async function ask<T>(context: Context, driver: Driver, asked: Asked, take: () => Promise<T>): Promise<T> {
  await context.debts.owe({ ...asked, plugin: driver.name });
  try {
    return await take();
  } catch (error) {
    await context.debts.settle((debt) => isSame(debt, asked));
    throw error;
  }
}

/** One that left while its plugin was away is to leave there before it joins again. Throws `plugin-behind`. */
export async function left(context: Context, driver: Driver, endpoint: Endpoint): Promise<void> {
  const { debts } = context;
  if (!debts.has((debt) => isJoin(debt, endpoint))) return;
  await debts.settle((debt) => isJoin(debt, endpoint));
  if (debts.has((debt) => isJoin(debt, endpoint))) throw failure('plugin-behind', { plugin: driver.name, endpoint: endpoint.name });
}

const isJoin = (debt: { readonly what: string; readonly endpoint?: string }, { id }: Endpoint): boolean =>
  (debt.what === 'join' || debt.what === 'way') && debt.endpoint === id;

const isSame = (debt: { readonly what: string; readonly network: string; readonly endpoint?: string }, asked: Asked): boolean =>
  debt.what === asked.what && debt.network === asked.network && debt.endpoint === ('endpoint' in asked ? asked.endpoint : undefined);

// One that the network's IPAM did not give, and is not given back to.
function leaseOf(address: InterfaceAddress): Lease {
  const { ip, length } = splitInterfaceAddress(address);
  const family = familyOf(ip);
  return { family, subnet: makePrefix(family, ipNumber(ip), length), ip, address: interfaceAddress(ip, length), until: null, facts: { chosen: 'there' } };
}
