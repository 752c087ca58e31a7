import { familyOf, ipBytes } from '../../../ip/ip.js';
import type { Ip } from '../../../ip/types.js';
import type { PeerResource } from '../../../resource/resource.js';
import { WIREGUARD_PORT } from '../../../resource/wireguard.js';
import { AF_INET, AF_INET6 } from '../netlink/constants.js';
import type { Writer } from '../netlink/writer.js';
import type { Request } from '../request.js';
import * as wg from './constants.js';
import { wireguardMessage } from './family.js';

/** `wg set LINK peer KEY endpoint IP:PORT allowed-ips IP/32`: made, or as it should be; what it stood for else it stands for no more. */
export const setPeer = (family: number, { link, key, address }: PeerResource): Request =>
  peerMessage(family, link, key, wg.WGPEER_F_REPLACE_ALLOWEDIPS, (peer) => {
    peer.attr(wg.WGPEER_A_ENDPOINT, (m) => socketAddress(m, address));
    peer.nest(wg.WGPEER_A_ALLOWEDIPS, (all) =>
      all.nest(0, (one) => {
        const bytes = ipBytes(address);
        one
          .attrU16(wg.WGALLOWEDIP_A_FAMILY, addressFamily(address))
          .attr(wg.WGALLOWEDIP_A_IPADDR, bytes)
          .attrU8(wg.WGALLOWEDIP_A_CIDR_MASK, bytes.length * 8);
      }),
    );
  });

/** `wg set LINK peer KEY remove`; one that is not there is as good as removed. */
export const removePeer = (family: number, { link, key }: PeerResource): Request => peerMessage(family, link, key, wg.WGPEER_F_REMOVE_ME, () => {});

const peerMessage = (family: number, link: string, key: string, flags: number, body: (peer: Writer) => void): Request =>
  wireguardMessage(family, wg.WG_CMD_SET_DEVICE, (m) =>
    m.attrString(wg.WGDEVICE_A_IFNAME, link).nest(wg.WGDEVICE_A_PEERS, (peers) =>
      peers.nest(0, (peer) => {
        peer.attr(wg.WGPEER_A_PUBLIC_KEY, Buffer.from(key, 'base64')).attrU32(wg.WGPEER_A_FLAGS, flags);
        body(peer);
      }),
    ),
  );

const addressFamily = (ip: Ip): number => (familyOf(ip) === 6 ? AF_INET6 : AF_INET);

// struct sockaddr_in (include/uapi/linux/in.h) or sockaddr_in6 (in6.h).
function socketAddress(w: Writer, ip: Ip): void {
  w.u16(addressFamily(ip)).be16(WIREGUARD_PORT);
  if (familyOf(ip) === 4) w.bytes(ipBytes(ip)).zero(8);
  else w.u32(0).bytes(ipBytes(ip)).u32(0);
}
