import type { Id } from '../base/id.js';
import { familyOf, isUnspecified } from '../ip/ip.js';
import type { Family, Ip } from '../ip/types.js';
import type { Endpoint, Network, PublishedPort, Sandbox } from './records.js';

/** Why a port of a sandbox with these endpoints leads nowhere for now, in words for its user; nothing where it is live. */
export function waitsFor({ ip }: PublishedPort, endpoints: readonly Endpoint[], networks: ReadonlyMap<Id, Network>): string | undefined {
  const family = familyOf(ip);
  const out = endpoints.find(({ gateway, leases }) => gateway.includes(family) && leases.some((lease) => lease.family === family));
  if (!out)
    return withoutWayOut(
      family,
      endpoints.flatMap(({ network }) => networks.get(network) ?? []),
    );
  return leads(ip, networks.get(out.network)) ? undefined : 'br_netfilter is on, and with it no port is reached by ::1';
}

/** Whether a network can answer to this address of the host. Where br_netfilter sees bridged packets, answers to ::1 are lost in its hooks. */
export function leads(ip: Ip, network: Network | undefined): boolean {
  const filtered = network?.facts?.['filtered'];
  return ip !== LOOPBACK6 || !Array.isArray(filtered) || !filtered.includes('ipv6');
}

/**
 * The ports of a sandbox that are shown: those that are live, and those that wait with all their addresses. Of a port on every address
 * that has IPv4 alone only that is shown: nobody asked for IPv6.
 */
export function shownPorts(
  { ports }: Pick<Sandbox, 'ports'>,
  endpoints: readonly Endpoint[],
  networks: ReadonlyMap<Id, Network>,
): { readonly live: readonly PublishedPort[]; readonly waiting: ReadonlyMap<string, readonly PublishedPort[]> } {
  const seen = ports.map((port) => ({ port, reason: waitsFor(port, endpoints, networks) }));
  const live = seen.flatMap(({ port, reason }) => (reason === undefined ? [port] : []));
  const known = new Set(live.map(wishOf));
  const waiting = new Map<string, PublishedPort[]>();
  for (const { port, reason } of seen) {
    if (reason !== undefined && !known.has(wishOf(port))) waiting.set(reason, [...(waiting.get(reason) ?? []), port]);
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
export function withdrawal({ ip, port, target, protocol }: PublishedPort, sandbox: string): string {
  const host = isUnspecified(ip) ? '' : `${printHost(ip)}:`;
  const typed = `${host}${port}:${target}${protocol === 'tcp' ? '' : `/${protocol}`}`;
  return `end that program, or withdraw the port: fairlead sandbox update --publish-rm ${typed} ${sandbox}`;
}

/** As Docker prints it: `0.0.0.0:8080->80/tcp`, `[::]:8080->80/tcp`. */
export const printPort = (port: PublishedPort): string => printRange({ first: port, count: 1 });

/** The same, and ports that follow each other on both sides as one: `0.0.0.0:8000-8010->80-90/tcp`. Each range stands where its first port stood. */
export function printPorts(ports: readonly PublishedPort[]): readonly string[] {
  const ranges: { readonly first: PublishedPort; count: number }[] = [];
  const latest = new Map<string, (typeof ranges)[number]>();
  for (const port of ports) {
    const kind = `${port.ip} ${port.protocol}`;
    const range = latest.get(kind);
    if (range && port.port === range.first.port + range.count && port.target === range.first.target + range.count) range.count++;
    else {
      const next = { first: port, count: 1 };
      ranges.push(next);
      latest.set(kind, next);
    }
  }
  return ranges.map(printRange);
}

const printRange = ({ first, count }: { readonly first: PublishedPort; readonly count: number }): string =>
  `${printHost(first.ip)}:${span(first.port, count)}->${span(first.target, count)}/${first.protocol}`;

const span = (first: number, count: number): string => (count === 1 ? String(first) : `${first}-${first + count - 1}`);

const printHost = (ip: PublishedPort['ip']): string => (familyOf(ip) === 6 ? `[${ip}]` : ip);
