import type { Endpoint } from '../../model/records.js';
import { endpointCreate, endpointJoin, readAs } from './bodies.js';
import { type Call, endpointOf, networkOf, sandboxOf, selected } from './call.js';
import { Refusal, removeUnused } from './refusal.js';
import { type EndpointResource, endpointResource } from './resources.js';

/** `GET /networks/{id}/endpoints`: all of the network, by name, or by the beginning of an id. */
export async function listEndpoints(call: Call): Promise<readonly EndpointResource[]> {
  const { by, value, several } = selected(call.query, ['name', 'partial-id']);
  if (several) throw new Refusal(400, 'Unsupported query');
  const network = await networkOf(call);
  const own = (await call.fairlead.endpoints.list()).filter((each) => each.network === network.id);
  const wanted = own.filter((each) => (by === undefined ? true : by === 'name' ? each.name === value : each.id.startsWith(value)));
  return wanted.map((endpoint) => endpointResource(endpoint, network));
}

/** `GET /networks/{id}/endpoints/{eid}` */
export async function getEndpoint(call: Call): Promise<EndpointResource> {
  const network = await networkOf(call);
  return endpointResource(await endpointOf(call), network);
}

/** `POST /networks/{id}/endpoints` */
export async function createEndpoint(call: Call): Promise<string> {
  const { name, my_aliases } = await readAs(endpointCreate, call.request);
  const network = await networkOf(call);
  return (await call.fairlead.endpoints.create({ network: network.id, name, aliases: my_aliases })).id;
}

/** `DELETE /networks/{id}/endpoints/{eid}` */
export async function removeEndpoint(call: Call): Promise<void> {
  const { id, name } = await endpointOf(call);
  await removeUnused(`endpoint with name ${name} id ${id} has active containers`, () => call.fairlead.endpoints.remove(id, { settle: true }));
}

/** `POST /networks/{id}/endpoints/{eid}/sandboxes` */
export const joinEndpoint = async (call: Call): Promise<string> => join(call, await endpointOf(call));

/** `DELETE /networks/{id}/endpoints/{eid}/sandboxes/{sid}` */
export const leaveEndpoint = async (call: Call): Promise<void> => leave(call, await endpointOf(call));

/** Puts the endpoint into the sandbox that the body names, and answers the path by which programs enter that. */
export async function join(call: Call, endpoint: Endpoint): Promise<string> {
  const { sandbox_id, aliases } = await readAs(endpointJoin, call.request);
  const sandbox = await sandboxOf(call, sandbox_id);
  const links = Object.fromEntries(aliases.map(link));
  // They are those of this attachment alone. One that is attached already keeps its own: joining it is refused.
  const others = aliases.length > 0 || endpoint.links !== undefined;
  if (endpoint.sandbox === undefined && others) await call.fairlead.endpoints.update(endpoint.id, { links });
  await call.fairlead.endpoints.join(endpoint.id, sandbox.id);
  return sandbox.key;
}

/** Takes the endpoint out of the sandbox that the path names, and of no other. */
export async function leave(call: Call, endpoint: Endpoint): Promise<void> {
  const sandbox = await sandboxOf(call, call.ids.sandbox);
  if (endpoint.sandbox !== undefined && endpoint.sandbox !== sandbox.id) {
    throw new Refusal(403, `unexpected sandbox ID in leave request. Expected ${endpoint.sandbox}. Got ${sandbox.id}`);
  }
  await call.fairlead.endpoints.leave(endpoint.id, { settle: true });
}

// `NAME:ALIAS`
function link(text: string): readonly [alias: string, name: string] {
  const [name = '', alias = '', ...more] = text.split(':');
  if (name === '' || alias === '' || more.length > 0) throw new Refusal(400, `invalid alias: ${text}`);
  return [alias, name];
}
