import { randomInt } from 'node:crypto';
import { getLinks, type LinkState, linkState } from './link/link-state.js';
import type { NetlinkSocket } from './netlink-socket.js';

/** A number of a group that none of these links is in: one that is not ours never goes along. */
export function unusedGroup(links: Iterable<Pick<LinkState, 'group'>>): number {
  const used = new Set([...links].map(({ group }) => group));
  let group = randomInt(1 << 30, 2 ** 31);
  while (used.has(group)) group++;
  return group;
}

/** The group in which links of a stack leave, by looking through all that are there. */
export const groupIn = (route: NetlinkSocket): number => unusedGroup(route.dump(getLinks, ({ payload }) => linkState(payload)));

/** The same for the host, found once, where possible from what was read anyway: to look through all links takes long where there are many. */
export class LeavingGroup {
  #number: number | undefined;

  /** All links of the host, as somebody has just read them. */
  learn(links: Iterable<Pick<LinkState, 'group'>>): void {
    this.#number ??= unusedGroup(links);
  }

  in(route: NetlinkSocket): number {
    this.#number ??= groupIn(route);
    return this.#number;
  }
}
