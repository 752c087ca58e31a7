import type { ForwardResource } from '../../resource/resource.js';
import { Errno } from './errno.js';
import type { Undo } from './undo.js';
import { linkOf, netOf, type World } from './world.js';

export function createForward(world: World, undo: Undo, resource: ForwardResource): void {
  const link = linkOf(netOf(world, resource.in), resource.link);
  if (link.forwards.has(resource.mac)) throw new Errno('EEXIST');
  undo.put(link.forwards, resource.mac, resource);
}

export function changeForward(world: World, undo: Undo, to: ForwardResource): void {
  undo.put(linkOf(netOf(world, to.in), to.link).forwards, to.mac, to);
}

export function deleteForward(world: World, undo: Undo, { in: stack, link: name, mac }: ForwardResource): void {
  const link = world.stacks.get(stack)?.net.links.get(name);
  if (link) undo.drop(link.forwards, mac);
}
