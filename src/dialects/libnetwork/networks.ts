import { groupBy } from '../../base/group-by.js';
import type { NetworkAsk } from '../../model/asks.js';
import type { Strings } from '../../model/records.js';
import { networkCreate, readAs } from './bodies.js';
import { type Call, networkOf, selected } from './call.js';
import { Refusal, removeUnused } from './refusal.js';
import { type NetworkResource, networkResource } from './resources.js';

/** `GET /networks`: all, by name (an empty one is the default network's), or by the beginning of an id. */
export async function listNetworks({ fairlead, defaults, query }: Call): Promise<readonly NetworkResource[]> {
  const { by, value, several } = selected(query, ['name', 'partial-id']);
  if (several) throw new Refusal(400, 'Unsupported query');
  const networks = await fairlead.networks.list();
  const name = value || defaults.network;
  const wanted = networks.filter((each) => (by === undefined ? true : by === 'name' ? each.name === name : each.id.startsWith(value)));
  const endpoints = groupBy(wanted.length > 0 ? await fairlead.endpoints.list() : [], ({ network }) => network);
  return wanted.map((network) => networkResource(network, endpoints.get(network.id) ?? []));
}

/** `GET /networks/{id}` */
export const getNetwork = async (call: Call): Promise<NetworkResource> => networkResource(await networkOf(call), await call.fairlead.endpoints.list());

/** `POST /networks` */
export async function createNetwork({ fairlead, defaults, request }: Call): Promise<string> {
  const body = await readAs(networkCreate, request);
  const [config] = body.ipv4_configuration;
  const ask: NetworkAsk = {
    name: body.name,
    ...(body.id && { id: body.id }),
    driver: body.network_type || defaults.driver,
    internal: flag(body.network_opts, 'com.docker.network.internal'),
    ipv6: flag(body.network_opts, 'com.docker.network.enable_ipv6'),
    options: texts(body.driver_opts),
    ...(config?.PreferredPool && { ipam: { config: [{ subnet: config.PreferredPool, ...(config.SubPool && { ipRange: config.SubPool }) }] } }),
  };
  return (await fairlead.networks.create(ask)).id;
}

/** `DELETE /networks/{id}` */
export async function removeNetwork(call: Call): Promise<void> {
  const { id, name } = await networkOf(call);
  await removeUnused(`network ${name} id ${id} has active endpoints`, () => call.fairlead.networks.remove(id, { settle: true }));
}

function flag(options: Readonly<Record<string, unknown>>, name: string): boolean {
  const value = Object.hasOwn(options, name) ? options[name] : 'false';
  if (value === 'true' || value === 'false') return value === 'true';
  throw new Refusal(400, `Invalid value for ${name}: ${JSON.stringify(value)}`);
}

const texts = (options: Readonly<Record<string, unknown>>): Strings =>
  Object.fromEntries(Object.entries(options).map(([name, value]) => [name, String(value)]));
