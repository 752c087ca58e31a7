import { familyOf, isUnspecified } from '../../ip/ip.js';
import type { Ip } from '../../ip/types.js';
import type { EndpointScene, Joined } from '../../model/driver.js';
import { placeOn } from '../../model/ports.js';
import { isTrusting } from '../../model/publishing.js';
import type { Lease, PublishedPort, Sandbox } from '../../model/records.js';
import { hostElement } from '../../resource/element.js';
import type { ElementResource, Resource } from '../../resource/resource.js';

type Scene = Pick<EndpointScene, 'network' | 'endpoint' | 'sandbox' | 'beside' | 'inlet'>;

/**
 * What a sandbox's ports need on this endpoint: those that lead there, where it is the way out of their family and can answer, or its network routes; and what
 * brings answers home from others that lead to another endpoint.
 */
export function describePorts(scene: Scene): readonly Resource[] {
  return [...ledHere(scene), ...ledBeside(scene)];
}

function ledHere({ network, endpoint, sandbox }: Scene): readonly Resource[] {
  const trusting = isTrusting(network);
  const led = new Set<Lease>();
  const all: Resource[] = [];
  for (const port of sandbox.ports) {
    const lease = endpoint.leases.find(({ family }) => family === familyOf(port.ip));
    const place = lease && placeOn(port, endpoint, network);
    if (!place || 'waits' in place || 'made' in place) continue;
    const host = 'host' in place ? place.host : undefined;
    all.push(...published(lease, port, host));
    if (host === undefined) continue;
    led.add(lease);
    if (trusting) all.push(hostElement(`direct${lease.family}`, target(lease, port)));
  }
  return [...endpoint.leases.filter((lease) => led.has(lease)).map(toOneself), ...all];
}

// Who is on this network too is the sandbox's neighbour, by this link: it would be answered there, past the host that it called. So the host calls in its place,
// and so does its own address on this network.
function ledBeside({ network, inlet, endpoint, sandbox, beside }: Scene): readonly Resource[] {
  if (inlet === undefined) return [];
  const isHere = ({ family }: Lease) => endpoint.leases.some((lease) => lease.family === family);
  return beside.flatMap((other) =>
    other.endpoint.leases
      .filter((lease) => isHere(lease) && isLedTo(lease, sandbox, other))
      .flatMap(({ family, ip }) => [
        ...(network.internal ? [] : [hostElement(`beside${family}`, `${ip} . ${inlet}`)]),
        ...network.pools.flatMap((pool) =>
          pool.family === family && pool.gateway !== undefined ? [hostElement(`self${family}`, `${pool.gateway} . ${ip}`)] : [],
        ),
      ]),
  );
}

function isLedTo({ family }: Lease, { ports }: Sandbox, { endpoint, network }: Joined): boolean {
  return ports.some((port) => {
    const place = familyOf(port.ip) === family ? placeOn(port, endpoint, network) : undefined;
    return place && 'host' in place;
  });
}

interface Known {
  readonly endpoint: Ip;
  readonly host: Ip | undefined;
  readonly resources: readonly Resource[];
}

// What a port that stays as it is was described as last: the same objects tell the ledger that nothing of it changed.
const known = new WeakMap<PublishedPort, Known>();

function published(lease: Lease, port: PublishedPort, host: Ip | undefined): readonly Resource[] {
  const last = known.get(port);
  if (last?.endpoint === lease.ip && last.host === host) return last.resources;
  const resources = host === undefined ? open(lease, port) : leading(lease, port, host);
  known.set(port, { endpoint: lease.ip, host, resources });
  return resources;
}

// The port of the host is held as it was taken, on all addresses say, where a network narrows to which of them it leads.
function leading({ family, ip: endpoint }: Lease, { protocol, ip: taken, port, target, held }: PublishedPort, ip: Ip): readonly Resource[] {
  const to = `${endpoint} . ${target}`;
  return [
    ...(held === false ? [] : [{ kind: 'held', in: 'host', protocol, ip: taken, port } as const]),
    isUnspecified(ip) ? hostElement(`port${family}_any`, `${protocol} . ${port}`, to) : hostElement(`port${family}`, `${ip} . ${protocol} . ${port}`, to),
    // A connection of TCP ends by itself; what goes on sending stays on the way that it began with.
    ...(protocol === 'udp' ? [{ kind: 'flows', in: 'host', ip, published: { protocol, port, to: endpoint, target } } as const] : []),
  ];
}

// The endpoint's own port, to whoever has a route there.
function open(lease: Lease, port: PublishedPort): readonly Resource[] {
  const { protocol, target: number } = port;
  return [
    hostElement(`open${lease.family}`, target(lease, port)),
    ...(protocol === 'udp' ? [{ kind: 'flows', in: 'host', ip: lease.ip, published: { protocol, port: number, to: lease.ip, target: number } } as const] : []),
  ];
}

const target = ({ ip }: Lease, { protocol, target }: PublishedPort): string => `${ip} . ${protocol} . ${target}`;

const toOneself = ({ family, ip }: Lease): ElementResource => hostElement(`self${family}`, `${ip} . ${ip}`);
