import type { InterfaceAddress } from '../../ip/types.js';
import { linkKey } from '../../resource/key.js';
import { mayDelete, nameOf } from '../../resource/mark.js';
import type { LinkResource, Stack } from '../../resource/resource.js';
import { addressState, getAddresses } from './address.js';
import { ifThere } from './if-there.js';
import { type LeavingLink, leavingLink } from './leaving.js';
import type { LinkState } from './link/link-state.js';
import { lostEnds } from './lost-end.js';
import { findLink, type Machine } from './machine.js';
import { linksAt } from './view.js';

/** What a link that is to leave leaves behind to be deleted: itself, or what there is of a veth whose marked end was lost. What is not there has left. */
export const leavingLinks = (machine: Machine, link: LinkResource): readonly LeavingLink[] =>
  ifThere(() => {
    const { in: stack, name, renamed, spec } = link;
    const found = findLink(machine, stack, renamed ?? name) ?? foundByIndex(machine, link);
    if (!found || !mayDelete(machine.instance, found)) return lostEnds(machine, link);
    machine.uppers.drop(linkKey(stack, name));
    return [leavingLink(link, found.index, spec.type === 'bridge' ? addressesOn(machine, stack, found.index) : [])];
  });

// Somebody gave it another name, of which was not heard yet: it is known by its number, and by its mark.
function foundByIndex(machine: Machine, { in: stack, name }: LinkResource): LinkState | undefined {
  const index = machine.indexes.get(`${stack} ${name}`);
  const [link] = index === undefined ? [] : linksAt(machine.stacks.get(stack), [index]);
  return link && nameOf(machine.instance, link) === name ? link : undefined;
}

function addressesOn({ stacks }: Machine, stack: Stack, index: number): readonly InterfaceAddress[] {
  const { route } = stacks.get(stack);
  return route.dump(getAddresses(index), ({ payload }) => addressState(payload)).flatMap((each) => (each.index === index ? each.address : []));
}
