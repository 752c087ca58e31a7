import { isLater } from '../../kernel/linux/io/calls.js';
import { EPOLLIN, EPOLLOUT } from '../../kernel/linux/io/events.js';
import { type Asking, type Attempt, openTowards } from './attempt.js';
import { framed, Frames } from './frames.js';
import type { Route, Server } from './route.js';
import type { Service } from './service.js';
import type { Waits } from './waits.js';

/**
 * A question with an upstream over TCP: a connection of its own.
 *
 *     connecting ──► sending ──► waits ──► answer: answered      refused, closed, time over: failed, silent
 */
export class TcpAttempt implements Attempt {
  readonly #service: Service;
  readonly #asking: Asking;
  readonly #fd: number;
  readonly #waits: Waits;
  readonly #frames = new Frames();
  #unsent: Uint8Array;

  /** Throws as `openTowards` does. */
  constructor(service: Service, asking: Asking, route: Route, server: Server) {
    this.#service = service;
    this.#asking = asking;
    this.#unsent = framed(asking.query);
    this.#fd = openTowards(service, route, server, 'tcp');
    service.epoll.add(this.#fd, EPOLLOUT, this);
    this.#waits = service.answers.of(route.wait);
    this.#waits.begin(this, service.now);
  }

  ready(): void {
    if (this.#unsent.length > 0) this.#send();
    else this.#receive();
  }

  failed(error: unknown): void {
    this.#service.log.error('the resolver failed at an answer over TCP', { error: String(error) });
    this.#fail(false);
  }

  expired(): void {
    this.#fail(true);
  }

  abandon(): void {
    this.#waits.clear(this);
    this.#service.epoll.close(this.#fd);
  }

  #send(): void {
    const sent = this.#service.stream.send(this.#fd, this.#unsent);
    if (isLater(sent)) return;
    if (sent < 0) return this.#fail(true);
    this.#unsent = this.#unsent.subarray(sent);
    if (this.#unsent.length === 0) this.#service.epoll.change(this.#fd, EPOLLIN);
  }

  #receive(): void {
    const { stream } = this.#service;
    const length = stream.receive(this.#fd);
    if (isLater(length)) return;
    if (length <= 0) return this.#fail(true);
    this.#frames.add(stream.received.subarray(0, length));
    const message = this.#frames.take();
    if (message === undefined) return;
    const response = this.#asking.read(message, message.length);
    if (response === undefined) return this.#fail(false);
    this.abandon();
    this.#asking.answered(response);
  }

  #fail(silent: boolean): void {
    this.abandon();
    this.#asking.failed(silent);
  }
}
