import { setMaxListeners } from 'node:events';
import { FairleadError, failure } from '../../base/error.js';
import type { Log } from '../../base/log.js';
import { rest } from '../../base/rest.js';
import { type Fault, faultOf, linkFaultOf, wordsOf } from './fault.js';
import type { History } from './history.js';
import { LateError, Link } from './link.js';
import type { EtcdPlace } from './place.js';
import { calls, type Header } from './protocol.js';
import { passwordOf } from './password.js';

/** How long one member has for an answer. Half a second more than an election takes where etcd is as it comes. */
const ATTEMPT = 1500;
/** How long a caller waits at most: an election and three more tries. */
const PATIENCE = 5000;
const PAUSE = 100;

/** A call that came to nothing. `lost`: the call, or an earlier try of it, may have been done all the same. */
export class CallError extends Error {
  constructor(
    readonly fault: Fault,
    readonly lost: boolean,
    options: ErrorOptions,
  ) {
    super(wordsOf(options.cause), options);
  }
}

/**
 * The members of an etcd, of which one is spoken with at a time. Whoever of them answers a read through the quorum first becomes
 * that one; it stays until it fails.
 *
 *     (none) ── all are asked at once, the first that answers ──▶ linked
 *       ▲                                                          │
 *       └── no answer, no leader, login ended ── the link is left ─┘
 */
export class Members {
  readonly #place: EtcdPlace;
  readonly #closed = new AbortController();
  #link: Promise<Link> | undefined;
  readonly #log: Log;
  readonly #history: History;
  /** Why none of them answers, as the log was told. */
  readonly #said = new Set<string>();

  constructor(place: EtcdPlace, history: History, log: Log) {
    // Every call that is tried again waits on it.
    setMaxListeners(0, this.#closed.signal);
    this.#place = place;
    this.#history = history;
    this.#log = log;
  }

  /** Which past they have. */
  get history(): History {
    return this.#history;
  }

  get name(): string {
    return this.#place.name;
  }

  /**
   * Makes the call, on one member after the other while what became of it is not known. So it must be one that may be done twice.
   * Throws CallError, after `patience` milliseconds at the latest.
   */
  async run<Answer>(call: (link: Link, milliseconds: number) => Promise<Answer>, patience = PATIENCE): Promise<Answer> {
    const started = performance.now();
    const left = () => patience - (performance.now() - started);
    let lost = false;
    for (;;) {
      const link = await this.#linked(left, lost);
      try {
        const answer = await call(link, Math.min(ATTEMPT, Math.max(left(), PAUSE)));
        if (isHeaded(answer)) this.#history.heard(answer.header);
        return answer;
      } catch (error) {
        const fault = faultOf(error);
        if (fault !== 'stale' && fault !== 'lost') throw new CallError(fault, lost, { cause: error });
        lost ||= fault === 'lost';
        // Whoever answers others is only slow: leaving it would break off all that they wait for.
        if (!(error instanceof LateError) || !link.heardWithin(ATTEMPT)) this.leave(link);
        if (left() <= PAUSE) throw new CallError(fault, lost, { cause: error });
      }
      await this.#pause();
    }
  }

  /** A link, as soon as there is one; `undefined` once the signal aborts. */
  async link(signal: AbortSignal): Promise<Link | undefined> {
    while (!signal.aborted) {
      const link = await this.#connected().catch(() => undefined);
      if (link) return link;
      await rest(10 * PAUSE, signal);
    }
    return undefined;
  }

  /** This link has failed: the next call looks for another. */
  leave(link: Link): void {
    if (link.gone.aborted) return;
    this.#link = undefined;
    link.close();
  }

  /** A failed call as users are told of it. Nothing was done. */
  toldOf({ fault, message, cause }: CallError): FairleadError {
    const { name: etcd, user, prefix } = this.#place;
    const reason = message;
    if (FairleadError.is(cause)) return cause;
    if (fault === 'denied') return failure('store-refused', { etcd, who: user ? `user ${user.name}` : 'whoever names no user', reason, prefix }, { cause });
    if (fault === 'too-large') return failure('store-too-large', { etcd, reason }, { cause });
    if (fault === 'full') return failure('store-full', { etcd, reason }, { cause });
    if (fault === 'distrusted') return failure('store-distrusted', { etcd, reason }, { cause });
    return failure('store-unreachable', { etcd, reason }, { cause });
  }

  async close(): Promise<void> {
    this.#closed.abort();
    const link = await this.#link?.catch(() => undefined);
    link?.close();
  }

  async #linked(left: () => number, lost: boolean): Promise<Link> {
    for (;;) {
      try {
        return await this.#connected();
      } catch (error) {
        const { fault, cause } = error as CallError;
        if (fault !== 'lost' || left() <= PAUSE || this.#closed.signal.aborted) throw new CallError(fault, lost, { cause });
      }
      await this.#pause();
    }
  }

  #connected(): Promise<Link> {
    if (this.#link) return this.#link;
    const link = this.#race();
    this.#link = link;
    link.catch(() => {
      if (this.#link === link) this.#link = undefined;
    });
    return link;
  }

  async #race(): Promise<Link> {
    const trust = this.#place.tls?.(this.#log);
    const links = this.#place.endpoints.map((endpoint) => new Link(endpoint, trust));
    try {
      const first = await Promise.any(links.map((link) => this.#greet(link)));
      for (const link of links) if (link !== first) link.close();
      if (this.#said.size > 0) this.#log.info('the shared store answers again', { store: this.name, member: first.endpoint });
      this.#said.clear();
      return first;
    } catch (error) {
      for (const link of links) link.close();
      const said = worst((error as AggregateError).errors);
      if (!this.#said.has(said.message)) this.#log.warn('the shared store does not answer', { store: this.name, reason: said.message });
      this.#said.add(said.message);
      throw said;
    }
  }

  async #greet(link: Link): Promise<Link> {
    await this.#login(link);
    await this.#history.look(link, ATTEMPT);
    return link;
  }

  async #login(link: Link): Promise<void> {
    const { user } = this.#place;
    if (!user) return;
    const password = await passwordOf(user);
    try {
      link.authorize((await link.call(calls.authenticate, { name: user.name, password }, ATTEMPT)).token);
    } catch (error) {
      // An etcd that knows no users serves all.
      if (!/authentication is not enabled/.test(wordsOf(error))) throw error;
    }
  }

  #pause(): Promise<void> {
    return rest(PAUSE, this.#closed.signal);
  }
}

const isHeaded = (answer: unknown): answer is { readonly header: Header } =>
  typeof answer === 'object' && answer !== null && 'header' in answer && answer.header !== null;

// What one of them says for certain is worth more than that another was not there.
function worst(errors: readonly unknown[]): CallError {
  const all = errors.map((cause) => ({ cause, fault: linkFaultOf(cause) }));
  const certain = all.find(({ fault }) => fault !== 'lost' && fault !== 'stale');
  return new CallError(certain?.fault ?? 'lost', false, { cause: (certain ?? all[0])?.cause });
}
