import { readFileSync } from 'node:fs';
import type { Stack } from '../../resource/resource.js';
import type { ListenerSeen } from '../../resource/survey.js';
import { SystemError } from './libc.js';
import { NETLINK_SOCK_DIAG } from './netlink/constants.js';
import { NetlinkSocket } from './netlink-socket.js';
import { parseSockets } from './port-holder.js';
import type { Stacks } from './stacks.js';
import { getWaiting, WAITING, waitingSocket } from './waiting-sockets.js';

const PROTOCOLS = ['tcp', 'udp'] as const;

/** What listens in a stack. */
export function listeners(stacks: Stacks, stack: Stack): readonly ListenerSeen[] {
  stacks.enter(stack);
  return diagnosed() ?? tabled();
}

/**
 * By sock_diag(7), in the namespace where this thread is. Undefined where the kernel has none of it (CONFIG_INET_DIAG, CONFIG_INET_UDP_DIAG: modules as a rule).
 */
export function diagnosed(): readonly ListenerSeen[] | undefined {
  try {
    const socket = NetlinkSocket.open(NETLINK_SOCK_DIAG);
    try {
      return PROTOCOLS.flatMap((protocol) =>
        ([4, 6] as const).flatMap((family) => socket.dump(getWaiting(family, protocol), ({ payload }) => waitingSocket(payload, protocol))),
      );
    } finally {
      socket.close();
    }
  } catch (error) {
    if (error instanceof SystemError) return undefined;
    throw error;
  }
}

/** The same by the tables of /proc, which takes milliseconds: the kernel looks through the connections of all namespaces for that of TCP. */
export function tabled(): readonly ListenerSeen[] {
  return PROTOCOLS.flatMap((protocol) =>
    [protocol, `${protocol}6`]
      .flatMap((table) => parseSockets(tableOf(table)))
      .filter(({ state }) => state === WAITING[protocol].state)
      .map(({ address, port }): ListenerSeen => ({ protocol, address, port })),
  );
}

// A kernel without IPv6 has no table of it.
function tableOf(name: string): string {
  try {
    return readFileSync(`/proc/thread-self/net/${name}`, 'utf8');
  } catch {
    return '';
  }
}
