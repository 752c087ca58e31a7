import type { Watched } from '../../kernel/linux/io/epoll.js';
import { EPOLLIN } from '../../kernel/linux/io/events.js';
import { dropped, forwarded } from '../answer.js';
import type { Client } from './client.js';
import type { Forwarder } from './forwarder.js';
import type { Sandbox } from './sandbox.js';
import { isCut } from '../wire/is-cut.js';
import type { Service } from './service.js';

/** The UDP socket of a sandbox: at most 64 queries a turn, so that nobody's flood keeps others waiting. */
export class UdpListener implements Watched {
  readonly #service: Service;
  readonly #forwarder: Forwarder;
  readonly #sandbox: Sandbox;
  #fd: number | undefined;

  constructor(service: Service, forwarder: Forwarder, sandbox: Sandbox) {
    this.#service = service;
    this.#forwarder = forwarder;
    this.#sandbox = sandbox;
  }

  /** Takes a bound socket over. */
  listen(fd: number): void {
    this.#service.epoll.add(fd, EPOLLIN, this);
    this.#fd = fd;
  }

  ready(): void {
    if (this.#fd === undefined) return;
    const { datagrams } = this.#service;
    const count = datagrams.receive(this.#fd);
    this.#service.hear();
    if (this.#fd === undefined) return;
    for (let index = 0; index < count; index++) this.#take(index);
    if (count > 0) datagrams.flush(this.#fd);
  }

  failed(error: unknown): void {
    this.#service.log.error('the resolver failed at a datagram', { sandbox: this.#sandbox.id, error: String(error) });
  }

  close(): void {
    if (this.#fd === undefined) return;
    this.#service.epoll.close(this.#fd);
    this.#fd = undefined;
  }

  #take(index: number): void {
    const { datagrams, answerer, counts } = this.#service;
    const [query, length, out] = [datagrams.packet(index), datagrams.length(index), datagrams.reply()];
    counts.queries++;
    let answered = datagrams.isCut(index) ? dropped : answerer.answer(this.#sandbox.id, query, length, out, 'udp');
    if (answered === forwarded) answered = this.#forward(index, out);
    else if (answered > 0) counts.local++;
    else counts.dropped++;
    if (answered <= 0) return;
    if (isCut(out)) this.#sandbox.hearStreams();
    datagrams.answer(index, answered);
  }

  #forward(index: number, out: Uint8Array): number {
    const { route, waiting } = this.#sandbox;
    return this.#forwarder.forward(route, waiting, out, 'udp', () => this.#client(index));
  }

  #client(index: number): Client {
    const { datagrams } = this.#service;
    const to = datagrams.sender(index);
    this.#sandbox.waiting++;
    return {
      query: datagrams.packet(index).slice(0, datagrams.length(index)),
      reply: (response) => {
        this.#sandbox.waiting--;
        if (this.#fd === undefined) return;
        if (isCut(response)) this.#sandbox.hearStreams();
        datagrams.send(this.#fd, response, to);
      },
    };
  }
}
