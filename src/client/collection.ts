import { failure } from '../base/error.js';
import type { CallHow, RemoveHow } from '../model/asks.js';
import type { Collection } from '../model/fairlead.js';
import { waiting, within } from '../model/within.js';
import { wrong } from '../model/wrong.js';
import { queryOf } from './query-of.js';
import type { Call } from './transport.js';

/** One collection of the daemon's. */
export class RemoteCollection<T, Ask, Change> implements Collection<T, Ask, Change> {
  readonly #call: Call;
  readonly #kind: 'network' | 'sandbox' | 'endpoint';
  readonly #path: string;

  constructor(call: Call, kind: 'network' | 'sandbox' | 'endpoint', path: string) {
    this.#call = call;
    this.#kind = kind;
    this.#path = path;
  }

  create(ask: Ask, how?: CallHow): Promise<T> {
    return waiting(how, (signal) => this.#call<T>({ method: 'POST', path: this.#path, body: ask, signal }));
  }

  update(ref: string, change: Change, how?: CallHow): Promise<T> {
    return waiting(how, async (signal) => this.#call<T>({ method: 'PATCH', path: this.pathOf(ref), body: change, signal }));
  }

  get(ref: string, how?: CallHow): Promise<T> {
    return waiting(how, async (signal) => this.#call<T>({ method: 'GET', path: this.pathOf(ref), signal }));
  }

  list(how?: CallHow): Promise<readonly T[]> {
    return waiting(how, (signal) => this.#call<readonly T[]>({ method: 'GET', path: this.#path, signal }));
  }

  remove(ref: string, how?: RemoveHow & CallHow): Promise<void> {
    // All that is said: what the daemon does not know it refuses.
    return within(how, async (signal, rest) => this.#call({ method: 'DELETE', path: `${this.pathOf(ref)}${queryOf(rest)}`, signal }));
  }

  /** The path of one object. Throws that it is absent where nothing of that name can be, nor be written in a path. */
  protected pathOf(ref: string): string {
    if (typeof ref !== 'string') throw wrong(this.#kind, ref, 'no text');
    if (!fitsPath(ref)) throw failure(`${this.#kind}-absent`, { ref });
    return `${this.#path}/${encodeURIComponent(ref)}`;
  }
}

/** Whether the text can be one segment of a path: dots alone are taken for directories, and halves of a surrogate pair cannot be encoded. */
export const fitsPath = (ref: string): boolean => ref !== '' && ref !== '.' && ref !== '..' && fitsUrl(ref);

/** Whether the text can be part of a URL. Names and ids have at most 128 characters; a server takes heads of 16 KiB. */
export const fitsUrl = (ref: string): boolean => typeof ref === 'string' && ref.length <= 1_024 && !/\p{Surrogate}/u.test(ref);
