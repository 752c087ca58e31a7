import type { Server } from './route.js';

/** Which upstreams did not answer of late. Those are asked after the others, so that not every question waits for them first. */
export class Health {
  readonly #span: number;
  readonly #deadUntil = new Map<string, number>();

  /** `span` is how long, in milliseconds, one that did not answer is asked last. */
  constructor(span: number) {
    this.#span = span;
  }

  /** The servers in the order in which they are to be asked. */
  order(servers: readonly Server[], now: number): readonly Server[] {
    if (this.#deadUntil.size === 0) return servers;
    const dead = (server: Server) => (this.#deadUntil.get(server.key) ?? 0) > now;
    return [...servers.filter((each) => !dead(each)), ...servers.filter(dead)];
  }

  answered({ key }: Server): void {
    if (this.#deadUntil.size > 0) this.#deadUntil.delete(key);
  }

  silent({ key }: Server, now: number): void {
    this.#deadUntil.delete(key);
    this.#deadUntil.set(key, now + this.#span);
    for (const [each, until] of this.#deadUntil) {
      if (until > now) break;
      this.#deadUntil.delete(each);
    }
  }
}
