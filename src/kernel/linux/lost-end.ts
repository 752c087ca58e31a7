import { mayDelete, nameOf } from '../../resource/mark.js';
import type { LinkResource } from '../../resource/resource.js';
import { ifThere } from './if-there.js';
import type { LeavingLink } from './leaving.js';
import type { LinkState } from './link/link-state.js';
import { findLink, type Machine } from './machine.js';
import { otherEnd } from './other-end.js';

/**
 * The unmarked end of a veth of ours whose marked end is lost, if it is: somebody moved that to another namespace, or wrote something else over its mark. It is
 * known by its pair, which still has its name, and by its MAC address where that cannot be seen. The pair goes with it.
 */
export function lostEnds(machine: Machine, resource: LinkResource): readonly LeavingLink[] {
  const { in: stack, name, spec } = resource;
  if (spec.type !== 'veth' || spec.peer.in === 'host') return [];
  const { peer } = spec;
  // The sandbox's stack may be gone, or have been made by the very plan that was refused.
  return ifThere(() => {
    const marked = findLink(machine, stack, name);
    if (marked && mayDelete(machine.instance, marked)) return [];
    const end = findLink(machine, peer.in, peer.name);
    if (end?.kind !== 'veth' || !isPairOf(machine, end, resource)) return [];
    return [{ stack: peer.in, name: peer.name, index: end.index, bridge: false, subnets: [] }];
  });
}

function isPairOf(machine: Machine, end: LinkState, { name, spec }: LinkResource): boolean {
  if (spec.type !== 'veth') return false;
  const other = otherEnd(machine.stacks.get(spec.peer.in), [], end);
  return other ? nameOf(machine.instance, other) === name : spec.peer.mac !== undefined && end.mac === spec.peer.mac;
}
