import type { Ip } from '../../ip/types.js';
import type { Stack } from '../../resource/resource.js';
import { RTMGRP_IPV6_IFADDR, RTMGRP_LINK } from './constants/groups.js';
import { RTN_LOCAL } from './constants/route.js';
import { POLLIN } from './constants/socket.js';
import { carrier } from './link/carrier.js';
import { getLink } from './link/link-state.js';
import type { Machine } from './machine.js';
import { NETLINK_ROUTE } from './netlink/constants.js';
import { isRefusal, NetlinkSocket } from './netlink-socket.js';
import { poll } from './poll.js';
import { getRouteTo, routeState } from './route.js';

/** How long the kernel's own work is waited for, in milliseconds; it takes well under one. What is not done by then is done later. */
const PATIENCE = 500;

/** What a plan set up in one stack: links by their indexes, and addresses of IPv6. */
export interface Raised {
  readonly links: Set<number>;
  readonly addresses: Ip[];
}

/** Whether it is done. */
export type Question = () => boolean;

/**
 * Has the kernel finish what it would do on its own, after the reply: until then packets are dropped, and whoever sends one
 * tries again after a second.
 *
 * - A port forwards, and a bridge with its first port sends, once the link watch has seen the carrier (net/core/link_watch.c).
 *   Asking for a link makes it look at once (rtnl_getlink since Linux 6.8); before, its own event is waited for.
 * - An address of IPv6 answers once its work for duplicate address detection has run, though there is none (addrconf_dad_work of
 *   net/ipv6/addrconf.c); its local route is there from then on.
 */
export function settle(machine: Machine, raised: ReadonlyMap<Stack, Raised>): void {
  const ends = performance.now() + PATIENCE;
  for (const [stack, { links }] of raised) {
    const { route } = machine.stacks.get(stack);
    const masters = new Set<number>();
    const isSettled = (index: number): boolean => {
      const found = route.ask(getLink({ index }), ({ payload }) => carrier(payload));
      if (isRefusal(found)) return true;
      if (found.master !== undefined) masters.add(found.master);
      return found.settled;
    };
    // A bridge has its carrier from a port that has seen its own.
    awaitAll(machine, stack, questions(links, isSettled), ends);
    awaitAll(machine, stack, questions(masters, isSettled), ends);
  }
  for (const [stack, { addresses }] of raised) {
    const { route } = machine.stacks.get(stack);
    const isLocal = (ip: Ip): boolean => {
      const found = route.ask(getRouteTo(ip), ({ payload }) => routeState(payload)?.type);
      return !isRefusal(found) && found === RTN_LOCAL;
    };
    awaitAll(machine, stack, questions(addresses, isLocal), ends);
  }
}

const questions = <T>(things: Iterable<T>, ask: (thing: T) => boolean): readonly Question[] => [...things].map((each) => () => ask(each));

/** Waits until all are answered, or for so long at most: asks again with each event of links and addresses. */
// Whoever listens asks once more: what came between is not told.
export function awaitAll({ stacks }: Machine, stack: Stack, all: readonly Question[], ends: number): void {
  let open = unanswered(all);
  if (open.length === 0) return;
  stacks.enter(stack);
  const heard = NetlinkSocket.open(NETLINK_ROUTE, RTMGRP_LINK | RTMGRP_IPV6_IFADDR);
  try {
    for (open = unanswered(open); open.length > 0; open = unanswered(open)) {
      const left = Math.ceil(ends - performance.now());
      if (left <= 0) return;
      poll(Int32Array.of(heard.fd, POLLIN), left);
      while (heard.receive() !== undefined);
    }
  } finally {
    heard.close();
  }
}

const unanswered = (all: readonly Question[]): readonly Question[] => all.filter((isAnswered) => !isAnswered());
