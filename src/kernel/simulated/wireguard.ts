import type { PeerResource, WireguardResource } from '../../resource/resource.js';
import { Errno } from './errno.js';
import type { Undo } from './undo.js';
import { type Link, linkOf, netOf, type World } from './world.js';

export function identify(world: World, undo: Undo, resource: WireguardResource): void {
  undo.set(wireguardOf(world, resource), 'identity', resource);
}

export function unidentify(world: World, undo: Undo, { in: stack, link: name }: WireguardResource): void {
  const link = world.stacks.get(stack)?.net.links.get(name);
  if (link) undo.set(link, 'identity', undefined);
}

/** An address leads to one: another that had it has it no more (wg_allowedips_insert_v4 of drivers/net/wireguard/allowedips.c). */
export function putPeer(world: World, undo: Undo, resource: PeerResource): void {
  const { peers } = wireguardOf(world, resource);
  for (const [key, each] of peers) if (each.address === resource.address && key !== resource.key) undo.put(peers, key, { ...each, altered: true });
  undo.put(peers, resource.key, resource);
}

export function deletePeer(world: World, undo: Undo, { in: stack, link: name, key }: PeerResource): void {
  const link = world.stacks.get(stack)?.net.links.get(name);
  if (link) undo.drop(link.peers, key);
}

function wireguardOf(world: World, { in: stack, link: name }: WireguardResource | PeerResource): Link {
  const link = linkOf(netOf(world, stack), name);
  if (link.type !== 'wireguard') throw new Errno('EOPNOTSUPP');
  return link;
}
