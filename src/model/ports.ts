import { familyOf } from '../ip/ip.js';
import type { Endpoint, PublishedPort } from './records.js';

/** Whether a port of a sandbox with these endpoints leads anywhere: one of them is the way out for its family. */
export const isLive = ({ ip }: PublishedPort, endpoints: readonly Endpoint[]): boolean =>
  endpoints.some(({ gateway, leases }) => gateway.includes(familyOf(ip)) && leases.some(({ family }) => family === familyOf(ip)));

/** As Docker prints it: `0.0.0.0:8080->80/tcp`, `[::]:8080->80/tcp`. */
export const printPort = ({ ip, port, target, protocol }: PublishedPort): string => `${printHost(ip)}:${port}->${target}/${protocol}`;

const printHost = (ip: PublishedPort['ip']): string => (familyOf(ip) === 6 ? `[${ip}]` : ip);
