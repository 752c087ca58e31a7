import { familyOf, isUnspecified } from '../../ip/ip.js';
import type { Ip } from '../../ip/types.js';
import type { EndpointScene } from '../../model/driver.js';
import { leads } from '../../model/ports.js';
import type { Lease, PublishedPort } from '../../model/records.js';
import { hostElement } from '../../resource/element.js';
import type { ElementResource, Resource } from '../../resource/resource.js';

/** What a sandbox's ports need on this endpoint: nothing, unless it is the way out of their family and can answer. */
export function describePorts({ network, endpoint, sandbox }: Pick<EndpointScene, 'network' | 'endpoint' | 'sandbox'>): readonly Resource[] {
  // To the primary address of each.
  const leases = endpoint.leases.filter(
    ({ family }, index, all) => endpoint.gateway.includes(family) && all.findIndex((each) => each.family === family) === index,
  );
  const live = sandbox.ports.filter(({ ip }) => leads(ip, network));
  const all: Resource[] = leases.filter(({ family }) => live.some(({ ip }) => familyOf(ip) === family)).map(toOneself);
  for (const port of live) for (const lease of leases) if (lease.family === familyOf(port.ip)) all.push(...published(lease, port));
  return all;
}

// What a port that stays as it is was described as last: the same objects tell the ledger that nothing of it changed.
const known = new WeakMap<PublishedPort, { readonly endpoint: Ip; readonly resources: readonly Resource[] }>();

function published(lease: Lease, port: PublishedPort): readonly Resource[] {
  const last = known.get(port);
  if (last?.endpoint === lease.ip) return last.resources;
  const resources = describePort(lease, port);
  known.set(port, { endpoint: lease.ip, resources });
  return resources;
}

function describePort({ family, ip: endpoint }: Lease, { protocol, ip, port, target }: PublishedPort): readonly Resource[] {
  const to = `${endpoint} . ${target}`;
  return [
    { kind: 'held', in: 'host', protocol, ip, port },
    isUnspecified(ip) ? hostElement(`port${family}_any`, `${protocol} . ${port}`, to) : hostElement(`port${family}`, `${ip} . ${protocol} . ${port}`, to),
    // A connection of TCP ends by itself; what goes on sending stays on the way that it began with.
    ...(protocol === 'udp' ? [{ kind: 'flows', in: 'host', ip, published: { protocol, port, to } } as const] : []),
  ];
}

const toOneself = ({ family, ip }: Lease): ElementResource => hostElement(`self${family}`, `${ip} . ${ip}`);
