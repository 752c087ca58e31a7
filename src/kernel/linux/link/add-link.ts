import { macBytes } from '../../../ip/mac.js';
import type { LinkResource } from '../../../resource/resource.js';
import {
  IFLA_ADDRESS,
  IFLA_GROUP,
  IFLA_IFNAME,
  IFLA_INFO_DATA,
  IFLA_INFO_KIND,
  IFLA_LINK,
  IFLA_LINKINFO,
  IFLA_MASTER,
  IFLA_MTU,
  IFLA_NET_NS_FD,
  RTM_NEWLINK,
} from '../constants/link.js';
import { NLM_F_CREATE, NLM_F_EXCL } from '../netlink/constants.js';
import type { Writer } from '../netlink/writer.js';
import type { Request } from '../request.js';
import { linkMessage } from './link-message.js';

/** What a new link is told besides its description: numbers that only the kernel's side knows. */
export interface Placement {
  /** The index that the link is to have, unused so far. What follows in the same send names it by this, and so never hits another's link. */
  readonly index: number;
  readonly group: number;
  readonly master?: number;
  /** The index of the link upon which it stands. */
  readonly parent?: number;
  /** The namespace in which it is made, by a descriptor; that of the socket else. */
  readonly namespace?: number;
}

/** Makes a link. What is particular to its kind is written by `data`. It is down, and its group marks it from the start. */
export const addLink = (
  { name, mac, mtu }: LinkResource,
  { index, group, master, parent, namespace }: Placement,
  kind: string,
  data?: (w: Writer) => void,
): Request => {
  return (w, sequence, flags) =>
    linkMessage(w, RTM_NEWLINK, flags | NLM_F_CREATE | NLM_F_EXCL, sequence, { index }, (m) => {
      m.attrString(IFLA_IFNAME, name).attrU32(IFLA_GROUP, group);
      if (mac !== undefined) m.attr(IFLA_ADDRESS, macBytes(mac));
      if (mtu !== undefined) m.attrU32(IFLA_MTU, mtu);
      if (master !== undefined) m.attrU32(IFLA_MASTER, master);
      if (parent !== undefined) m.attrU32(IFLA_LINK, parent);
      if (namespace !== undefined) m.attrU32(IFLA_NET_NS_FD, namespace);
      m.nest(IFLA_LINKINFO, (info) => {
        info.attrString(IFLA_INFO_KIND, kind);
        if (data) info.nest(IFLA_INFO_DATA, data);
      });
    });
};
