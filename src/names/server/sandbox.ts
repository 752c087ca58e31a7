import type { Ip } from '../../ip/types.js';
import { openBoundSocket } from '../../kernel/linux/io/bound-socket.js';
import type { ResolverSockets } from '../../kernel/kernel.js';
import { close } from '../../kernel/linux/io/close.js';
import { resolverAddress } from '../../ip/resolver-address.js';
import type { ResolvingSandbox } from '../types.js';
import type { Forwarder } from './forwarder.js';
import { type Route, routeOf } from './route.js';
import { GuestService } from './guest-service.js';
import type { Service } from './service.js';
import { TcpListener } from './tcp-listener.js';
import { UdpListener } from './udp-listener.js';

/** How one begins: what is open already, and whether TCP is to wait. */
interface Beginning {
  readonly thrifty: boolean;
  readonly open: ResolverSockets | undefined;
}

const OWN: readonly Ip[] = [resolverAddress];

/**
 * A sandbox that is served: two descriptors an address, three for each machine in it, its connections, and where its questions go. A `thrifty` one has one descriptor an address
 * until an answer by UDP was cut short, or it is told to: its client is to ask by TCP then (RFC 7766 §5).
 */
export class Sandbox {
  readonly id: string;
  /** How many of its questions are with upstreams. */
  waiting = 0;
  #route: Route;
  readonly #service: Service;
  readonly #forwarder: Forwarder;
  readonly #port: number;
  readonly #addresses: readonly Ip[];
  readonly #datagrams: UdpListener[] = [];
  readonly #streams: TcpListener[] = [];
  /** That TCP could not be listened for when it was needed. */
  #isSaid = false;
  readonly #guests: readonly GuestService[];

  /** Opens its sockets, but for those that are open. Throws `namespace-invalid`, and `SystemError` when one cannot be bound. */
  constructor(service: Service, forwarder: Forwarder, told: ResolvingSandbox, { thrifty, open }: Beginning) {
    this.id = told.id;
    this.#service = service;
    this.#forwarder = forwarder;
    this.#port = told.port;
    this.#route = routeOf(told, service.limits);
    this.#addresses = told.addresses ?? OWN;
    this.#guests = (told.guests ?? []).map((guest) => new GuestService(service, forwarder, this, guest));
    try {
      if (open) this.#takeOver(open, thrifty);
      if (open && this.#guests.length === 0) return;
      service.home.inside(told.path, () => {
        for (const address of open ? [] : this.#addresses) this.#hear(address);
        if (!open && !thrifty) this.#listen();
        for (const guest of this.#guests) guest.open();
      });
    } catch (error) {
      this.close();
      throw error;
    }
  }

  get route(): Route {
    return this.#route;
  }

  /** Takes what has changed. False when its sockets are not where they are to be: it must be opened anew. */
  change(told: ResolvingSandbox): boolean {
    const { path, port, addresses = OWN, guests = [] } = told;
    if (path !== this.#route.path || port !== this.#port || addresses.join() !== this.#addresses.join()) return false;
    if (guests.length !== this.#guests.length || !this.#guests.every((guest, index) => guest.change(guests[index]))) return false;
    this.#route = routeOf(told, this.#service.limits);
    if (told.manner?.stream) this.hearStreams();
    return true;
  }

  /** Closes every socket of ours in its stack: one that stayed would keep the namespace alive. */
  close(): void {
    this.#forwarder.leave(this.id);
    for (const each of [...this.#datagrams, ...this.#streams, ...this.#guests]) each.close();
  }

  /** An answer by UDP was cut short, or the sandbox is told to ask by TCP: from now on TCP is listened for. */
  hearStreams(): void {
    if (this.#streams.length > 0) return;
    try {
      this.#service.home.inside(this.#route.path, () => this.#listen());
    } catch (error) {
      for (const each of this.#streams.splice(0)) each.close();
      if (!this.#isSaid) this.#service.log.warn('a sandbox cannot ask for names by TCP', { sandbox: this.id, error: String(error) });
      this.#isSaid = true;
    }
  }

  #takeOver({ udp, tcp }: ResolverSockets, thrifty: boolean): void {
    try {
      this.#hearAt(udp);
    } catch (error) {
      close(tcp);
      throw error;
    }
    if (thrifty) close(tcp);
    else this.#stream(resolverAddress).listen(tcp);
  }

  #hear(address: Ip): void {
    this.#hearAt(openBoundSocket({ type: 'udp', address, port: this.#port }));
  }

  #listen(): void {
    for (const address of this.#addresses) this.#stream(address).open();
  }

  #hearAt(socket: number): void {
    const udp = new UdpListener(this.#service, this.#forwarder, this);
    this.#datagrams.push(udp);
    udp.listen(socket);
  }

  #stream(address: Ip): TcpListener {
    const tcp = new TcpListener(this.#service, this.#forwarder, this, { address, port: this.#port });
    this.#streams.push(tcp);
    return tcp;
  }
}
