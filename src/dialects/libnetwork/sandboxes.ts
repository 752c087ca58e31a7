import type { PortAsk } from '../../model/asks.js';
import { readAs, sandboxCreate } from './bodies.js';
import { type Call, sandboxOf, selected } from './call.js';
import { Refusal } from './refusal.js';
import { type SandboxResource, sandboxResource } from './resources.js';

/** `GET /sandboxes`: all, by the container's id, by its beginning, or by that of the sandbox's own. */
export async function listSandboxes({ fairlead, query }: Call): Promise<readonly SandboxResource[]> {
  const { by, value, several } = selected(query, ['partial-container-id', 'container-id', 'partial-id']);
  if (several) throw new Refusal(400, 'Unsupported query');
  const wanted = ({ id, name }: { readonly id: string; readonly name: string }) => {
    if (by === 'partial-container-id') return name.startsWith(value);
    return by === undefined ? true : by === 'container-id' ? name === value : id.startsWith(value);
  };
  return (await fairlead.sandboxes.list()).filter(wanted).map(sandboxResource);
}

/** `GET /sandboxes/{sid}` */
export const getSandbox = async (call: Call): Promise<SandboxResource> => sandboxResource(await sandboxOf(call, call.ids.sandbox));

/** `POST /sandboxes` */
export async function createSandbox({ fairlead, request }: Call): Promise<string> {
  const body = await readAs(sandboxCreate, request);
  if (body.container_id === '') throw new Refusal(400, 'invalid container ID');
  const { host_name, domain_name } = body;
  const { id } = await fairlead.sandboxes.create({
    name: body.container_id,
    ...(host_name && { hostname: domain_name ? `${host_name}.${domain_name}` : host_name }),
    dns: { ...(body.dns.length > 0 && { servers: body.dns }), hosts: body.extra_hosts },
    ports: body.port_mapping.map(portAsk),
    ...(body.use_default_sandbox && { networks: [{ network: 'host' }] }),
  });
  return id;
}

/** `DELETE /sandboxes/{sid}`: what it serves is unpublished with it. */
export async function removeSandbox(call: Call): Promise<void> {
  await call.fairlead.sandboxes.remove((await sandboxOf(call, call.ids.sandbox)).id, { force: true, settle: true });
}

// Assigned numbers of IP protocols (types.go `Protocol`).
const PROTOCOLS: Readonly<Record<number, PortAsk['protocol']>> = { 6: 'tcp', 17: 'udp', 132: 'sctp' };

interface Mapping {
  readonly Proto: number;
  readonly Port: number;
  readonly HostIP: string;
  readonly HostPort: number;
  readonly HostPortEnd: number;
}

function portAsk({ Proto, Port, HostIP, HostPort, HostPortEnd }: Mapping): PortAsk {
  const protocol = PROTOCOLS[Proto];
  if (protocol === undefined) throw new Refusal(400, `Invalid body: port_mapping: ${Proto} is no transport protocol`);
  const last = Math.max(HostPort, HostPortEnd);
  const hostPort = last > HostPort ? { first: HostPort, last } : HostPort;
  return { protocol, port: Port, ...(HostIP && { hostIp: HostIP }), ...(HostPort > 0 && { hostPort }) };
}
