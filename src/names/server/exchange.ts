import { FairleadError } from '../../base/error.js';
import { SystemError } from '../../kernel/linux/io/system-error.js';
import { rcode } from '../wire/constants.js';
import { write16 } from '../wire/octets.js';
import { passOn } from '../wire/pass-on.js';
import { Question } from '../wire/question.js';
import { refuse, type Transport } from '../wire/reply.js';
import { isFailure, readResponse, type Response } from '../wire/response.js';
import type { Asking, Attempt } from './attempt.js';
import type { Client } from './client.js';
import { LONGEST_MESSAGE } from './frames.js';
import type { Health } from './health.js';
import { randomId } from './random-id.js';
import type { Route, Server } from './route.js';
import type { Service } from './service.js';
import { TcpAttempt } from './tcp-attempt.js';
import { UdpAttempt } from './udp-attempt.js';

/** Who an exchange belongs to. */
export interface Exchanging {
  readonly service: Service;
  readonly health: Health;
  /** The servers in the order in which this question is to go through them. */
  turned(route: Route): readonly Server[];
  /** It is over: its clients are answered. */
  ended(exchange: Exchange): void;
}

const question = new Question();
const out = new Uint8Array(LONGEST_MESSAGE);

/**
 * One question that is with upstreams, and all who wait for its answer.
 *
 *     upstream n, UDP ──► answer ─────────────────────────────► into the cache, and to the clients
 *         │      │ truncated, and the clients came by TCP
 *         │      └──► the same upstream, TCP ──► answer ──────► the same
 *         │                │ failed
 *         ▼ failed ◄───────┘
 *     upstream n+1 … none left ───────────────────────────────► SERVFAIL
 */
export class Exchange implements Asking {
  /** Another question is the same when its key is. */
  readonly key: string;
  readonly route: Route;
  readonly query: Uint8Array;
  readonly clients: Client[] = [];
  readonly #owner: Exchanging;
  readonly #transport: Transport;
  readonly #servers: readonly Server[];
  #asked = 0;
  #id = 0;
  #over: Transport;
  #attempt: Attempt | undefined;

  /** `query` becomes the exchange's own. `transport` is the clients'. */
  constructor(owner: Exchanging, key: string, route: Route, query: Uint8Array, transport: Transport) {
    this.#owner = owner;
    this.key = key;
    this.route = route;
    this.query = query;
    this.#transport = transport;
    this.#over = route.over;
    const once = owner.health.order(owner.turned(route), owner.service.now);
    this.#servers = Array.from({ length: route.rounds }, () => once).flat();
  }

  /** Asks the next upstream that can be asked. */
  next(): void {
    for (;;) {
      const server = this.#servers[this.#asked++];
      if (server === undefined) return this.#giveUp();
      if (this.#ask(server, this.route.over)) return;
    }
  }

  read(bytes: Uint8Array, length: number): Response | undefined {
    question.read(this.query, this.query.length);
    return readResponse(bytes, length, question, this.#id);
  }

  answered(response: Response): void {
    const { health, service } = this.#owner;
    this.#attempt = undefined;
    health.answered(this.#server);
    if (isFailure(response)) return this.next();
    if (response.truncated && this.#transport === 'tcp' && this.#over === 'udp') return this.#askAgain();
    question.read(this.query, this.query.length);
    service.cache.put(this.route.scope, question, response, service.now);
    this.#finish(() => passOn(response, 0, question, out, this.#transport));
  }

  failed(silent: boolean): void {
    this.#attempt = undefined;
    if (silent) this.#owner.health.silent(this.#server, this.#owner.service.now);
    this.next();
  }

  /** Ends it without an answer: its way or its clients are gone. */
  abandon(): void {
    this.#attempt?.abandon();
    this.#attempt = undefined;
    this.#owner.ended(this);
  }

  /** The one that is asked. */
  get #server(): Server {
    return this.#servers[this.#asked - 1] as Server;
  }

  #askAgain(): void {
    if (!this.#ask(this.#server, 'tcp')) this.next();
  }

  // False when it cannot even be asked: no way there, no descriptor left, the namespace gone.
  #ask(server: Server, over: Transport): boolean {
    const { service } = this.#owner;
    this.#over = over;
    this.#id = randomId();
    write16(this.query, 0, this.#id);
    try {
      this.#attempt = new (over === 'udp' ? UdpAttempt : TcpAttempt)(service, this, this.route, server);
      return true;
    } catch (error) {
      if (FairleadError.is(error)) service.lost.add(this.route.sandbox);
      const known = FairleadError.is(error) || error instanceof SystemError;
      service.log[known ? 'debug' : 'error']('an upstream cannot be asked', { server: server.key, error: String(error) });
      return false;
    }
  }

  #giveUp(): void {
    this.#owner.service.counts.failed++;
    this.#finish(() => refuse(question, rcode.serverFailure, out));
  }

  // Each client gets the answer to its own question: its id, its name's case.
  #finish(write: () => number): void {
    this.#owner.ended(this);
    for (const client of this.clients) {
      question.read(client.query, client.query.length);
      client.reply(out.subarray(0, write()));
    }
  }
}
