import type { BehindResource } from '../../resource/resource.js';
import { Errno } from './errno.js';
import type { Undo } from './undo.js';
import { linkOf, netOf, type World } from './world.js';

/** A bridge knows one port for each MAC address: the last that it was told. */
export function createBehind(world: World, undo: Undo, { in: stack, link: name, mac }: BehindResource): void {
  const port = linkOf(netOf(world, stack), name);
  // rtnl_fdb_add of net/core/rtnetlink.c asks nobody where there is no bridge.
  if (!port.master) throw new Errno('EINVAL');
  undo.put(port.master.behind, mac, port);
}

export function deleteBehind(world: World, undo: Undo, { in: stack, link: name, mac }: BehindResource): void {
  const port = world.stacks.get(stack)?.net.links.get(name);
  if (port?.master && port.master.behind.get(mac) === port) undo.drop(port.master.behind, mac);
}
