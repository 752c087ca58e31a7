import { EPROTONOSUPPORT } from '../errno.js';
import { SystemError } from '../libc.js';
import { NETLINK_XFRM } from '../netlink/constants.js';
import { NetlinkSocket } from '../netlink-socket.js';
import { XFRMNLGRP_POLICY_MASK, XFRMNLGRP_SA_MASK } from './constants.js';

/** A socket that hears what becomes of states and policies. A kernel that was built without IPsec has none. */
export function openIpsecEvents(): NetlinkSocket | undefined {
  try {
    return NetlinkSocket.open(NETLINK_XFRM, XFRMNLGRP_SA_MASK | XFRMNLGRP_POLICY_MASK);
  } catch (error) {
    if (error instanceof SystemError && error.errno === EPROTONOSUPPORT) return undefined;
    throw error;
  }
}
