import { familyOf, ipBytes } from '../../../ip/ip.js';
import type { LinkResource, VxlanSpec } from '../../../resource/resource.js';
import { IFLA_VXLAN_ID, IFLA_VXLAN_LEARNING, IFLA_VXLAN_LOCAL, IFLA_VXLAN_LOCAL6, IFLA_VXLAN_PORT, IFLA_VXLAN_PROXY } from '../constants/link.js';
import { ipIn } from '../ip-attribute.js';
import { attributes, u32 } from '../netlink/reader.js';
import type { Request } from '../request.js';
import { addLink, type Placement } from './add-link.js';

/**
 * `ip link add NAME netns NS type vxlan id VNI dstport PORT local IP nolearning proxy`: said to the stack by which it sends, in which its socket is
 * (vxlan_newlink of drivers/net/vxlan/vxlan_core.c), and made in the other one. Its `master` is a link of that one.
 */
export const addVxlan = (link: LinkResource, placement: Placement, { id, port, local }: VxlanSpec): Request =>
  addLink(link, placement, 'vxlan', (data) => {
    data.attrU32(IFLA_VXLAN_ID, id).attr(IFLA_VXLAN_PORT, Uint8Array.of(port >> 8, port & 0xff));
    if (local !== undefined) data.attr(familyOf(local) === 4 ? IFLA_VXLAN_LOCAL : IFLA_VXLAN_LOCAL6, ipBytes(local));
    data.attrU8(IFLA_VXLAN_LEARNING, 0).attrU8(IFLA_VXLAN_PROXY, 1);
  });

/** What IFLA_INFO_DATA of a VXLAN says: which segment it is of, and how it works. */
export interface VxlanInfo {
  readonly segment?: Pick<VxlanSpec, 'id' | 'port'>;
  /** None for one that learns, or answers for nobody: none of ours. */
  readonly tunnel?: VxlanSpec;
}

/** Reads IFLA_INFO_DATA of a VXLAN. */
export function vxlanOf(info: Uint8Array): VxlanInfo {
  const has = attributes(info);
  const [id, port, local] = [has.get(IFLA_VXLAN_ID), has.get(IFLA_VXLAN_PORT), has.get(IFLA_VXLAN_LOCAL) ?? has.get(IFLA_VXLAN_LOCAL6)];
  if (id?.length !== 4 || port?.length !== 2) return {};
  const [high = 0, low = 0] = port;
  const segment = { id: u32(id), port: high * 256 + low };
  if (has.get(IFLA_VXLAN_LEARNING)?.[0] !== 0 || has.get(IFLA_VXLAN_PROXY)?.[0] !== 1) return { segment };
  return { segment, tunnel: { type: 'vxlan', ...segment, ...(local && (local.length === 4 || local.length === 16) && { local: ipIn(local) }) } };
}
