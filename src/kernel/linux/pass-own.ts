import { attachFilter, JEQ, LDW, RET } from './io/socket-filter.js';

/** Where the port is in struct nlmsghdr (include/uapi/linux/netlink.h). */
const PORT_AT = 12;
const ALL = 0xffff_ffff;

/**
 * A socket that hears of changes is not told any more of those that these sockets of ours cause, by their ports: it would only pass them over, and each would wake its
 * thread. What the kernel tells of one transaction comes together and carries one port (nft_commit_notify of net/netfilter/nf_tables_api.c), so the first header speaks for all.
 */
export function passOwn(fd: number, ports: readonly number[]): void {
  attachFilter(fd, [
    [LDW, 0, 0, PORT_AT],
    // Behind the last of these: one that is told, one that is not.
    ...ports.map((port, at) => [JEQ, ports.length - at, 0, asLoaded(port)] as const),
    [RET, 0, 0, ALL],
    [RET, 0, 0, 0],
  ]);
}

// A filter loads in network order what netlink writes in the host's.
function asLoaded(port: number): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint32(0, port, true);
  return view.getUint32(0);
}
