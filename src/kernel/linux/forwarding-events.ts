import type { Key } from '../../resource/resource.js';
import { RTMGRP_IPV4_NETCONF, RTMGRP_IPV6_NETCONF } from './constants/groups.js';
import { NETCONFA_FORWARDING, NETCONFA_IFINDEX_ALL, NETCONFMSG_LENGTH, RTM_NEWNETCONF } from './constants/netconf.js';
import { AF_INET } from './constants/socket.js';
import type { Doing } from './doing.js';
import { attachFilter, JEQ, LDW, RET } from './io/socket-filter.js';
import { NETLINK_ROUTE } from './netlink/constants.js';
import { attributes, messages, u8 } from './netlink/reader.js';
import { NetlinkSocket } from './netlink-socket.js';

/** The first attribute of each such message is the link that it is about (inet_netconf_fill_devconf of net/ipv4/devinet.c): behind both headers and its own. */
const LINK_AT = 24;
const EVERYTHING = 0xffff_ffff;
const HOSTS = { ipv4: 'net/ipv4/ip_forward', ipv6: 'net/ipv6/conf/all/forwarding' } as const;

/**
 * Whether the host forwards, when somebody else has set that: of all settings below /proc/sys the kernel tells of a few, and of these it does. It tells so of each link that
 * comes, goes or is set as well, and of each link whenever the host's own is set: that is dropped in the kernel, and wakes nobody.
 */
export class ForwardingEvents {
  readonly #socket: NetlinkSocket;
  readonly #doing: Doing;
  readonly #touched: Set<Key>;

  /** `touched` takes what is to be told. The thread is in the host's stack. */
  constructor(doing: Doing, touched: Set<Key>) {
    this.#doing = doing;
    this.#touched = touched;
    this.#socket = NetlinkSocket.open(NETLINK_ROUTE, RTMGRP_IPV4_NETCONF | RTMGRP_IPV6_NETCONF);
    attachFilter(this.#socket.fd, [
      [LDW, 0, 0, LINK_AT],
      [JEQ, 0, 1, NETCONFA_IFINDEX_ALL],
      [RET, 0, 0, EVERYTHING],
      [RET, 0, 0, 0],
    ]);
  }

  /** What to poll. */
  get fd(): number {
    return this.#socket.fd;
  }

  /** Reads what is there. */
  gather(): void {
    for (let batch = this.#socket.receive(); batch !== undefined; batch = this.#socket.receive()) {
      if (batch === 'overrun') this.touchAll();
      else
        for (const { type, payload } of messages(batch))
          if (type === RTM_NEWNETCONF && attributes(payload, NETCONFMSG_LENGTH).has(NETCONFA_FORWARDING))
            this.#touch(u8(payload) === AF_INET ? 'ipv4' : 'ipv6');
    }
  }

  /** Some events were lost. */
  touchAll(): void {
    this.#touch('ipv4');
    this.#touch('ipv6');
  }

  close(): void {
    this.#socket.close();
  }

  // Nobody is named as who did it.
  #touch(family: keyof typeof HOSTS): void {
    const key: Key = `sysctl host ${HOSTS[family]}`;
    if (!this.#doing.touches(key)) this.#touched.add(key);
  }
}
