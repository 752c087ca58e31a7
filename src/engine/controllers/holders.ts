import { asFailure, FairleadError } from '../../base/error.js';
import type { ProcessId } from '../../base/process-id.js';
import type { Id } from '../../base/id.js';
import type { FairleadEvent } from '../../model/fairlead.js';
import type { Context } from '../context.js';
import { removeSandbox } from '../operations/remove-sandbox.js';

/**
 * Removes sandboxes whose holder has ended. Those that ended while no engine was there are gone since `recover`.
 *
 *     created, or known from before ──► waited for ──► the holder has ended ──► removed by force
 *                                           └──── removed by somebody ──► no longer waited for
 */
export class Holders {
  readonly #context: Context;
  /** What ends the waiting, by sandbox. */
  readonly #waiting = new Map<Id, AbortController>();
  readonly #work = new Set<Promise<void>>();
  readonly #deaf: () => void;

  /** Begins at once. */
  constructor(context: Context) {
    this.#context = context;
    this.#deaf = context.hub.listen((event) => this.#hear(event));
    for (const { id } of context.records.sandboxes.list()) this.#hold(id);
  }

  /** Waits for what it has begun, and begins nothing more. */
  async close(): Promise<void> {
    this.#deaf();
    for (const waiting of this.#waiting.values()) waiting.abort();
    await Promise.all(this.#work);
  }

  #hear({ kind, id, change }: FairleadEvent): void {
    if (kind !== 'sandbox') return;
    if (change === 'created') this.#hold(id);
    if (change === 'removed') this.#waiting.get(id)?.abort();
  }

  #hold(id: Id): void {
    const holder = this.#context.records.sandboxes.find(id)?.holder;
    if (!holder) return;
    const waiting = new AbortController();
    this.#waiting.set(id, waiting);
    const work = this.#follow(id, holder, waiting.signal).finally(() => {
      this.#waiting.delete(id);
      this.#work.delete(work);
    });
    this.#work.add(work);
  }

  async #follow(id: Id, holder: ProcessId, signal: AbortSignal): Promise<void> {
    const { kernel, log } = this.#context;
    try {
      await kernel.ended(holder, signal);
    } catch (error) {
      if (!signal.aborted) log.error('a process that holds a sandbox cannot be waited for', { sandbox: id, pid: holder.pid, error: asFailure(error).message });
      return;
    }
    await this.#remove(id, holder);
  }

  async #remove(id: Id, { pid }: ProcessId): Promise<void> {
    const { log } = this.#context;
    try {
      await removeSandbox(this.#context, id, { force: true });
      log.info('a sandbox went with its process', { sandbox: id, pid });
    } catch (error) {
      // The command line removes its own just before it ends.
      if (FairleadError.is(error) && error.code === 'sandbox-absent') return;
      log.error('a sandbox whose process has ended could not be removed', { sandbox: id, pid, error: asFailure(error).message });
    }
  }
}
