import { asFailure, FairleadError, failure } from '../../base/error.js';
import { rest } from '../../base/rest.js';
import { parse, readBody, writeBody } from '../wire/body.js';
import type { Method } from '../wire/methods.js';
import { errorIn } from '../wire/methods.js';
import { type PluginAddress, printAddress } from './address.js';
import { findPlugin } from './find-plugin.js';
import { post, type Posted, TooLong } from './post.js';

/** Where plugins are looked for, and how long they are waited for. */
export interface PluginSearch {
  readonly dirs: readonly string[];
  /** Milliseconds in all: for a plugin that is not there, and for each answer. */
  readonly patience: number;
}

/** A call that is made: `NetworkDriver.Join`. */
export interface Call<Ask, Answer> {
  readonly kind: 'Plugin' | 'NetworkDriver' | 'IpamDriver';
  readonly name: string;
  readonly method: Method<Ask, Answer>;
}

type Named = Pick<Call<unknown, unknown>, 'kind' | 'name'>;

// Nothing of the call has arrived: it may be made again.
const NOT_THERE = new Set(['ENOENT', 'ECONNREFUSED', 'EAGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/**
 * Calls a plugin by its name. One that is not there is looked for again after 1, 2, 4 … seconds, as Docker does, for as long as the
 * patience lasts; one that took a call and does not answer is not asked twice.
 *
 *     found ──► connected ──► answered ──► read
 *       │           │             └── an error, in its words ──► plugin-refused
 *       │           │             └── nothing in time, or broken off ──► plugin-silent
 *       └───────────┴── not there ──► waits, looks again ──► out of patience ──► plugin-absent, plugin-silent
 */
export class Caller {
  readonly plugin: string;
  readonly #search: PluginSearch;
  readonly #closing: AbortSignal;

  constructor(plugin: string, search: PluginSearch, closing: AbortSignal) {
    this.plugin = plugin;
    this.#search = search;
    this.#closing = closing;
  }

  /** The answer; `undefined` where the plugin has no such call and need not have it. With `once` nobody is waited for who is not there. */
  async call<Ask, Answer>(call: Call<Ask, Answer>, ask: Ask, once = false): Promise<Answer | undefined> {
    const { method } = call;
    const posted = await this.#post(call, method.bare ? '' : writeBody(method.ask, ask), once ? 0 : this.#search.patience);
    if (posted.status === 404 && method.optional) return undefined;
    const reason = this.#refused(call, posted);
    if (reason !== undefined) throw failure('plugin-refused', { plugin: this.plugin, call: called(call), reason });
    return this.#readable(call, () => readBody(method.answer, posted.text));
  }

  async #post(call: Named, body: string, patience: number): Promise<Posted> {
    const until = performance.now() + patience;
    for (let pause = 1000; ; pause *= 2) {
      try {
        return await this.#once(call, body);
      } catch (error) {
        if (!isNotThere(error) || performance.now() + pause > until || this.#closing.aborted) throw error;
      }
      await rest(pause, this.#closing);
    }
  }

  async #once(call: Named, body: string): Promise<Posted> {
    const address = await findPlugin(this.plugin, this.#search.dirs);
    if (!address) throw failure('plugin-absent', { plugin: this.plugin, dirs: this.#search.dirs.join(', ') });
    const limit = AbortSignal.timeout(this.#search.patience);
    try {
      return await post(address, `/${called(call)}`, body, AbortSignal.any([limit, this.#closing]));
    } catch (error) {
      if (error instanceof TooLong) throw failure('plugin-unfit', { plugin: this.plugin, call: called(call), reason: error.message }, { cause: error });
      throw this.#silent(call, address, limit.aborted ? `nothing within ${this.#search.patience / 1000} s` : reasonOf(error), error);
    }
  }

  #silent(call: Named, address: PluginAddress, reason: string, cause: unknown): FairleadError {
    return failure('plugin-silent', { plugin: this.plugin, call: called(call), address: printAddress(address), reason }, { cause });
  }

  // Why it says no: in the field for that, or, with a status that is none of success, in whatever it sent.
  #refused({ kind }: Named, { status, text }: Posted): string | undefined {
    const said = errorIn(
      kind,
      attempt(() => parse(text)),
    );
    if (said !== undefined) return said;
    return status === 200 ? undefined : text.trim().slice(0, 500) || `status ${status}`;
  }

  #readable<T>(call: Named, read: () => T): T {
    try {
      return read();
    } catch (error) {
      const reason = FairleadError.is(error) && error.code === 'body-invalid' ? String(error.values['reason']) : asFailure(error).message;
      throw failure('plugin-unfit', { plugin: this.plugin, call: called(call), reason }, { cause: error });
    }
  }
}

const called = ({ kind, name }: Named): string => `${kind}.${name}`;

const isNotThere = (error: unknown): boolean => FairleadError.is(error) && (error.code === 'plugin-absent' || NOT_THERE.has(reasonOf(error.cause)));

const reasonOf = (error: unknown): string => (error as NodeJS.ErrnoException | undefined)?.code ?? (error instanceof Error ? error.message : String(error));

function attempt<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}
