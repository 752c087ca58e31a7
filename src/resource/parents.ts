import { linkKey, namespaceKey } from './key.js';
import { parentOf } from './parent-of.js';
import type { Key, Resource, Stack, VethPeer } from './resource.js';

/** What must exist first. A key may be that of either end of a veth (see `endsOf`). */
export function parentsOf(resource: Resource): readonly Key[] {
  const stack = inside(resource.in);
  switch (resource.kind) {
    case 'namespace':
    case 'table':
      return resource.kind === 'namespace' ? [] : stack;
    case 'link': {
      const parent = parentOf(resource.spec);
      return [
        ...stack,
        ...(parent === undefined ? [] : [linkKey('host', parent)]),
        ...(resource.master === undefined ? [] : [linkKey(resource.in, resource.master)]),
        ...(resource.spec.type === 'veth' ? placeOfPeer(resource.spec.peer) : []),
        ...(resource.spec.type === 'vxlan' ? inside(resource.spec.by ?? 'host') : []),
      ];
    }
    case 'up':
    case 'address':
    case 'neighbour':
    case 'forward':
    case 'behind':
    case 'announced':
    case 'rate':
    case 'wireguard':
    case 'peer':
      return [...stack, linkKey(resource.in, resource.link)];
    case 'enslaved':
      return [...stack, linkKey(resource.in, resource.master)];
    case 'redirect':
      return [...stack, linkKey(resource.in, resource.link), linkKey(resource.in, resource.to)];
    case 'route':
      return [...stack, linkKey(resource.in, resource.dev)];
    case 'element':
      return [...stack, `table ${resource.in} ${resource.family} ${resource.table}`];
    case 'sysctl':
      return resource.link === undefined ? stack : [...stack, linkKey(resource.in, resource.link)];
    case 'moved':
      return inside(resource.to.in);
    case 'borrow':
    case 'functions':
    case 'admission':
    case 'policy':
    case 'transform':
    case 'flows':
    case 'held':
      return stack;
  }
}

/**
 * The parents with whose end this resource ends by itself, so that its deletion need not be said. A link is not among
 * them: a process may keep a deleted namespace alive, and its links must be gone all the same, and what was moved there be at home. Nor is a held socket, which is
 * such a process's, nor a link of somebody else's that is a port of ours: all that it lent would be lost. A redirection outlives the link to which it leads, and all
 * would be lost there.
 */
export function diesWith(resource: Resource): readonly Key[] {
  if (resource.kind === 'redirect') return parentsOf(resource).filter((each) => each !== linkKey(resource.in, resource.to));
  return OUTLIVING.has(resource.kind) ? [] : parentsOf(resource);
}

const OUTLIVING: ReadonlySet<Resource['kind']> = new Set(['namespace', 'link', 'enslaved', 'moved', 'flows', 'held']);

const placeOfPeer = ({ in: stack, master }: VethPeer): Key[] => [...inside(stack), ...(master === undefined ? [] : [linkKey(stack, master)])];

const inside = (stack: Stack): Key[] => (stack === 'host' ? [] : [namespaceKey(stack)]);
