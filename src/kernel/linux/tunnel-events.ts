import { macFromBytes } from '../../ip/mac.js';
import { linkKey } from '../../resource/key.js';
import type { Key, Stack } from '../../resource/resource.js';
import { RTMGRP_LINK, RTMGRP_NEIGH } from './constants/groups.js';
import { RTM_DELLINK, RTM_NEWLINK } from './constants/link.js';
import { NDA_DST, NDA_LLADDR, NDMSG_LENGTH, RTM_DELNEIGH, RTM_NEWNEIGH } from './constants/route.js';
import { AF_BRIDGE } from './constants/socket.js';
import { ENOENT } from './errno.js';
import { ipIn } from './ip-attribute.js';
import { SystemError } from './libc.js';
import { getLinks, linkState } from './link/link-state.js';
import type { Machine } from './machine.js';
import { AF_UNSPEC, NETLINK_ROUTE } from './netlink/constants.js';
import { attributes, messages, type NetlinkMessage, u8, u32 } from './netlink/reader.js';
import { NetlinkSocket } from './netlink-socket.js';

const BUFFER = 4 << 20;
const TUNNEL = 'vxlan';

/** A stack with tunnels of ours: a socket that hears what happens there, and their names by their indexes. */
interface Heard {
  readonly socket: NetlinkSocket;
  readonly tunnels: Map<number, string>;
}

/**
 * What happens to tunnels in stacks of ours, and to what leads to other hosts by them, reduced to keys that somebody else touched. The kernel tells of an
 * entry that went with port 0, whoever did it (fdb_notify of net/bridge/br_fdb.c): what is read right after a change of ours is ours where that was about this tunnel.
 * A socket keeps its namespace alive: it is closed before that is deleted, and once its file is gone.
 */
export class TunnelEvents {
  readonly #machine: Machine;
  readonly #touched: Set<Key>;
  readonly #heard = new Map<Stack, Heard>();

  /** `touched` takes what is to be told. */
  constructor(machine: Machine, touched: Set<Key>) {
    this.#machine = machine;
    this.#touched = touched;
  }

  /** What to poll. */
  get descriptors(): readonly number[] {
    return [...this.#heard.values()].map(({ socket }) => socket.fd);
  }

  /** Hears this stack from now on. */
  follow(stack: Stack): void {
    if (this.#heard.has(stack)) return;
    try {
      this.#machine.stacks.enter(stack);
    } catch (error) {
      // Somebody ended it meanwhile, which is told by its file.
      if (error instanceof SystemError && error.errno === ENOENT) return;
      throw error;
    }
    const socket = NetlinkSocket.open(NETLINK_ROUTE, RTMGRP_LINK | RTMGRP_NEIGH).widen(BUFFER);
    this.#heard.set(stack, { socket, tunnels: this.#tunnelsOf(stack) });
  }

  /** It goes, or another is to have its name. */
  leave(stack: Stack): void {
    this.#heard.get(stack)?.socket.close();
    this.#heard.delete(stack);
  }

  /** Reads what is there. */
  gather(): void {
    for (const [stack, { socket, tunnels }] of this.#heard)
      for (let batch = socket.receive(); batch !== undefined; batch = socket.receive()) {
        if (batch === 'overrun') for (const name of tunnels.values()) this.#touched.add(linkKey(stack, name));
        else for (const message of messages(batch)) this.#hear(stack, tunnels, message);
      }
  }

  close(): void {
    for (const stack of [...this.#heard.keys()]) this.leave(stack);
  }

  #hear(stack: Stack, tunnels: Map<number, string>, message: NetlinkMessage): void {
    switch (message.type) {
      case RTM_NEWLINK:
      case RTM_DELLINK:
        return this.#link(stack, tunnels, message);
      case RTM_NEWNEIGH:
      case RTM_DELNEIGH:
        return this.#entry(stack, tunnels, message);
    }
  }

  #link(stack: Stack, tunnels: Map<number, string>, { type, payload }: NetlinkMessage): void {
    if (u8(payload) !== AF_UNSPEC) return;
    const { index, name, kind } = linkState(payload);
    if (kind !== TUNNEL) return;
    if (type === RTM_NEWLINK) tunnels.set(index, name);
    else if (tunnels.delete(index) && !this.#machine.doing.touches(linkKey(stack, name))) this.#touched.add(linkKey(stack, name));
  }

  // Of the tunnel itself (where a MAC address is), of its bridge (that it is behind the tunnel), or of neighbours (which MAC address has an address).
  #entry(stack: Stack, tunnels: Map<number, string>, { payload }: NetlinkMessage): void {
    const link = tunnels.get(u32(payload, 4));
    if (link === undefined || this.#machine.doing.touches(linkKey(stack, link))) return;
    const has = attributes(payload, NDMSG_LENGTH);
    const [to, mac] = [has.get(NDA_DST), has.get(NDA_LLADDR)];
    if (u8(payload) !== AF_BRIDGE) {
      if (to?.length === 4 || to?.length === 16) this.#touched.add(`neighbour ${stack} ${link} ${ipIn(to)}`);
    } else if (mac?.length === 6) this.#touched.add(`${to ? 'forward' : 'behind'} ${stack} ${link} ${macFromBytes(mac)}`);
  }

  #tunnelsOf(stack: Stack): Map<number, string> {
    const { route } = this.#machine.stacks.get(stack);
    const links = route.dump(getLinks, ({ payload }) => linkState(payload));
    return new Map(links.flatMap(({ kind, index, name }) => (kind === TUNNEL ? [[index, name] as const] : [])));
  }
}
