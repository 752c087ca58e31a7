import type { Endpoint } from '../../model/records.js';
import { readAs, serviceDelete, servicePublish } from './bodies.js';
import { type Call, sandboxOf, selected, serviceOf } from './call.js';
import { join, leave } from './endpoints.js';
import { inWordsOfServices, notFound, Refusal, removeUnused } from './refusal.js';
import { type EndpointResource, endpointResource, noSandbox, type SandboxResource, sandboxResource } from './resources.js';

/** `GET /services`: all, those of a network, by name, or by the beginning of an id. */
export async function listServices({ fairlead, defaults, query }: Call): Promise<readonly EndpointResource[]> {
  const { by, value, several } = selected(query, ['network', 'name', 'partial-id']);
  if (several) throw new Refusal(400, 'Unsupported query');
  const networks = new Map((await fairlead.networks.list()).map((network) => [network.id, network]));
  const nameOf = ({ network }: Endpoint) => networks.get(network)?.name ?? '';
  const wanted = (each: Endpoint) => {
    if (by === 'network') return nameOf(each) === (value || defaults.network);
    return by === undefined ? true : by === 'name' ? each.name === value : each.id.startsWith(value);
  };
  return (await fairlead.endpoints.list()).filter(wanted).map((each) => endpointResource(each, { name: nameOf(each) }));
}

/** `GET /services/{eid}` */
export async function getService(call: Call): Promise<EndpointResource> {
  const service = await published(call);
  return endpointResource(service, await call.fairlead.networks.get(service.network));
}

/** `GET /services/{eid}/backend`: one, with empty fields where there is none. */
export async function getBackend(call: Call): Promise<SandboxResource> {
  const { sandbox, sandboxName } = await published(call);
  if (sandbox === undefined) return noSandbox;
  // Of another host: programs here cannot enter it.
  return sandboxName === undefined ? sandboxResource(await sandboxOf(call, sandbox)) : { id: sandbox, key: '', container_id: sandboxName };
}

/** `POST /services` */
export async function publishService({ fairlead, defaults, request }: Call): Promise<string> {
  const { name, my_aliases, network_name } = await readAs(servicePublish, request);
  const wanted = network_name || defaults.network;
  if (wanted === '') throw new Refusal(400, 'invalid name: no network is named, and none is the default one');
  const network = (await fairlead.networks.list()).find((each) => each.name === wanted);
  if (!network) throw notFound('Network');
  return inWordsOfServices(async () => (await fairlead.endpoints.create({ network: network.id, name, aliases: my_aliases })).id);
}

/** `DELETE /services/{eid}`: with force also one whose sandbox is there. */
export async function unpublishService(call: Call): Promise<void> {
  const { force } = await readAs(serviceDelete, call.request);
  const { id, name } = await published(call);
  await removeUnused(`service with name ${name} id ${id} has active containers`, () => call.fairlead.endpoints.remove(id, { force, settle: true }));
}

/** `POST /services/{eid}/backend` */
export const attachBackend = async (call: Call): Promise<string> => join(call, await published(call));

/** `DELETE /services/{eid}/backend/{sid}` */
export const detachBackend = async (call: Call): Promise<void> => leave(call, await published(call));

async function published(call: Call): Promise<Endpoint> {
  return serviceOf(call).catch(() => {
    throw new Refusal(404, 'Service not found');
  });
}
