import { keyOf, linkKey, namespaceKey } from '../../resource/key.js';
import { subject } from '../../resource/order.js';
import { parentOf } from '../../resource/parent-of.js';
import type { Key, Operation, Resource } from '../../resource/resource.js';

/**
 * What the change that is being made does to the host's links and to namespaces. The kernel tells of almost everything that happens to a link
 * with port 0 (observed on 6.18, not even `ip link set down` carries its socket's), so what is read right after a change of
 * ours is ours only where the change could have caused it; the rest is somebody else's, at the very same moment.
 */
export class Doing {
  readonly #raised = new Set<Key>();
  readonly #lowered = new Set<Key>();
  /** What goes meanwhile, by no change that is being made. */
  readonly #leaving = new Set<Key>();

  /** An operation is about to be made. */
  take(operation: Operation): void {
    const resource = subject(operation);
    const key = keyOfPlace(resource);
    if (key === undefined) return;
    if (operation.do === 'delete' || resource.kind === 'namespace') this.lower(key);
    else this.#raised.add(key);
  }

  /** This goes, or what is on it. */
  lower(key: Key): void {
    this.#lowered.add(key);
  }

  /** Whether the change is about this and may have made something of it go, or go down. */
  lowers(key: Key): boolean {
    return this.#lowered.has(key) || this.#leaving.has(key);
  }

  /** Whether the change is about this. */
  touches(key: Key): boolean {
    return this.#raised.has(key) || this.lowers(key);
  }

  /** These go from now on, whatever else is being made, until `left`. */
  leaves(keys: Iterable<Key>): void {
    for (const key of keys) this.#leaving.add(key);
  }

  /** These are gone; what comes about them until the change at work has ended is still of that. */
  left(keys: Iterable<Key>): void {
    for (const key of keys) {
      this.#leaving.delete(key);
      this.lower(key);
    }
  }

  /** It is made, and what came of it was read. */
  end(): void {
    this.#raised.clear();
    this.#lowered.clear();
  }
}

function keyOfPlace(resource: Resource): Key | undefined {
  if (resource.kind === 'namespace') return namespaceKey(resource.in);
  if (resource.in !== 'host' && !isHeard(resource)) return undefined;
  switch (resource.kind) {
    case 'link':
      return linkKey(resource.in, resource.name);
    case 'up':
    case 'borrow':
    case 'moved':
    case 'functions':
    case 'enslaved':
    case 'address':
    case 'forward':
    case 'behind':
    case 'rate':
    case 'redirect':
      return linkKey(resource.in, resource.link);
    case 'route':
      return linkKey(resource.in, resource.dev);
    case 'sysctl':
      return keyOf(resource);
    case 'neighbour':
      // Of neighbours the host's stack tells nothing: what comes about the link meanwhile is of somebody else.
      return resource.in === 'host' ? undefined : linkKey(resource.in, resource.link);
    default:
      return undefined;
  }
}

// What of other stacks the kernel is asked to tell (tunnel-events.ts), and what stands upon a link of the host's.
function isHeard(resource: Resource): boolean {
  switch (resource.kind) {
    case 'link':
      return resource.spec.type === 'vxlan' || parentOf(resource.spec) !== undefined;
    case 'neighbour':
    case 'forward':
    case 'behind':
      return true;
    default:
      return false;
  }
}
