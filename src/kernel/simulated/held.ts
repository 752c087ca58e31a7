import { failure } from '../../base/error.js';
import { keyOf } from '../../resource/key.js';
import type { HeldResource, Key } from '../../resource/resource.js';
import { Errno } from './errno.js';
import { isLocal } from './sockets.js';
import type { Undo } from './undo.js';
import type { Net } from './world.js';

interface Bound {
  readonly resource: HeldResource;
  readonly bind: () => () => void;
  close: () => void;
}

// Whose sockets they are is not in the world.
const UNSEEN = 'another program';

/** The ports that a process holds. They go with it, and so are not in the world. */
export class Held {
  readonly #held = new Map<Key, Bound>();

  /** Holds a port. Throws `port-taken`, `port-address`; `kernel-lacks` for SCTP, which a small kernel has not. */
  take(undo: Undo, net: Net, resource: HeldResource): void {
    const { protocol, ip: address, port } = resource;
    if (protocol === 'sctp') throw new Errno('EPROTONOSUPPORT');
    if (!isLocal(net, address)) throw failure('port-address', { protocol, address, port });
    const bind = () => net.connections.bind({ type: protocol, address, port });
    const bound: Bound = { resource, bind, close: taking(resource, bind) };
    undo.put(this.#held, keyOf(resource), bound);
    undo.step(
      () => {},
      () => bound.close(),
    );
  }

  /** Who else has a port, so that it cannot be held. */
  holder(net: Net, resource: HeldResource): string | undefined {
    const { protocol, ip: address, port } = resource;
    if (this.#held.has(keyOf(resource)) || protocol === 'sctp' || !isLocal(net, address)) return undefined;
    try {
      net.connections.bind({ type: protocol, address, port })();
      return undefined;
    } catch (error) {
      if (error instanceof Errno) return UNSEEN;
      throw error;
    }
  }

  /** Lets go of it. */
  release(undo: Undo, resource: HeldResource): void {
    const bound = this.#held.get(keyOf(resource));
    if (!bound) return;
    undo.drop(this.#held, keyOf(resource));
    undo.step(
      () => bound.close(),
      () => {
        bound.close = bound.bind();
      },
    );
  }

  /** What is held. */
  list(): readonly HeldResource[] {
    return [...this.#held.values()].map(({ resource }) => resource);
  }

  /** The end of the process. */
  close(): void {
    for (const { close } of this.#held.values()) close();
    this.#held.clear();
  }
}

function taking({ protocol, ip: address, port }: HeldResource, bind: () => () => void): () => void {
  try {
    return bind();
  } catch (cause) {
    throw failure('port-taken', { protocol, address, port, holder: UNSEEN, mend: 'end that program, or choose another port' }, { cause });
  }
}
