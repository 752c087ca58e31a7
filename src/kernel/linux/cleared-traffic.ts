import type { RateResource, RedirectResource } from '../../resource/resource.js';
import { ifThere } from './if-there.js';
import { findLink, type Machine } from './machine.js';
import { isRefusal, type NetlinkSocket } from './netlink-socket.js';
import { saysAbsent } from './refused.js';
import { filterState } from './traffic/filter-state.js';
import { queueState } from './traffic/queue-state.js';
import { deleteIngress, getFilters } from './traffic/redirect.js';
import { deleteRate, getRoot } from './traffic/tbf.js';

/**
 * Takes somebody else's queueing discipline away from where one of ours is to be: the link is ours, and its limit is to hold. False where it is one of
 * ours, or there is none.
 */
export function clearedTraffic(machine: Machine, { kind, in: stack, link }: RateResource | RedirectResource): boolean {
  const { route } = machine.stacks.get(stack);
  const index = findLink(machine, stack, link)?.index;
  if (index === undefined || (kind === 'rate' ? isOurQueue(route, index) : isOurFilter(route, index))) return false;
  const [refusal] = route.transact([kind === 'rate' ? deleteRate(index, true) : deleteIngress(index)]);
  return !refusal || saysAbsent(refusal.errno);
}

function isOurQueue(route: NetlinkSocket, index: number): boolean {
  const root = route.ask(getRoot(index), ({ payload }) => queueState(payload));
  return isRefusal(root) || root.rate !== undefined;
}

const isOurFilter = (route: NetlinkSocket, index: number): boolean =>
  ifThere(() => route.dump(getFilters(index), ({ payload }) => filterState(payload))).length > 0;
