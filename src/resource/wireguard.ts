import { interfaceAddress } from '../ip/interface-address.js';
import { familyOf } from '../ip/ip.js';
import type { Ip } from '../ip/types.js';
import type { Hand } from './hand.js';
import type { PeerResource, Resource, Stack, WireguardResource } from './resource.js';

/** The UDP port of the host at which others reach it by WireGuard. */
export const WIREGUARD_PORT = 14_790;

/** The link of WireGuard in the stack that has no other. */
export const WIREGUARD_LINK = 'wg0';

/** The stack whose only way out is a link of WireGuard, which sends what it is sent as `mtu` bytes at most. */
export interface SecurePath {
  readonly stack: Stack;
  readonly mtu: number;
}

/** What is put around a packet: IP, UDP and WireGuard's header and tag (drivers/net/wireguard/messages.h). */
const AROUND = { 4: 20 + 8 + 32, 6: 40 + 8 + 32 } as const;

/** The size of packets within, on a path whose packets have this one. */
export const sizeWithinWireguard = (outer: number, address: Ip): number => outer - AROUND[familyOf(address)];

/**
 * The stack and its link, at which this host has the address that it has without. What is sent there to another host goes by that link or nowhere: there is no
 * other, and no rule is part of that.
 */
export function securePath({ stack, mtu }: SecurePath, address: Ip): readonly Resource[] {
  const family = familyOf(address);
  return [
    { kind: 'namespace', in: stack },
    { kind: 'link', in: stack, name: WIREGUARD_LINK, spec: { type: 'wireguard' }, mtu },
    { kind: 'address', in: stack, link: WIREGUARD_LINK, address: interfaceAddress(address, family === 4 ? 32 : 128) },
    { kind: 'up', in: stack, link: WIREGUARD_LINK },
    { kind: 'route', in: stack, family, to: 'default', dev: WIREGUARD_LINK },
  ];
}

/** What makes or removes it, as a person would type it. The private key is not told: it is read from a file. */
export function wireguardCommand(verb: 'set' | 'remove', resource: WireguardResource | PeerResource, hand: Hand): string {
  const set = `${hand.within(resource.in)}wg set ${resource.link}`;
  if (resource.kind === 'wireguard') return verb === 'set' ? `${set} listen-port ${resource.port} private-key $KEYFILE` : `${set} private-key /dev/null`;
  if (verb === 'remove') return `${set} peer ${resource.key} remove`;
  const { address } = resource;
  const [at, length] = familyOf(address) === 6 ? [`[${address}]`, 128] : [address, 32];
  return `${set} peer ${resource.key} endpoint ${at}:${WIREGUARD_PORT} allowed-ips ${address}/${length}`;
}
