import { isLater } from '../../kernel/linux/io/calls.js';
import type { Watched } from '../../kernel/linux/io/epoll.js';
import { EPOLLERR, EPOLLHUP, EPOLLIN, EPOLLOUT } from '../../kernel/linux/io/events.js';
import { forwarded } from '../answer.js';
import type { Client } from './client.js';
import type { Forwarder } from './forwarder.js';
import { framed, Frames, LONGEST_MESSAGE } from './frames.js';
import type { Sandbox } from './sandbox.js';
import type { Service } from './service.js';
import type { TcpListener } from './tcp-listener.js';
import type { Waiting } from './waits.js';

/** Queries of one connection a turn, so that others have theirs. */
const TURN = 64;

const out = new Uint8Array(LONGEST_MESSAGE);

/**
 * A client's TCP connection: several queries one after the other, or at once, answered as their answers come (RFC 7766 §6.2.1).
 *
 *     reading ──► its answers are not read: no more is read ──► they are ──► reading
 *        │ the client sends no more
 *        ▼
 *     ending ──► all is answered and sent: closed           quiet for too long, an error, no room: closed at once
 */
export class TcpConnection implements Watched, Waiting {
  readonly #service: Service;
  readonly #forwarder: Forwarder;
  readonly #sandbox: Sandbox;
  readonly #listener: TcpListener;
  readonly #frames = new Frames();
  readonly #unsent: Uint8Array[] = [];
  #backlog = 0;
  #waiting = 0;
  #ending = false;
  #closed = false;
  #interest = EPOLLIN;
  readonly #fd: number;

  /** Takes an accepted connection over. */
  constructor(service: Service, forwarder: Forwarder, sandbox: Sandbox, listener: TcpListener, fd: number) {
    this.#service = service;
    this.#forwarder = forwarder;
    this.#sandbox = sandbox;
    this.#listener = listener;
    this.#fd = fd;
    service.epoll.add(fd, this.#interest, this);
    service.quiet.begin(this, service.now);
  }

  ready(events: number): void {
    // Of a connection that is ending this is told when the client has gone altogether.
    if ((events & (EPOLLERR | EPOLLHUP)) !== 0) return this.close();
    if ((events & EPOLLIN) !== 0) this.#receive();
    this.#service.hear();
    this.#answer();
    this.#send();
    this.#settle();
  }

  failed(error: unknown): void {
    this.#service.log.error('the resolver failed at a query over TCP', { sandbox: this.#sandbox.id, error: String(error) });
    this.close();
  }

  // Whoever waits for us is not quiet; whoever does not read what we have sent is.
  expired(): void {
    if (this.#waiting > 0 && this.#backlog === 0) this.#service.quiet.begin(this, this.#service.now);
    else this.close();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#service.quiet.clear(this);
    this.#service.epoll.close(this.#fd);
    this.#listener.left(this);
  }

  #receive(): void {
    const { stream } = this.#service;
    const length = stream.receive(this.#fd);
    if (isLater(length)) return;
    if (length < 0) this.close();
    else if (length === 0) this.#ending = true;
    else this.#frames.add(stream.received.subarray(0, length));
  }

  // A turn's queries, as many as there is room for the answers of. What is left has the next turn.
  #answer(): void {
    for (let turn = 0; turn < TURN && this.#backlog < this.#service.limits.backlog && !this.#closed; turn++) {
      const query = this.#frames.take();
      if (query === undefined) return;
      this.#take(query);
    }
  }

  #take(query: Uint8Array): void {
    const { answerer, counts, quiet, now } = this.#service;
    this.#listener.used(this);
    quiet.begin(this, now);
    counts.queries++;
    let answered = answerer.answer(this.#sandbox.id, query, query.length, out, 'tcp');
    if (answered === forwarded) answered = this.#forward(query);
    else if (answered > 0) counts.local++;
    else counts.dropped++;
    if (answered > 0) this.#queue(out.subarray(0, answered));
  }

  #forward(query: Uint8Array): number {
    const { route, waiting } = this.#sandbox;
    return this.#forwarder.forward(route, waiting, out, 'tcp', () => this.#client(query));
  }

  #client(query: Uint8Array): Client {
    this.#sandbox.waiting++;
    this.#waiting++;
    return {
      query: query.slice(),
      reply: (response) => {
        this.#sandbox.waiting--;
        this.#waiting--;
        if (this.#closed) return;
        this.#service.quiet.begin(this, this.#service.now);
        this.#queue(response);
        this.#send();
        this.#settle();
      },
    };
  }

  #queue(response: Uint8Array): void {
    const frame = framed(response);
    this.#unsent.push(frame);
    this.#backlog += frame.length;
  }

  #send(): void {
    while (this.#backlog > 0 && !this.#closed) {
      const bytes = this.#unsent.length === 1 ? (this.#unsent[0] as Uint8Array) : Buffer.concat(this.#unsent);
      const sent = this.#service.stream.send(this.#fd, bytes);
      if (sent < 0 && !isLater(sent)) return this.close();
      this.#unsent.length = 0;
      this.#backlog = bytes.length - Math.max(0, sent);
      if (this.#backlog > 0) this.#unsent.push(bytes.subarray(bytes.length - this.#backlog));
      if (sent < 0) return;
    }
  }

  // What is to be told next: that there is more to read, once the queries that have come are answered; that there is room to send.
  #settle(): void {
    if (this.#closed) return;
    const left = this.#backlog > 0 || this.#frames.whole;
    if (this.#ending && this.#waiting === 0 && !left) return this.close();
    const interest = (left ? EPOLLOUT : 0) | (this.#ending || this.#frames.whole ? 0 : EPOLLIN);
    if (interest === this.#interest) return;
    this.#interest = interest;
    this.#service.epoll.change(this.#fd, interest);
  }
}
