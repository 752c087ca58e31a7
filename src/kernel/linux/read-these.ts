import { keyOf } from '../../resource/key.js';
import type { Resource, Stack } from '../../resource/resource.js';
import type { Machine } from './machine.js';
import { ifThere } from './if-there.js';
import { asItIs, describe, type Ends, viewOf } from './read.js';
import { glance, narrow } from './view.js';

/**
 * What there is of these resources, and what else of ours is on their links or in their table. Each link of the host is asked for by its name, and what is on it by its
 * number; sandboxes are looked into only where one of these is there.
 */
export function readThese(machine: Machine, resources: readonly Resource[]): readonly Resource[] {
  machine.stacks.verify();
  const stacks = linksByStack(resources);
  const asked = new Set(resources.flatMap((each) => (each.kind === 'namespace' ? [each.in] : [])));
  const ends: Ends = new Map();
  const found: Resource[] = [];
  for (const [stack, names] of stacks) {
    if (stack === 'host') continue;
    const file = machine.namespaces.find(stack);
    const view = file && viewOf(machine, stack);
    for (const [index, { link }] of view?.ends ?? []) ends.set(index, { stack, link });
    if (asked.has(stack)) {
      const is = view ? asItIs(file, view) : (machine.namespaces.orphan(stack) ?? (file && { ...file, broken: true as const }));
      if (is) found.push(is);
    }
    if (view) found.push(...ifThere(() => describe(machine, narrow(view, names), new Map(), () => [...stacks.keys()])));
  }
  const names = stacks.get('host');
  if (names) found.push(...describe(machine, glance(machine, names), ends, () => [...stacks.keys()]));
  for (const stack of new Set(resources.flatMap((each) => (each.kind === 'table' || each.kind === 'element' ? [each.in] : [])))) {
    if (stack === 'host' || machine.namespaces.has(stack)) found.push(...ifThere(() => machine.netfilter.read(stack)));
  }
  const held = new Set(resources.flatMap((each) => (each.kind === 'held' ? [keyOf(each)] : [])));
  if (held.size > 0) found.push(...machine.held.list().filter((each) => held.has(keyOf(each))));
  if (resources.some(({ kind }) => kind === 'admission')) found.push(...machine.admissions.read());
  if (resources.some(({ kind }) => kind === 'policy' || kind === 'transform')) found.push(...machine.ipsec.read());
  return found;
}

function linksByStack(resources: readonly Resource[]): ReadonlyMap<Stack, ReadonlySet<string>> {
  const stacks = new Map<Stack, Set<string>>();
  const add = (stack: Stack, name: string) => {
    const names = stacks.get(stack);
    if (names) names.add(name);
    else stacks.set(stack, new Set([name]));
  };
  for (const each of resources) {
    if (each.kind === 'namespace' && !stacks.has(each.in)) stacks.set(each.in, new Set());
    const name = linkOf(each);
    if (name !== undefined) add(each.in, name);
    if (each.kind === 'link' && each.spec.type === 'veth') add(each.spec.peer.in, each.spec.peer.name);
    if (each.kind === 'link' && each.spec.type === 'vxlan' && each.spec.by !== undefined && !stacks.has(each.spec.by)) stacks.set(each.spec.by, new Set());
  }
  return stacks;
}

function linkOf(resource: Resource): string | undefined {
  switch (resource.kind) {
    case 'link':
      return resource.name;
    case 'up':
    case 'enslaved':
    case 'address':
    case 'neighbour':
    case 'forward':
    case 'behind':
    case 'rate':
    case 'redirect':
    case 'wireguard':
    case 'peer':
      return resource.link;
    case 'route':
      return resource.dev;
    default:
      return undefined;
  }
}
