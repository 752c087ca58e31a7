import type { Id } from '../base/id.js';
import type { Facts } from '../base/json.js';
import { familyOf, isUnspecified } from '../ip/ip.js';
import type { Family, Ip } from '../ip/types.js';
import { bindingOf, isPlugins, modeOf, passesHost } from './publishing.js';
import type { Endpoint, Network, PublishedPort, Sandbox } from './records.js';

/**
 * Where a port of a sandbox is on one of its endpoints: at an address of the host, at the endpoint's own, there too but by what others made (`made`), or, for
 * a reason, nowhere yet.
 */
export type Place = { readonly host: Ip } | { readonly own: true } | { readonly made: true } | { readonly waits: string };

/** Where it is on this endpoint; nothing where that is not its way out. */
export function placeOn(port: PublishedPort, endpoint: Pick<Endpoint, 'gateway' | 'leases' | 'facts'>, network: Network): Place | undefined {
  const family = familyOf(port.ip);
  if (network.internal || !endpoint.leases.some((lease) => lease.family === family)) return undefined;
  if (modeOf(network, family) === 'routed') return { own: true };
  if (!endpoint.gateway.includes(family)) return undefined;
  if (isMapped(port, endpoint.facts)) return { made: true };
  if (isPlugins(network)) return { waits: `driver ${network.driver} of network "${network.name}" is a plugin, and publishes ports by itself if it does` };
  if (!passesHost(network)) return { waits: `network "${network.name}" does not pass this host: others reach the sandbox at its own address` };
  if (port.port === 0) return { waits: 'it was published where its network routed, and has no port of the host; publish it anew' };
  const host = bound(port, bindingOf(network));
  if (host === undefined) return { waits: `network "${network.name}" publishes at ${bindingOf(network)}` };
  return leads(host, network) ? { host } : { waits: 'br_netfilter is on, and with it no port is reached by ::1' };
}

// What CNI's plugins were told of, who declare that they map ports.
function isMapped({ protocol, port, target }: PublishedPort, facts: Facts | undefined): boolean {
  const { portMappings } = (facts?.['capabilities'] ?? {}) as { readonly portMappings?: readonly Facts[] };
  return portMappings?.some((told) => told['hostPort'] === port && told['containerPort'] === target && told['protocol'] === protocol) ?? false;
}

/** Why a port of a sandbox with these endpoints leads nowhere for now, in words for its user; nothing where it is live. */
export function waitsFor(port: PublishedPort, endpoints: readonly Endpoint[], networks: ReadonlyMap<Id, Network>): string | undefined {
  const place = placeOf(port, endpoints, networks);
  return 'waits' in place ? place.waits : undefined;
}

function placeOf(port: PublishedPort, endpoints: readonly Endpoint[], networks: ReadonlyMap<Id, Network>): Place {
  const places = endpoints.flatMap((endpoint) => {
    const network = networks.get(endpoint.network);
    return (network && placeOn(port, endpoint, network)) ?? [];
  });
  const best = places.find((place) => 'host' in place || 'made' in place) ?? places.find((place) => 'own' in place) ?? places[0];
  if (best) return best;
  return {
    waits: withoutWayOut(
      familyOf(port.ip),
      endpoints.flatMap(({ network }) => networks.get(network) ?? []),
    ),
  };
}

// A port whose address nobody chose is where its network publishes, and never at more than that.
function bound({ ip, byDefault }: PublishedPort, binding: Ip | undefined): Ip | undefined {
  if (!byDefault || binding === undefined || ip === binding) return ip;
  return isUnspecified(ip) && familyOf(ip) === familyOf(binding) ? binding : undefined;
}

// Where br_netfilter sees bridged packets, answers to ::1 are lost in its hooks.
function leads(ip: Ip, { facts }: Network): boolean {
  const filtered = facts?.['filtered'];
  return ip !== LOOPBACK6 || !Array.isArray(filtered) || !filtered.includes('ipv6');
}

/**
 * The ports of a sandbox that are shown: those that are live, as they are (of one at the endpoint's own address the host's port is 0), and those that wait with all their addresses. Of a port on every address
 * that has IPv4 alone only that is shown: nobody asked for IPv6.
 */
export function shownPorts(
  { ports }: Pick<Sandbox, 'ports'>,
  endpoints: readonly Endpoint[],
  networks: ReadonlyMap<Id, Network>,
): { readonly live: readonly PublishedPort[]; readonly waiting: ReadonlyMap<string, readonly PublishedPort[]> } {
  const seen = ports.map((port) => ({ port, place: placeOf(port, endpoints, networks) }));
  const live = seen.flatMap(({ port, place }) =>
    'host' in place ? [{ ...port, ip: place.host }] : 'made' in place ? [port] : 'own' in place ? [{ ...port, port: 0 }] : [],
  );
  const known = new Set(seen.flatMap(({ port, place }) => ('waits' in place ? [] : [wishOf(port)])));
  const waiting = new Map<string, PublishedPort[]>();
  for (const { port, place } of seen) {
    if ('waits' in place && !known.has(wishOf(port))) waiting.set(place.waits, [...(waiting.get(place.waits) ?? []), port]);
  }
  return { live, waiting };
}

const LOOPBACK6: string = '::1';

const wishOf = ({ protocol, port, target }: PublishedPort): string => `${protocol} ${port} ${target}`;

function withoutWayOut(family: Family, networks: readonly Network[]): string {
  const named = networks.map(({ name }) => `"${name}"`).join(', ');
  const [many, has] = networks.length === 1 ? [`network ${named}`, 'has'] : [`networks ${named}`, 'have'];
  if (networks.length === 0) return 'the sandbox is on no network';
  if (networks.some(({ driver }) => driver === 'host')) return `on network ${named} a program has the host's ports as it is`;
  if (networks.every((network) => !network[`ipv${family}`])) return `${many} ${has} no IPv${family}`;
  if (networks.every(({ internal }) => internal)) return `${many} ${networks.length === 1 ? 'is' : 'are'} internal`;
  return `${many} ${has} no way out by IPv${family}`;
}

/** The way out for a port that a sandbox has and another program holds. */
export const withdrawal = (port: PublishedPort, sandbox: string): string => `end that program, or withdraw the port: ${withdrawalCommand(port, sandbox)}`;

/** The command that withdraws a port of a sandbox. */
export function withdrawalCommand({ ip, port, target, protocol }: PublishedPort, sandbox: string): string {
  const host = isUnspecified(ip) ? '' : `${printHost(ip)}:`;
  const typed = `${host}${port}:${target}${protocol === 'tcp' ? '' : `/${protocol}`}`;
  return `fairlead sandbox update --publish-rm ${typed} ${sandbox}`;
}

/** As Docker prints it: `0.0.0.0:8080->80/tcp`, `[::]:8080->80/tcp`; `80/tcp` where no port of the host leads there. */
export const printPort = (port: PublishedPort): string => printRange({ first: port, count: 1 });

/** The same, and ports that follow each other on both sides as one: `0.0.0.0:8000-8010->80-90/tcp`. Each range stands where its first port stood. */
export function printPorts(ports: readonly PublishedPort[]): readonly string[] {
  const ranges: { readonly first: PublishedPort; count: number }[] = [];
  const latest = new Map<string, (typeof ranges)[number]>();
  for (const port of ports) {
    const kind = port.port === 0 ? port.protocol : `${port.ip} ${port.protocol}`;
    const range = latest.get(kind);
    if (range && port.port === 0 && port.target === range.first.target + range.count - 1) continue; // the same by its other family
    if (range && port.port === (port.port && range.first.port + range.count) && port.target === range.first.target + range.count) range.count++;
    else {
      const next = { first: port, count: 1 };
      ranges.push(next);
      latest.set(kind, next);
    }
  }
  return ranges.map(printRange);
}

const printRange = ({ first, count }: { readonly first: PublishedPort; readonly count: number }): string =>
  `${first.port === 0 ? '' : `${printHost(first.ip)}:${span(first.port, count)}->`}${span(first.target, count)}/${first.protocol}`;

const span = (first: number, count: number): string => (count === 1 ? String(first) : `${first}-${first + count - 1}`);

const printHost = (ip: PublishedPort['ip']): string => (familyOf(ip) === 6 ? `[${ip}]` : ip);
