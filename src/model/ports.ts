import { familyOf } from '../ip/ip.js';
import type { Endpoint, PublishedPort } from './records.js';

/** Whether a port of a sandbox with these endpoints leads anywhere: one of them is the way out for its family. */
export const isLive = ({ ip }: PublishedPort, endpoints: readonly Endpoint[]): boolean =>
  endpoints.some(({ gateway, leases }) => gateway.includes(familyOf(ip)) && leases.some(({ family }) => family === familyOf(ip)));

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
