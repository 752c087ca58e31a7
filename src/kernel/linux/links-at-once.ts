import type { Stack } from '../../resource/resource.js';
import type { LeavingLink } from './leaving.js';

/** How many links go at once at the most, in one piece. */
export const CHUNK = 256;
/** How many where nobody waits for it: whoever attaches next waits no longer than for these. */
const UNHURRIED = 64;
/** How many while others attach, who have the lock after each such piece, for the 20 ms that the kernel waits for RCU without it. */
const ASIDE = 24;
/** For how long after one attachment another is expected, in milliseconds. */
const EXPECTED = 100;
/** For how many links a bridge counts: the kernel waits for RCU with the lock held (rcu_barrier in br_multicast_dev_del of net/bridge/br_multicast.c). */
const BRIDGE = 24;
/** In how many namespaces links go at once, a thread of the pool for each: it has four, and is for others too. */
const FEW = 3;

/**
 * How many links are to go at once: the kernel holds its lock for link changes (RTNL) meanwhile, 0.7 ms for each on this project's reference machine, and whoever
 * attaches waits for that. `since` is how long ago somebody attached, in milliseconds; `awaited` whether somebody waits for the end.
 */
export function atOnce(since: number, awaited: boolean): number {
  if (since < EXPECTED) return ASIDE;
  return awaited ? CHUNK : UNHURRIED;
}

/** The first of what leaves: so many links, a bridge for more than one. Those inside of namespaces go namespace by namespace, and each waits for RCU. */
export function firstLinks(leaving: Iterable<{ readonly links: readonly LeavingLink[] }>, most: number): LeavingLink[] {
  const taken: LeavingLink[] = [];
  const inside = new Set<Stack>();
  let weight = 0;
  for (const { links } of leaving)
    for (const link of links) {
      weight += link.bridge ? BRIDGE : 1;
      if (weight > most) return taken;
      if (link.stack !== 'host' && inside.size < FEW) inside.add(link.stack);
      if (link.stack === 'host' || inside.has(link.stack)) taken.push(link);
    }
  return taken;
}
