import { IFLA_IFNAME, IFLA_NET_NS_FD, IFLA_NEW_IFINDEX, RTM_SETLINK } from '../constants/link.js';
import type { Request } from '../request.js';
import { linkMessage } from './link-message.js';

/** Where a link goes. */
export interface Destination {
  /** A descriptor of the namespace. */
  readonly namespace: number;
  /** Its name there. A "%d" in it stands for a number that the kernel picks. */
  readonly name: string;
  /** Its index there; as it was, or one that the kernel picks, where it is not said. */
  readonly index?: number;
}

/**
 * `ip link set LINK netns NS name NAME`, in one message. The link goes down, and loses its addresses, routes and queues (dev_change_net_namespace
 * of net/core/dev.c). A virtual device takes an RCU grace period.
 */
export const moveLink = (link: number, { namespace, name, index }: Destination): Request => {
  return (w, sequence, flags) =>
    linkMessage(w, RTM_SETLINK, flags, sequence, { index: link }, (m) => {
      m.attrU32(IFLA_NET_NS_FD, namespace).attrString(IFLA_IFNAME, name);
      if (index !== undefined) m.attrU32(IFLA_NEW_IFINDEX, index);
    });
};
