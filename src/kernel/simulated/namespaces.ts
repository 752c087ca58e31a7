import { failure } from '../../base/error.js';
import type { Adopted, NamespaceResource, Stack } from '../../resource/resource.js';
import { Errno } from './errno.js';
import { unplug } from './links.js';
import { fallBack } from './moved.js';
import type { Undo } from './undo.js';
import { HARDWARE, type Link, type Net, newNet, type World } from './world.js';

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
  if (named.resource?.adopted !== undefined) return;
  endLinks(world, undo, named.net);
  for (const link of tunnelsBy(world, resource.in)) unplug(undo, link);
}

// They end with the stack by which they send (vxlan_exit_batch_net of drivers/net/vxlan/vxlan_core.c).
function tunnelsBy({ stacks }: World, stack: Stack): readonly Link[] {
  return [...stacks.values()].flatMap(({ net }) => [...net.links.values()].filter(({ made }) => made?.spec.type === 'vxlan' && made.spec.by === stack));
}

/** What happens to the links of a namespace that ends: hardware goes to the first one, under its name or one of the kernel's, and the rest is gone. */
export function endLinks(world: World, undo: Undo, net: Net): void {
  for (const link of [...net.links.values()]) {
    if (link.type === HARDWARE) fallBack(world, undo, link);
    else unplug(undo, link);
  }
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
