import { openBoundSocket } from '../../kernel/linux/io/bound-socket.js';
import { openBroadcastSocket } from '../../kernel/linux/io/broadcast-socket.js';
import type { Guest } from '../../model/guest.js';
import { DhcpListener } from './dhcp-listener.js';
import type { Forwarder } from './forwarder.js';
import type { Sandbox } from './sandbox.js';
import type { Service } from './service.js';
import { TcpListener } from './tcp-listener.js';
import { UdpListener } from './udp-listener.js';

const DNS = 53;
const DHCP = 67;

/** What answers a machine behind a tap: names at its gateway's address, and DHCP by its tap alone. */
export class GuestService {
  #guest: Guest;
  readonly #names: UdpListener;
  readonly #stream: TcpListener;
  readonly #dhcp: DhcpListener;

  constructor(service: Service, forwarder: Forwarder, sandbox: Sandbox, guest: Guest) {
    this.#guest = guest;
    this.#names = new UdpListener(service, forwarder, sandbox);
    this.#stream = new TcpListener(service, forwarder, sandbox, { address: guest.at, port: DNS });
    this.#dhcp = new DhcpListener(service, sandbox, () => this.#guest);
  }

  /** Opens its sockets where the thread is. Throws `SystemError`. */
  open(): void {
    const { at, link } = this.#guest;
    this.#names.listen(openBoundSocket({ type: 'udp', address: at, port: DNS }));
    this.#stream.open();
    this.#dhcp.listen(openBroadcastSocket(link, DHCP));
  }

  /** Takes what has changed. False when its sockets are not where they are to be. */
  change(guest: Guest | undefined): boolean {
    if (guest?.at !== this.#guest.at || guest.link !== this.#guest.link) return false;
    this.#guest = guest;
    return true;
  }

  close(): void {
    this.#names.close();
    this.#stream.close();
    this.#dhcp.close();
  }
}
