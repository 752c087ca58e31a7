import { isLater } from '../../kernel/linux/io/calls.js';
import { EPOLLIN } from '../../kernel/linux/io/events.js';
import { SystemError } from '../../kernel/linux/io/system-error.js';
import { type Asking, type Attempt, openTowards } from './attempt.js';
import type { Route, Server } from './route.js';
import type { Service } from './service.js';
import type { Waits } from './waits.js';

/**
 * A question with an upstream over UDP: a socket of its own, so that its port is one that nobody can guess, and connected, so that
 * nobody else is heard and ICMP's errors are.
 *
 *     sent ──► waits ──► answer: answered      ICMP's error, time over: failed, silent
 *              ▲  │ something else
 *              └──┘
 */
export class UdpAttempt implements Attempt {
  readonly #service: Service;
  readonly #asking: Asking;
  readonly #fd: number;
  readonly #waits: Waits;

  /** Throws as `openTowards` does. */
  constructor(service: Service, asking: Asking, route: Route, server: Server) {
    this.#service = service;
    this.#asking = asking;
    this.#fd = openTowards(service, route, server, 'udp');
    service.epoll.add(this.#fd, EPOLLIN, this);
    this.#waits = service.answers.of(route.wait);
    this.#waits.begin(this, service.now);
    const sent = service.stream.send(this.#fd, asking.query);
    if (sent >= 0 || isLater(sent)) return;
    this.abandon();
    throw new SystemError('send', -sent);
  }

  ready(): void {
    const { stream } = this.#service;
    const length = stream.receive(this.#fd);
    if (isLater(length)) return;
    if (length < 0) return this.#fail(true);
    const response = this.#asking.read(stream.received, length);
    if (response === undefined) return;
    this.abandon();
    this.#asking.answered(response);
  }

  failed(error: unknown): void {
    this.#service.log.error('the resolver failed at an answer over UDP', { error: String(error) });
    this.#fail(false);
  }

  expired(): void {
    this.#fail(true);
  }

  abandon(): void {
    this.#waits.clear(this);
    this.#service.epoll.close(this.#fd);
  }

  #fail(silent: boolean): void {
    this.abandon();
    this.#asking.failed(silent);
  }
}
