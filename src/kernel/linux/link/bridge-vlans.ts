import { LAST_VLAN, otherVlans, portVlans } from '../../../resource/port-vlans.js';
import type { PortVlan } from '../../../resource/resource.js';
import {
  BRIDGE_FLAGS_SELF,
  BRIDGE_VLAN_INFO_PVID,
  BRIDGE_VLAN_INFO_RANGE_BEGIN,
  BRIDGE_VLAN_INFO_RANGE_END,
  BRIDGE_VLAN_INFO_UNTAGGED,
  IFLA_AF_SPEC,
  IFLA_BRIDGE_FLAGS,
  IFLA_BRIDGE_VLAN_INFO,
  IFLA_EXT_MASK,
  RTEXT_FILTER_BRVLAN_COMPRESSED,
  RTM_DELLINK,
  RTM_GETLINK,
  RTM_SETLINK,
} from '../constants/link.js';
import { AF_BRIDGE } from '../constants/socket.js';
import { attributeList, attributes, u16, u32 } from '../netlink/reader.js';
import type { Writer } from '../netlink/writer.js';
import type { Request } from '../request.js';
import { LINK_ATTRIBUTES, linkMessage } from './link-message.js';

/** `bridge vlan del` of all others and `bridge vlan add` of these: of a port, or with `own` of a bridge's own place. EOPNOTSUPP where the kernel has no VLANs of bridges. */
export const setVlans = (index: number, vlans: readonly PortVlan[], own: boolean): readonly Request[] => [
  ...(otherVlans(vlans).length > 0 ? [request(RTM_DELLINK, index, otherVlans(vlans), own)] : []),
  ...(vlans.length > 0 ? [request(RTM_SETLINK, index, vlans, own)] : []),
];

const request =
  (type: number, index: number, vlans: readonly PortVlan[], own: boolean): Request =>
  (w, sequence, flags) =>
    linkMessage(w, type, flags, sequence, { index, family: AF_BRIDGE }, (m) =>
      m.nest(IFLA_AF_SPEC, (spec) => {
        if (own) spec.attrU16(IFLA_BRIDGE_FLAGS, BRIDGE_FLAGS_SELF);
        for (const each of vlans) put(spec, each);
      }),
    );

function put(w: Writer, { from, to, pvid, untagged }: PortVlan): void {
  const form = (untagged ? BRIDGE_VLAN_INFO_UNTAGGED : 0) | (pvid ? BRIDGE_VLAN_INFO_PVID : 0);
  if (from === to) return info(w, form, from);
  info(w, form | BRIDGE_VLAN_INFO_RANGE_BEGIN, from);
  info(w, form | BRIDGE_VLAN_INFO_RANGE_END, to);
}

const info = (w: Writer, flags: number, id: number): void => void w.attr(IFLA_BRIDGE_VLAN_INFO, (body) => void body.u16(flags).u16(id));

/** All ports of the socket's namespace with their VLANs, and all bridges with those of their own places, when sent as a dump. */
export const getVlans: Request = (w, sequence, flags) =>
  linkMessage(w, RTM_GETLINK, flags, sequence, { family: AF_BRIDGE }, (m) => m.attrU32(IFLA_EXT_MASK, RTEXT_FILTER_BRVLAN_COMPRESSED));

/** Reads the payload of RTM_NEWLINK of AF_BRIDGE. */
export function vlansState(payload: Uint8Array): { readonly index: number; readonly vlans: readonly PortVlan[] } {
  const found: PortVlan[] = [];
  let begin = LAST_VLAN;
  for (const { type, body } of attributeList(attributes(payload, LINK_ATTRIBUTES).get(IFLA_AF_SPEC) ?? new Uint8Array())) {
    if (type !== IFLA_BRIDGE_VLAN_INFO) continue;
    const [flags, id] = [u16(body), u16(body, 2)];
    if (flags & BRIDGE_VLAN_INFO_RANGE_BEGIN) begin = id;
    else
      found.push({
        from: flags & BRIDGE_VLAN_INFO_RANGE_END ? begin : id,
        to: id,
        ...(flags & BRIDGE_VLAN_INFO_UNTAGGED && { untagged: true }),
        ...(flags & BRIDGE_VLAN_INFO_PVID && { pvid: true }),
      });
  }
  return { index: u32(payload, 4), vlans: portVlans(found) };
}
