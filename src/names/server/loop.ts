import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import { asFailure } from '../../base/error.js';
import type { Id } from '../../base/id.js';
import { type Told, tell } from '../../base/told.js';
import { Datagrams } from '../../kernel/linux/io/datagrams.js';
import { Epoll, type Watched } from '../../kernel/linux/io/epoll.js';
import { EPOLLIN } from '../../kernel/linux/io/events.js';
import { Home } from '../../kernel/linux/io/home.js';
import { Leftovers } from '../../kernel/linux/io/leftovers.js';
import { sleepFor } from '../../kernel/linux/io/sleep-for.js';
import { Stream } from '../../kernel/linux/io/stream.js';
import { logTo, type Word } from '../../kernel/linux/io/thread-words.js';
import { openWake, quieten } from '../../kernel/linux/io/wake.js';
import { Answerer } from '../answer.js';
import { Cache } from '../cache.js';
import { Zone } from '../zone.js';
import { noCounts } from '../counts.js';
import { Forwarder } from './forwarder.js';
import { type PackedChange, unpackChange } from './packed-change.js';
import { type Ask, POSTED, READ, type Start } from './protocol.js';
import { Sandboxes } from './sandboxes.js';
import type { Service } from './service.js';
import { Spans } from './spans.js';
import { Waits } from './waits.js';

/**
 * The resolver's thread. It sleeps in epoll alone, and its requests wake it by a descriptor there, so that they have their turn
 * however much comes from the network:
 *
 *     epoll(wake, sockets; until something expires) ──► whatever is ready, each a turn ──► what has expired ──┐
 *        ▲────────────────────────────────────────────────────────────────────────────────────────────────────┘
 */
export class Loop implements Watched {
  readonly #port: MessagePort;
  readonly #say: (word: Word) => void;
  readonly #ending: Int32Array;
  readonly #posted: Int32Array;
  #heard = 0;
  readonly #wake: number;
  readonly #zone = new Zone();
  readonly #service: Service;
  readonly #forwarder: Forwarder;
  readonly #sandboxes: Sandboxes;
  readonly #leftovers = new Leftovers();

  /** Throws `namespace-invalid` when `host` is none. */
  constructor({ host, limits, ending, posted }: Start, port: MessagePort, say: (word: Word) => void) {
    this.#port = port;
    this.#say = say;
    this.#ending = ending;
    this.#posted = posted;
    this.#service = {
      home: new Home(host),
      epoll: new Epoll(),
      datagrams: new Datagrams(),
      stream: new Stream(),
      answerer: new Answerer(this.#zone, Math.random),
      cache: new Cache(limits.cache),
      limits,
      counts: noCounts(),
      log: logTo(say),
      answers: new Spans(),
      quiet: new Waits(limits.idle),
      lost: new Set(),
      hear: () => this.#hear(),
      now: performance.now(),
    };
    this.#forwarder = new Forwarder(this.#service);
    this.#sandboxes = new Sandboxes(this.#service, this.#forwarder);
    this.#wake = openWake();
    this.#service.epoll.add(this.#wake, EPOLLIN, this);
  }

  /** That which wakes it, closed after its end by whoever has started the thread; the one that knows all others; and where it is at home. */
  get descriptors(): { readonly wake: number; readonly epoll: number; readonly home: number } {
    return { wake: this.#wake, epoll: this.#service.epoll.descriptor, home: this.#service.home.descriptor };
  }

  run(): void {
    try {
      this.#serve();
    } finally {
      this.#sandboxes.close();
      this.#forwarder.close();
      this.#service.home.close();
      this.#service.epoll.end();
    }
  }

  #serve(): void {
    const { epoll, answers, quiet } = this.#service;
    while (this.#ending[0] === 0) {
      this.#leftovers.rest(performance.now());
      const ready = epoll.wait(this.#timeout());
      // Before anything begins to wait: the last round may be long ago.
      this.#service.now = performance.now();
      if (ready > 0) this.#leftovers.worked(this.#service.now);
      epoll.dispatch();
      answers.expire(this.#service.now);
      quiet.expire(this.#service.now);
      this.#sandboxes.forget();
    }
  }

  /** The main thread has something to ask. */
  ready(): void {
    quieten(this.#wake);
    this.#receive();
  }

  // What was posted before a question was sent is known before that is answered, though nobody woke us for it.
  #hear(): void {
    if (Atomics.load(this.#posted, POSTED) !== this.#heard) this.#receive();
  }

  #receive(): void {
    // Read first: what is posted meanwhile counts as unheard.
    this.#heard = Atomics.load(this.#posted, POSTED);
    for (let received = receiveMessageOnPort(this.#port); received; received = receiveMessageOnPort(this.#port)) this.#answer(received.message as Ask);
    Atomics.store(this.#posted, READ, this.#heard);
  }

  failed(error: unknown): void {
    this.#service.log.error('the resolver failed at a request', { error: String(error) });
  }

  #answer(ask: Ask): void {
    try {
      if (ask.call === 'stats') this.#say({ id: ask.id, answer: this.#service.counts });
      else if (ask.call === 'update') this.#say({ id: ask.id, answer: this.#change(ask.change) });
      else for (const [sandbox, { code }] of this.#change(ask.change)) this.#service.log.error('a sandbox cannot be served', { sandbox, error: code });
    } catch (error) {
      this.#say({ id: ask.id, error: tell(asFailure(error)) });
    }
  }

  #change(packed: PackedChange): ReadonlyMap<Id, Told> {
    const change = unpackChange(packed);
    // Names first: nobody is to ask before they are there.
    this.#zone.apply(change);
    return this.#sandboxes.change(change.sandboxes, change.sockets);
  }

  /** Milliseconds until something expires, or until it looks around. */
  #timeout(): number {
    return sleepFor(Math.min(this.#service.answers.first, this.#service.quiet.first) - performance.now());
  }
}
