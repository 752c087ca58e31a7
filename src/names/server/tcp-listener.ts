import type { Ip } from '../../ip/types.js';
import { openBoundSocket } from '../../kernel/linux/io/bound-socket.js';
import type { Watched } from '../../kernel/linux/io/epoll.js';
import { EPOLLIN } from '../../kernel/linux/io/events.js';
import { noDelay } from '../../kernel/linux/io/no-delay.js';
import { EINVAL, EMFILE, ENFILE, ENOBUFS, ENOMEM } from '../../kernel/linux/io/system-error.js';
import type { Forwarder } from './forwarder.js';
import type { Sandbox } from './sandbox.js';
import type { Service } from './service.js';
import { TcpConnection } from './tcp-connection.js';

const OUT_OF_ROOM = [EMFILE, ENFILE, ENOBUFS, ENOMEM];

/** Where it listens. */
interface Place {
  readonly address: Ip;
  readonly port: number;
}

/** The TCP socket of a sandbox and its connections, the one that was used last behind the others. */
export class TcpListener implements Watched {
  readonly #service: Service;
  readonly #forwarder: Forwarder;
  readonly #sandbox: Sandbox;
  /** Made with the first: most sandboxes never ask over TCP. */
  #connections: Set<TcpConnection> | undefined;
  #fd: number | undefined;
  #paused = false;

  readonly #place: Place;

  constructor(service: Service, forwarder: Forwarder, sandbox: Sandbox, place: Place) {
    this.#service = service;
    this.#forwarder = forwarder;
    this.#sandbox = sandbox;
    this.#place = place;
  }

  /** Listens at its place where the thread is. Throws `SystemError`. */
  open(): void {
    this.listen(noDelay(openBoundSocket({ type: 'tcp', ...this.#place })));
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
    else if (-fd === EINVAL) this.#destroyed();
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
    if (!this.#paused) return;
    this.#paused = false;
    if (this.#fd === undefined) this.#openAnew();
    else this.#service.epoll.change(this.#fd, EPOLLIN);
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
    this.#service.epoll.change(this.#fd, 0);
    this.#wait();
  }

  // It listens no more (SOCK_DESTROY, by whoever has CAP_NET_ADMIN in there), and would wake us for ever. It is opened anew after a while: who does it again and
  // again is to cost nothing.
  #destroyed(): void {
    if (this.#fd !== undefined) this.#service.epoll.close(this.#fd);
    this.#fd = undefined;
    this.#wait();
  }

  #openAnew(): void {
    try {
      this.#service.home.inside(this.#sandbox.route.path, () => this.open());
    } catch (error) {
      this.#service.log.debug('names by TCP cannot be listened for again yet', { sandbox: this.#sandbox.id, error: String(error) });
      this.#wait();
    }
  }

  #wait(): void {
    this.#paused = true;
    this.#service.quiet.begin(this, this.#service.now);
  }

  #oldest(): TcpConnection | undefined {
    return this.#connections?.values().next().value;
  }
}
