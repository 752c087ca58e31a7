import { failure } from '../../base/error.js';
import type { Adopted, NamespaceResource } from '../../resource/resource.js';
import { Errno } from './errno.js';
import { unplug } from './links.js';
import type { Undo } from './undo.js';
import { type Net, newNet, type World } from './world.js';

/** Makes a namespace, or takes one that somebody else made. */
export function createNamespace(world: World, undo: Undo, resource: NamespaceResource, path: string): void {
  if (world.stacks.has(resource.in)) throw new Errno('EEXIST');
  const net = resource.adopted === undefined ? newNet() : strangers(world, resource.adopted);
  undo.put(world.stacks, resource.in, { net, resource });
  undo.put(world.paths, path, net);
}

/** Ends a namespace with all that is inside and the host ends of its veths. An adopted one only loses the name that we gave it. */
export function deleteNamespace(world: World, undo: Undo, resource: NamespaceResource, path: string): void {
  const named = world.stacks.get(resource.in);
  if (!named) return;
  undo.drop(world.stacks, resource.in);
  undo.drop(world.paths, path);
  if (named.resource?.adopted === undefined) for (const link of named.net.links.values()) unplug(undo, link);
}

/** The namespace at this path. */
export function namespaceAt(world: World, path: string): Net {
  const net = world.paths.get(path);
  if (!net) throw failure('namespace-invalid', { path, reason: 'there is no such file' });
  return net;
}

function strangers(world: World, { path, cookie }: Adopted): Net {
  const net = namespaceAt(world, path);
  if (net === world.stacks.get('host')?.net) throw failure('namespace-invalid', { path, reason: "it is the host's own" });
  if (net.cookie !== cookie) throw failure('namespace-invalid', { path, reason: 'it is another one than was adopted' });
  return net;
}

/** A namespace that somebody else made, by the path of its file. */
export function offerNamespace(world: World): string {
  const path = `${world.path}/offered/${++world.offered}`;
  world.paths.set(path, newNet());
  return path;
}
