import type { Watched } from '../../kernel/linux/io/epoll.js';
import { EPOLLIN } from '../../kernel/linux/io/events.js';
import { EMFILE, ENFILE, ENOBUFS, ENOMEM } from '../../kernel/linux/io/system-error.js';
import type { Forwarder } from './forwarder.js';
import type { Sandbox } from './sandbox.js';
import type { Service } from './service.js';
import { TcpConnection } from './tcp-connection.js';

const OUT_OF_ROOM = [EMFILE, ENFILE, ENOBUFS, ENOMEM];

/** The TCP socket of a sandbox and its connections, the one that was used last behind the others. */
export class TcpListener implements Watched {
  readonly #service: Service;
  readonly #forwarder: Forwarder;
  readonly #sandbox: Sandbox;
  /** Made with the first: most sandboxes never ask over TCP. */
  #connections: Set<TcpConnection> | undefined;
  #fd: number | undefined;
  #paused = false;

  constructor(service: Service, forwarder: Forwarder, sandbox: Sandbox) {
    this.#service = service;
    this.#forwarder = forwarder;
    this.#sandbox = sandbox;
  }

  /** Takes a listening socket over. */
  listen(fd: number): void {
    this.#service.epoll.add(fd, EPOLLIN, this);
    this.#fd = fd;
  }

  ready(): void {
    if (this.#fd === undefined) return;
    const fd = this.#service.stream.accept(this.#fd);
    if (OUT_OF_ROOM.includes(-fd)) this.#makeRoom();
    if (fd < 0) return;
    this.#connections ??= new Set();
    if (this.#connections.size >= this.#service.limits.connections) this.#oldest()?.close();
    this.#service.counts.connections++;
    this.#connections.add(new TcpConnection(this.#service, this.#forwarder, this.#sandbox, this, fd));
  }

  failed(error: unknown): void {
    this.#service.log.error('the resolver failed at a connection', { sandbox: this.#sandbox.id, error: String(error) });
  }

  /** Time has passed since there was no room: others may have left. */
  expired(): void {
    if (this.#fd === undefined) return;
    this.#paused = false;
    this.#service.epoll.change(this.#fd, EPOLLIN);
  }

  /** A connection has been used. */
  used(connection: TcpConnection): void {
    this.#connections?.delete(connection);
    this.#connections?.add(connection);
  }

  /** A connection is closed. */
  left(connection: TcpConnection): void {
    this.#connections?.delete(connection);
  }

  close(): void {
    if (this.#fd !== undefined) this.#service.epoll.close(this.#fd);
    this.#fd = undefined;
    if (this.#paused) this.#service.quiet.clear(this);
    for (const connection of this.#connections ?? []) connection.close();
  }

  // No descriptor is left. Who knocks would wake us again and again: one of ours makes room, or the door is closed for a while.
  #makeRoom(): void {
    const oldest = this.#oldest();
    if (oldest !== undefined) return oldest.close();
    if (this.#fd === undefined) return;
    this.#paused = true;
    this.#service.epoll.change(this.#fd, 0);
    this.#service.quiet.begin(this, this.#service.now);
  }

  #oldest(): TcpConnection | undefined {
    return this.#connections?.values().next().value;
  }
}
