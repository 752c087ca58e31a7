import type { Ip } from '../../ip/types.js';
import type { Protocol } from '../../resource/resource.js';
import type { ListenerSeen } from '../../resource/survey.js';
import { Errno } from './errno.js';

// IPPORT ranges of net.ipv4.ip_local_port_range, whose default is 32768 to 60999.
const FIRST_FREE = 32_768;
const LAST_FREE = 60_999;

/** The bound sockets of a stack. */
export class Connections {
  readonly #bound = new Map<string, Set<string>>();
  readonly #listening = new Set<ListenerSeen>();
  #next = FIRST_FREE;

  /** Binds; what it returns gives the port back. Refuses an address and port that are taken, wildcards included. */
  bind({ type, address, port }: { readonly type: Protocol; readonly address: Ip; readonly port: number }): () => void {
    const family = address.includes(':') ? 6 : 4;
    const place = `${type} ${family} ${port === 0 ? this.#free(type, family) : port}`;
    const held = this.#bound.get(place) ?? new Set();
    const any = family === 6 ? '::' : '0.0.0.0';
    if (held.has(address) || held.has(any) || (address === any && held.size > 0)) throw new Errno('EADDRINUSE');
    this.#bound.set(place, held.add(address));
    return () => {
      held.delete(address);
      if (held.size === 0) this.#bound.delete(place);
    };
  }

  /** The same for one that waits for what comes. */
  listen(spec: { readonly type: 'tcp' | 'udp'; readonly address: Ip; readonly port: number }): () => void {
    const unbind = this.bind(spec);
    const listener = { protocol: spec.type, address: spec.address, port: spec.port };
    this.#listening.add(listener);
    return () => {
      this.#listening.delete(listener);
      unbind();
    };
  }

  listeners(): readonly ListenerSeen[] {
    return [...this.#listening];
  }

  #free(type: string, family: number): number {
    for (let tried = FIRST_FREE; tried <= LAST_FREE; tried++) {
      const port = this.#next;
      this.#next = port === LAST_FREE ? FIRST_FREE : port + 1;
      if (!this.#bound.has(`${type} ${family} ${port}`)) return port;
    }
    throw new Errno('EADDRINUSE');
  }
}
