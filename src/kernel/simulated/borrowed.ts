import type { Facts } from '../../base/json.js';
import { lendingOf, type LinkPast } from '../../resource/borrow.js';
import { subject } from '../../resource/order.js';
import type { BorrowResource, Operation } from '../../resource/resource.js';
import { createAddress, dropAddress } from './addresses.js';
import { setDown } from './links.js';
import type { Undo } from './undo.js';
import { linkOf, netOf, type Link, type World } from './world.js';

/** Makes of somebody else's link what is wanted of it, or gives it back as it was. */
export function lend(world: World, undo: Undo, operation: Operation): void {
  const resource = subject(operation) as BorrowResource;
  const link = operation.do === 'delete' ? world.stacks.get(resource.in)?.net.links.get(resource.link) : linkOf(netOf(world, resource.in), resource.link);
  if (!link) return;
  const { in: stack, link: name } = resource;
  const now = pastOf(link);
  const { add, remove, mac, mtu, up, promiscuous, again } = lendingOf(operation, now);
  for (const address of add) createAddress(world, undo, { kind: 'address', in: stack, link: name, address });
  for (const address of remove) dropAddress(undo, link, address, true);
  if (mac !== undefined) undo.set(link, 'mac', mac);
  if (mtu !== undefined) undo.set(link, 'mtu', mtu);
  if (promiscuous !== undefined) undo.set(link, 'promiscuous', promiscuous ? true : undefined);
  if (up === true) undo.set(link, 'up', true);
  if (up === false) setDown(world, undo, { kind: 'up', in: stack, link: name });
  for (const address of again) createAddress(world, undo, { kind: 'address', in: stack, link: name, address });
}

/** How it is now; null when there is no such link. */
export function linkNow(world: World, { in: stack, link }: BorrowResource): Facts | null {
  const found = world.stacks.get(stack)?.net.links.get(link);
  return found ? pastOf(found) : null;
}

const pastOf = ({ addresses, mtu, up, mac, promiscuous }: Link): LinkPast => ({
  addresses: [...addresses.keys()],
  mtu,
  up,
  mac,
  ...(promiscuous && { promiscuous }),
});
