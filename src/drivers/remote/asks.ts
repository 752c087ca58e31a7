import { interfaceAddress } from '../../ip/interface-address.js';
import { failure } from '../../base/error.js';
import type { AskedPort, DriverAsks } from '../../model/driver.js';
import type { Endpoint, Network, Pool, Strings } from '../../model/records.js';
import type { PluginLine } from '../../plugin/ask/plugin-line.js';
import type { CreatedEndpoint, EndpointInterface } from '../../plugin/wire/endpoint.js';
import type { Subnet } from '../../plugin/wire/network.js';
import type { EndpointOptions } from '../../plugin/wire/options.js';
import { toFacts } from './facts.js';

/** What a driver of networks that is a plugin is asked, and what it is given back. */
export const remoteAsks = (name: string, line: Pick<PluginLine, 'network' | 'capabilities'>): DriverAsks => ({
  async gateways({ options, ipv6, internal }) {
    if (!(await line.capabilities()).asksForGateways) return [];
    const skips = await line.network('GwAllocCheck', { options: { ipv6, internal, generic: options, other: {} } });
    return [...(skips?.skip4 ? [4 as const] : []), ...(skips?.skip6 ? [6 as const] : [])];
  },
  async share(network) {
    const allocated = await line.network('AllocateNetwork', { network: network.id, options: network.options, ...subnetsOf(network) });
    return { ...allocated?.options };
  },
  async network(network) {
    const { id, options, ipv6, internal } = network;
    const generic = { ...options, ...allocatedOf(network) };
    await line.network('CreateNetwork', { network: id, options: { ipv6, internal, generic, other: {} }, ...subnetsOf(network) });
  },
  async endpoint(network, endpoint, { mac, ports }) {
    const said = interfaceOf(endpoint, mac);
    const options: EndpointOptions = { ...(ports && portOptions(ports)), mac, other: endpoint.options };
    const created = await line.network('CreateEndpoint', { ...refOf(network, endpoint), interface: said, options });
    const chosen = onlyChosen(name, said, created);
    return { mac: chosen.mac, addresses: [chosen.address, chosen.address6].flatMap((each) => each ?? []) };
  },
  async join(network, endpoint, sandbox, ports) {
    const joined = await line.network('Join', { ...refOf(network, endpoint), sandboxKey: sandbox.key, options: { ...portOptions(ports), other: {} } });
    return toFacts(joined ?? { routes: [], disableGatewayService: false });
  },
  async way(network, endpoint, ports) {
    await line.network('ProgramExternalConnectivity', { ...refOf(network, endpoint), options: { ...portOptions(ports), other: {} } });
  },
  info: async (network, endpoint) => (await line.network('EndpointOperInfo', refOf(network, endpoint), ONCE))?.value ?? {},
  async give(asked) {
    if (!('endpoint' in asked)) return line.network(asked.what === 'network' ? 'DeleteNetwork' : 'FreeNetwork', { network: asked.network }, ONCE);
    const ref = { network: asked.network, endpoint: asked.endpoint };
    const call = ({ way: 'RevokeExternalConnectivity', join: 'Leave', endpoint: 'DeleteEndpoint' } as const)[asked.what];
    await line.network(call, ref, ONCE);
  },
});

// Nobody waits for a plugin that is away to be told that something is no longer wanted.
const ONCE = { once: true } as const;

const refOf = ({ id: network }: Pick<Network, 'id'>, { id: endpoint }: Pick<Endpoint, 'id'>) => ({ network, endpoint });

// The spaces of libnetwork's own IPAM, whose place ours takes.
const SPACES = { local: 'LocalDefault', global: 'GlobalDefault' } as const;

const subnetOf = ({ subnet, gateway, aux, facts }: Pool, scope: Network['scope']): Subnet => ({
  space: typeof facts?.['space'] === 'string' ? facts['space'] : SPACES[scope],
  pool: subnet,
  gateway: gateway && interfaceAddress(gateway, subnet),
  aux: Object.fromEntries(Object.entries(aux).map(([name, ip]) => [name, interfaceAddress(ip, subnet)])),
});

const subnetsOf = ({ pools, scope }: Pick<Network, 'pools' | 'scope'>) => {
  const subnets = (family: 4 | 6) => pools.filter((pool) => pool.family === family).map((pool) => subnetOf(pool, scope));
  return { ipv4: subnets(4), ipv6: subnets(6) };
};

// What the plugin gave for all hosts counts beside what the user said, and before it.
const allocatedOf = ({ shared = {} }: Network): Strings =>
  Object.fromEntries(Object.entries(shared).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])));

const interfaceOf = ({ leases }: Endpoint, mac: EndpointInterface['mac']): EndpointInterface => ({
  address: leases.find(({ family }) => family === 4)?.address,
  address6: leases.find(({ family }) => family === 6)?.address,
  mac,
});

const portOptions = (ports: readonly AskedPort[]): Pick<EndpointOptions, 'exposed' | 'ports'> => ({
  exposed: [...new Map(ports.map(({ protocol, target }) => [`${protocol} ${target}`, { protocol, port: target }])).values()],
  ports: ports.map(({ protocol, ip, port, target }) => ({ protocol, port: target, hostIp: ip, hostPort: port, hostPortEnd: port })),
});

// What was said is not the plugin's to choose (libnetwork's rule for remote drivers).
function onlyChosen(plugin: string, said: EndpointInterface, created: CreatedEndpoint | undefined): EndpointInterface {
  const chosen = created?.interface ?? {};
  for (const field of ['address', 'address6', 'mac'] as const) {
    if (said[field] === undefined || chosen[field] === undefined) continue;
    throw failure('plugin-unfit', { plugin, call: 'NetworkDriver.CreateEndpoint', reason: `it chose ${chosen[field]}, where ${said[field]} was said` });
  }
  return chosen;
}
