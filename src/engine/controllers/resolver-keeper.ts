import type { Clock } from '../../base/clock.js';
import { asFailure, type FairleadError, failure } from '../../base/error.js';
import type { Log } from '../../base/log.js';
import { rest } from '../../base/rest.js';
import type { Names } from '../../names/names.js';
import { Pace } from './pace.js';

/** How a resolver is started. */
export type OpenNames = () => Promise<Names>;

/**
 * The resolver, and another one when it has ended by itself. Whoever asks waits for its turn, a second at most, so that one that ends
 * again and again does not take the machine.
 *
 *     there ──► ended ──► `ended` is called ──► somebody asks ──► its turn ──► started: there
 *                                                    ▲                └──► not: `resolver-absent`, until somebody asks again
 */
export class ResolverKeeper implements AsyncDisposable {
  readonly #open: OpenNames;
  readonly #world: { readonly clock: Clock; readonly log: Log };
  readonly #ended: () => void;
  readonly #pace = new Pace();
  readonly #closing = new AbortController();
  #names: Names | undefined;
  #trouble: FairleadError | undefined;

  constructor(first: Names, open: OpenNames, world: { readonly clock: Clock; readonly log: Log }, ended: () => void) {
    this.#open = open;
    this.#world = world;
    this.#ended = ended;
    this.#take(first);
  }

  /** Why there is none; `undefined` while there is one. */
  get trouble(): FairleadError | undefined {
    return this.#trouble;
  }

  /** The one that is there, started if need be. One caller at a time. Throws `resolver-absent`, `resolver-closed`. */
  async names(): Promise<Names> {
    if (this.#names) return this.#names;
    const { clock, log } = this.#world;
    await rest(this.#pace.wait(clock.now()), this.#closing.signal);
    if (this.#closing.signal.aborted) throw failure('resolver-closed', {});
    this.#pace.pass(clock.now());
    try {
      const names = await this.#open();
      log.warn('the resolver was started again');
      return this.#take(names);
    } catch (error) {
      throw this.#absent(asFailure(error).message, error);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    await this.#names?.[Symbol.asyncDispose]();
  }

  #take(names: Names): Names {
    this.#names = names;
    this.#trouble = undefined;
    void names.ended.then(() => this.#lose());
    return names;
  }

  #lose(): void {
    this.#names = undefined;
    if (this.#closing.signal.aborted) return;
    this.#absent('it ended by itself');
    this.#world.log.error('the resolver has ended');
    this.#ended();
  }

  #absent(reason: string, cause?: unknown): FairleadError {
    this.#trouble = failure('resolver-absent', { reason }, { cause });
    return this.#trouble;
  }
}
