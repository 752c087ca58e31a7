import { heldBurst } from '../../resource/rate.js';
import type { RateResource, RedirectResource } from '../../resource/resource.js';
import { Errno } from './errno.js';
import type { Undo } from './undo.js';
import { linkOf, netOf, type World } from './world.js';

/** Puts a limit where nothing is, or something of somebody else's: the link is ours. */
export function createRate(world: World, undo: Undo, resource: RateResource): void {
  const link = linkOf(netOf(world, resource.in), resource.link);
  if (link.rate !== undefined && link.rate !== 'foreign') throw new Errno('EEXIST');
  undo.set(link, 'rate', asHeld(resource));
}

export function changeRate(world: World, undo: Undo, to: RateResource): void {
  const link = linkOf(netOf(world, to.in), to.link);
  if (link.rate === undefined) throw new Errno('ENOENT');
  undo.set(link, 'rate', asHeld(to));
}

export function deleteRate(world: World, undo: Undo, { in: stack, link: name }: RateResource): void {
  const link = world.stacks.get(stack)?.net.links.get(name);
  if (link && link.rate !== 'foreign') undo.set(link, 'rate', undefined);
}

export function createRedirect(world: World, undo: Undo, { in: stack, link: name, to, but }: RedirectResource): void {
  const net = netOf(world, stack);
  const target = linkOf(net, to);
  const link = linkOf(net, name);
  if (link.redirect) throw new Errno('EEXIST');
  undo.set(link, 'redirect', target);
  undo.set(link, 'spared', but);
}

export function deleteRedirect(world: World, undo: Undo, { in: stack, link: name }: RedirectResource): void {
  const link = world.stacks.get(stack)?.net.links.get(name);
  if (link?.redirect) undo.set(link, 'redirect', undefined);
}

const asHeld = (resource: RateResource): RateResource => ({ ...resource, burst: heldBurst(resource) });
