import type { LinkResource } from '../../../resource/resource.js';
import type { Request } from '../request.js';
import {
  IFLA_BR_STP_STATE,
  IFLA_BR_GROUP_FWD_MASK,
  IFLA_BR_VLAN_FILTERING,
  IFLA_INFO_DATA,
  IFLA_INFO_KIND,
  IFLA_LINKINFO,
  RTM_NEWLINK,
} from '../constants/link.js';
import type { Writer } from '../netlink/writer.js';
import { addLink, type Placement } from './add-link.js';
import { linkMessage } from './link-message.js';

/** The bit of the last octet of 01:80:c2:00:00:0e (IEEE 802.1AB §7.1). */
export const LLDP = 1 << 0x0e;

const passOn = (w: Writer, lldp: boolean): Writer => w.attrU16(IFLA_BR_GROUP_FWD_MASK, lldp ? LLDP : 0);

const sorting = (w: Writer, sorts: boolean): Writer => w.attrU8(IFLA_BR_VLAN_FILTERING, sorts ? 1 : 0);

/** `ip link add NAME type bridge [group_fwd_mask 0x4000] [vlan_filtering 1]`. A kernel that has no VLANs of bridges passes the last over. */
export const addBridge = (link: LinkResource, placement: Placement): Request =>
  addLink(
    link,
    placement,
    'bridge',
    link.lldp || link.vlans ? (w) => tell(w, { ...(link.lldp && { lldp: true }), ...(link.vlans && { sorts: true }) }) : undefined,
  );

function tell(w: Writer, { lldp, sorts, stp }: BridgeSetting): void {
  if (stp !== undefined) w.attrU32(IFLA_BR_STP_STATE, stp ? 1 : 0);
  if (sorts !== undefined) sorting(w, sorts);
  if (lldp !== undefined) passOn(w, lldp);
}

/** What `ip link set type bridge` can be asked for. */
export interface BridgeSetting {
  readonly lldp?: boolean;
  readonly sorts?: boolean;
  /** Whether it runs the spanning tree protocol. */
  readonly stp?: boolean;
}

/** `ip link set NAME type bridge [group_fwd_mask …] [vlan_filtering …] [stp_state …]` */
export const setBridge = (index: number, setting: BridgeSetting): Request => {
  return (w, sequence, flags) =>
    linkMessage(w, RTM_NEWLINK, flags, sequence, { index }, (m) =>
      m.nest(IFLA_LINKINFO, (info) => {
        info.attrString(IFLA_INFO_KIND, 'bridge').nest(IFLA_INFO_DATA, (data) => tell(data, setting));
      }),
    );
};
