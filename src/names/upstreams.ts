import { parseIp } from '../ip/ip.js';
import { parseResolvConf } from './resolv-conf.js';
import { resolverAddress } from './resolver-address.js';
import type { ResolvingSandbox, Upstream } from './types.js';

const port = 53;
const most = 3; // MAXNS of resolv.h: no program on the host asks a fourth, nor does Docker

/**
 * The servers that the host's resolv.conf names. They are asked from the host's stack, so its loopback addresses are good:
 * systemd-resolved's 127.0.0.53 is there. What is no address is left out, and so is a fourth. Takes any text.
 */
export const hostUpstreams = (hostResolvConf: string): readonly Upstream[] =>
  parseResolvConf(hostResolvConf)
    .nameServers.flatMap((server) => upstream(server, 'host') ?? [])
    .slice(0, most);

/** A server that the user chose for a sandbox (`--dns`): it is asked from the sandbox's stack. `undefined` when it is no address, or the resolver itself. */
export function chosenUpstream(server: string): Upstream | undefined {
  const chosen = upstream(server, 'sandbox');
  return chosen?.server.replace('::ffff:', '') === resolverAddress ? undefined : chosen;
}

/**
 * Whom a sandbox asks, as a key: sandboxes with one key get the same answers from a cache. From a sandbox's own stack an
 * address may lead to another server than from the next one's.
 */
export function upstreamScope({ upstreams, path }: ResolvingSandbox): string {
  const servers = upstreams.map(({ server, zone, port: at, from }) => `${server}%${zone ?? ''}#${at}/${from}`);
  return [...(upstreams.some(({ from }) => from === 'sandbox') ? [path] : []), ...servers].join(' ');
}

function upstream(text: string, from: Upstream['from']): Upstream | undefined {
  const [address = '', zone] = text.split('%');
  const server = parseIp(address);
  return server && { server, ...(zone ? { zone } : {}), port, from };
}
