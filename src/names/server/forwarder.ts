import type { Id } from '../../base/id.js';
import { rcode } from '../wire/constants.js';
import type { Question } from '../wire/question.js';
import { refuse, type Transport } from '../wire/reply.js';
import { writeUpstreamQuery } from '../wire/upstream-query.js';
import type { Client } from './client.js';
import { Exchange, type Exchanging } from './exchange.js';
import { Health } from './health.js';
import { Places } from './places.js';
import type { Route, Server } from './route.js';
import type { Service } from './service.js';

const LONGEST_QUERY = 512; // more than `writeUpstreamQuery` needs
const written = new Uint8Array(LONGEST_QUERY);

/** Asks upstreams what Fairlead does not know. The same question is asked once, however many wait for it. */
export class Forwarder implements Exchanging {
  readonly service: Service;
  readonly health: Health;
  readonly #exchanges = new Map<string, Exchange>();
  readonly #places: Places;
  #turn = 0;

  constructor(service: Service) {
    this.service = service;
    this.health = new Health(service.limits.dead);
    this.#places = new Places(service.limits.exchanges);
  }

  /**
   * Forwards the question that the answerer has just read. Returns the length of an answer in `out` where there is one at once, from
   * the cache or because too many wait (`waiting` of this sandbox do) or it has its share of the places for questions; 0 when the client, which `waits` makes, is told later.
   */
  forward(route: Route, waiting: number, out: Uint8Array, transport: Transport, waits: () => Client): number {
    const { cache, counts, limits, answerer, now } = this.service;
    const { question } = answerer;
    const cached = cache.answer(route.scope, question, now, out, transport);
    if (cached > 0) {
      counts.cached++;
      return cached;
    }
    const key = keyOf(route, question, transport);
    const known = this.#exchanges.get(key);
    if (waiting >= limits.waiting || (known === undefined && !this.#places.has(route.sandbox))) {
      counts.refused++;
      return refuse(question, rcode.refused, out);
    }
    if (known === undefined) this.#begin(new Exchange(this, key, route, queryOf(question), transport), waits());
    else this.#join(known, waits());
    return 0;
  }

  turned({ servers, rotate }: Route): readonly Server[] {
    if (!rotate) return servers;
    const first = this.#turn++ % servers.length;
    return [...servers.slice(first), ...servers.slice(0, first)];
  }

  ended(exchange: Exchange): void {
    if (!this.#exchanges.delete(exchange.key)) return;
    this.#places.give(exchange.route.sandbox);
    this.service.counts.exchanges = this.#places.taken;
  }

  /** Ends what is asked from the stack of this sandbox, by whatever route: its sockets keep the namespace alive. */
  leave(sandbox: Id): void {
    for (const exchange of this.#exchanges.values()) if (exchange.route.inside && exchange.route.sandbox === sandbox) exchange.abandon();
  }

  close(): void {
    for (const exchange of this.#exchanges.values()) exchange.abandon();
  }

  #begin(exchange: Exchange, client: Client): void {
    this.service.counts.forwarded++;
    this.#exchanges.set(exchange.key, exchange);
    this.#places.take(exchange.route.sandbox);
    this.service.counts.exchanges = this.#places.taken;
    exchange.clients.push(client);
    exchange.next();
  }

  #join(exchange: Exchange, client: Client): void {
    this.service.counts.joined++;
    exchange.clients.push(client);
  }
}

// Its id is still missing: each attempt draws one.
const queryOf = (question: Question): Uint8Array => written.slice(0, writeUpstreamQuery(question, 0, written));

// All that is in the query to the upstream but its id, the name in lower case; and whom it goes to, in which manner.
function keyOf({ scope, wait, rounds, rotate, over }: Route, { key, type, class: asked, flags, edns, dnssecOk }: Question, transport: Transport): string {
  return `${type} ${asked} ${flags} ${edns} ${dnssecOk} ${transport} ${wait} ${rounds} ${rotate} ${over} ${scope}\0${key}`;
}
