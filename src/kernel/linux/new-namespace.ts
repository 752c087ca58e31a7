import { CLONE_NEWNET, O_CLOEXEC, O_RDONLY } from './constants/socket.js';
import { libc } from './libc.js';
import { NETLINK_ROUTE } from './netlink/constants.js';
import { NetlinkSocket } from './netlink-socket.js';
import type { Opened, Stacks } from './stacks.js';

/** Puts this thread into a new network namespace, and answers what it has open of that. Nothing else keeps it. */
export function newNamespace(stacks: Stacks): Opened {
  libc.unshare(CLONE_NEWNET);
  stacks.strayed();
  const namespace = libc.open('/proc/thread-self/ns/net', O_RDONLY | O_CLOEXEC, 0);
  try {
    return { namespace, route: NetlinkSocket.open(NETLINK_ROUTE) };
  } catch (error) {
    libc.close(namespace);
    throw error;
  }
}
