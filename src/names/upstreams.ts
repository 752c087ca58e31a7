import { parseIp } from '../ip/ip.js';
import type { Ip } from '../ip/types.js';
import { parseResolvConf } from './resolv-conf.js';
import { resolverAddress } from '../ip/resolver-address.js';
import type { ResolvingSandbox, Upstream } from './types.js';

const port = 53;
const most = 3; // MAXNS of resolv.h: no program on the host asks a fourth, nor does Docker

/**
 * The servers that the host's resolv.conf names. They are asked from the host's stack, so its loopback addresses are good:
 * systemd-resolved's 127.0.0.53 is there. What is no address is left out, and so is a fourth. Takes any text.
 */
export const hostUpstreams = (hostResolvConf: string): readonly Upstream[] =>
  parseResolvConf(hostResolvConf)
    .nameServers.flatMap((server) => hostUpstream(server) ?? [])
    .slice(0, most);

/** The servers that the user chose for a sandbox (`--dns`): they are asked from its stack. The resolver itself is not among them. */
export const chosenUpstreams = (servers: readonly Ip[]): readonly Upstream[] =>
  servers
    .filter((server) => !isResolver(server))
    .map((server) => ({ server, port, from: 'sandbox' as const }))
    .slice(0, most);

/** Why nobody can be asked at this address, for people; `undefined` for one that may be a server's. */
export function noServer(server: Ip): string | undefined {
  if (isResolver(server)) return 'the resolver itself';
  return ['0.0.0.0', '::'].includes(server.replace('::ffff:', '')) ? 'no address of a server' : undefined;
}

/**
 * Whom a sandbox asks, as a key: sandboxes with one key get the same answers from a cache. From a sandbox's own stack an
 * address may lead to another server than from the next one's.
 */
export function upstreamScope({ upstreams, path }: ResolvingSandbox): string {
  const servers = upstreams.map(({ server, zone, port: at, from }) => `${server}%${zone ?? ''}#${at}/${from}`);
  return [...(upstreams.some(({ from }) => from === 'sandbox') ? [path] : []), ...servers].join(' ');
}

const isResolver = (server: Ip): boolean => server.replace('::ffff:', '') === resolverAddress;

function hostUpstream(text: string): Upstream | undefined {
  const [address = '', zone] = text.split('%');
  const server = parseIp(address);
  return server && { server, ...(zone ? { zone } : {}), port, from: 'host' };
}
