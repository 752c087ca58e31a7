import { macBytes } from '../../../ip/mac.js';
import type { LinkResource, LinkSpec } from '../../../resource/resource.js';
import { IFLA_ADDRESS, IFLA_IFNAME, IFLA_MTU, IFLA_NET_NS_FD, VETH_INFO_PEER } from '../constants/link.js';
import type { Request } from '../request.js';
import { addLink, type Placement } from './add-link.js';
import { linkHeader } from './link-message.js';

/** Where the other end goes: its own index, and the namespace by a descriptor, or none for that of the socket. */
export interface PeerPlacement {
  readonly index: number;
  readonly namespace?: number;
}

/**
 * `ip link add NAME type veth peer name PEER netns NS`: the peer is made directly where it belongs, since a move
 * afterwards waits for an RCU barrier. Never IFF_UP on the peer here: it would open before the pair is joined (ENOTCONN).
 */
export function addVeth(link: LinkResource, placement: Placement, peer: PeerPlacement & Extract<LinkSpec, { type: 'veth' }>['peer']): Request {
  return addLink(link, placement, 'veth', (data) =>
    data.attr(VETH_INFO_PEER, (m) => {
      linkHeader(m, { index: peer.index });
      m.attrString(IFLA_IFNAME, peer.name);
      if (peer.mac !== undefined) m.attr(IFLA_ADDRESS, macBytes(peer.mac));
      if (link.mtu !== undefined) m.attrU32(IFLA_MTU, link.mtu);
      if (peer.namespace !== undefined) m.attrU32(IFLA_NET_NS_FD, peer.namespace);
    }),
  );
}
