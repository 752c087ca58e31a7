import type { Watched } from '../../kernel/linux/io/epoll.js';
import { EPOLLIN } from '../../kernel/linux/io/events.js';
import { sockaddr } from '../../kernel/linux/io/sockaddr.js';
import type { Guest } from '../../model/guest.js';
import { CLIENT_PORT } from '../../ipam/dhcp/v4/wire/constants.js';
import { answerDhcp } from './answer-dhcp.js';
import type { Sandbox } from './sandbox.js';
import type { Service } from './service.js';

/** Answers a turn. Each costs as much as many answers to questions for names, and a guest waits for one at a time: what is more is a flood. */
const MOST = 4;

/** The socket at which one guest asks for its address: at most `MOST` are answered a turn, so that nobody's flood keeps others waiting. */
export class DhcpListener implements Watched {
  readonly #service: Service;
  readonly #sandbox: Sandbox;
  readonly #guest: () => Guest;
  #fd: number | undefined;

  constructor(service: Service, sandbox: Sandbox, guest: () => Guest) {
    this.#service = service;
    this.#sandbox = sandbox;
    this.#guest = guest;
  }

  /** Takes a bound socket over. */
  listen(fd: number): void {
    this.#service.epoll.add(fd, EPOLLIN, this);
    this.#fd = fd;
  }

  ready(): void {
    if (this.#fd === undefined) return;
    const { datagrams } = this.#service;
    const count = Math.min(datagrams.receive(this.#fd), MOST);
    for (let index = 0; index < count; index++) {
      if (datagrams.isCut(index)) continue;
      const answer = answerDhcp(datagrams.packet(index).slice(0, datagrams.length(index)), this.#guest(), Date.now());
      if (answer) datagrams.send(this.#fd, answer.bytes, sockaddr(answer.to, CLIENT_PORT));
    }
  }

  failed(error: unknown): void {
    this.#service.log.error('a request for an address could not be answered', { sandbox: this.#sandbox.id, error: String(error) });
  }

  close(): void {
    if (this.#fd === undefined) return;
    this.#service.epoll.close(this.#fd);
    this.#fd = undefined;
  }
}
