import type { FairleadError } from '../../base/error.js';
import type { Id } from '../../base/id.js';
import { type Log, silent } from '../../base/log.js';
import { retell } from '../../base/told.js';
import { PolledThread } from '../../kernel/linux/io/polled-thread.js';
import type { Counts } from '../counts.js';
import type { Names } from '../names.js';
import type { NamesChange } from '../types.js';
import { type Limits, LIMITS } from './limits.js';
import { packChange } from './packed-change.js';
import { closeAll, HandedSockets, known } from './handed-sockets.js';
import { type Calls, POSTED, READ } from './protocol.js';

/** So many changes wait at the most where nobody asks for names. */
const UNREAD = 64;

/** How to open a resolver. */
export interface ResolverOptions {
  /** The path of the network namespace that is the host's stack; that of the process unless given. */
  readonly host?: string;
  readonly limits?: Partial<Limits>;
  readonly log?: Log;
}

/** The resolver of every sandbox, in a thread of its own (docs/adr/004). */
export class Resolver implements Names {
  readonly #thread: PolledThread<Calls>;
  readonly #posted: Int32Array;
  readonly #handed = new HandedSockets(() => Atomics.load(this.#posted, READ));
  #waking = false;
  readonly ended: Promise<void>;

  private constructor(thread: PolledThread<Calls>, posted: Int32Array) {
    this.#thread = thread;
    this.#posted = posted;
    this.ended = thread.ended.then(() => this.#handed.close());
  }

  /** Starts the thread. Throws `namespace-invalid` when `host` is none. */
  static async open({ host, limits, log = silent }: ResolverOptions = {}): Promise<Resolver> {
    const posted = new Int32Array(new SharedArrayBuffer(8));
    const start = { host, limits: { ...LIMITS, ...limits }, posted };
    const entry = new URL('./names-worker.js', import.meta.url);
    return new Resolver(await PolledThread.open<Calls>({ entry, start, closed: 'resolver-closed', log }), posted);
  }

  /** Besides `resolver-port-taken`: `namespace-invalid` where there is no such stack, `resolver-refused` with the kernel's word. Throws `resolver-closed`. */
  async update(change: NamesChange): Promise<ReadonlyMap<Id, FairleadError>> {
    const sockets = known(change);
    try {
      const refused = await this.#thread.ask('update', { change: packChange(change) });
      return new Map([...refused].map(([id, told]) => [id, retell(told)]));
    } catch (error) {
      // One that goes on has them.
      if (this.#thread.closed) closeAll(sockets);
      throw error;
    }
  }

  /** The thread looks for what was posted before it answers anybody, so it need not be woken for it. To open and close sockets it must; who told it that does not wait for it. */
  tell(change: NamesChange): void {
    if (this.#thread.closed) return closeAll(known(change));
    this.#thread.post('tell', { change: packChange(change) });
    const post = Atomics.add(this.#posted, POSTED, 1) + 1;
    this.#handed.add(post, change);
    if (post % UNREAD === 0) this.#thread.wake();
    else if (isOfSockets(change)) this.#wakeSoon();
  }

  /** What it has done, and is doing. Throws `resolver-closed`. */
  stats(): Promise<Counts> {
    return this.#thread.ask('stats', {});
  }

  #wakeSoon(): void {
    if (this.#waking) return;
    this.#waking = true;
    setImmediate(() => {
      this.#waking = false;
      this.#thread.wake();
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#thread.close();
  }
}

const isOfSockets = ({ sandboxes, sockets }: NamesChange): boolean => (sockets?.size ?? 0) > 0 || [...sandboxes.values()].includes(null);
