import { ipFromBytes } from '../../../ip/ip.js';
import type { Ip } from '../../../ip/types.js';
import type { PeerResource, Stack, WireguardResource } from '../../../resource/resource.js';
import { GENL_HDRLEN } from '../netlink/constants.js';
import { attributeList, attributes, u16 } from '../netlink/reader.js';
import type { Request } from '../request.js';
import * as wg from './constants.js';
import { wireguardMessage } from './family.js';

/** All of a link, when sent as a dump: as many messages as it takes, of which a peer may be in two. */
export const getDevice = (family: number, link: string): Request =>
  wireguardMessage(family, wg.WG_CMD_GET_DEVICE, (m) => m.attrString(wg.WGDEVICE_A_IFNAME, link));

/** One message of such a dump. */
export interface DevicePart {
  readonly key?: string;
  readonly port?: number;
  readonly peers: readonly { readonly key: string; readonly addresses: readonly string[] }[];
}

/** Reads its payload. */
export function devicePart(payload: Uint8Array): DevicePart {
  const has = attributes(payload, GENL_HDRLEN);
  const [key, port] = [keyIn(has.get(wg.WGDEVICE_A_PRIVATE_KEY)), has.get(wg.WGDEVICE_A_LISTEN_PORT)];
  const peers = [...attributeList(has.get(wg.WGDEVICE_A_PEERS) ?? EMPTY)].flatMap(({ body }) => {
    const peer = attributes(body);
    const named = keyIn(peer.get(wg.WGPEER_A_PUBLIC_KEY));
    return named === undefined
      ? []
      : [{ key: named, addresses: [...attributeList(peer.get(wg.WGPEER_A_ALLOWEDIPS) ?? EMPTY)].map((each) => prefixIn(each.body)) }];
  });
  return { ...(key !== undefined && { key }), ...(port?.length === 2 && { port: u16(port) }), peers };
}

/** What a link of a stack is, of all its parts: nobody where it has no key. */
export function deviceState(stack: Stack, link: string, parts: readonly DevicePart[]): readonly (WireguardResource | PeerResource)[] {
  const [key] = parts.flatMap((part) => part.key ?? []);
  const [port = 0] = parts.flatMap((part) => part.port ?? []);
  const peers = new Map<string, readonly string[]>();
  for (const peer of parts.flatMap((part) => part.peers)) peers.set(peer.key, [...(peers.get(peer.key) ?? []), ...peer.addresses]);
  return [
    ...(key === undefined ? [] : [{ kind: 'wireguard', in: stack, link, key, port } as const]),
    ...[...peers].map(([named, [first = '', ...others]]): PeerResource => {
      const [address, length] = first.split('/');
      const alone = others.length === 0 && length === (first.includes(':') ? '128' : '32');
      return { kind: 'peer', in: stack, link, key: named, address: (address ?? '') as Ip, ...(!alone && { altered: true }) };
    }),
  ];
}

const EMPTY: Uint8Array = new Uint8Array();

function keyIn(bytes: Uint8Array | undefined): string | undefined {
  return bytes?.length === wg.WG_KEY_LEN ? Buffer.from(bytes).toString('base64') : undefined;
}

function prefixIn(body: Uint8Array): string {
  const has = attributes(body);
  const [ip, length] = [has.get(wg.WGALLOWEDIP_A_IPADDR), has.get(wg.WGALLOWEDIP_A_CIDR_MASK)];
  return ip && (ip.length === 4 || ip.length === 16) ? `${ipFromBytes(ip)}/${length?.[0] ?? 0}` : '';
}
