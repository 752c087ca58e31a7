import { failure } from '../base/error.js';
import type { Id } from '../base/id.js';
import { familyOf, isUnspecified } from '../ip/ip.js';
import type { Ip } from '../ip/types.js';
import type { PortRange } from '../model/asks.js';
import type { PublishedPort } from '../model/records.js';
import type { PortWish } from './parse/ports.js';
import { anotherPort, type PortFlag } from './port-mend.js';

/** Ports that were taken, until it is known whether they stay. */
export interface Taken {
  readonly ports: readonly PublishedPort[];
  /** They stay, and those that they replace are free. */
  keep(): void;
  /** All is as it was before. */
  back(): void;
}

/** What is asked of the host's ports. */
export interface PortRequest {
  readonly sandbox: Id;
  readonly wishes: readonly PortWish[];
  /** Where a free port is looked for when none is named. */
  readonly free: PortRange;
  /** Ports of this sandbox that go if these come: they are in nobody's way. */
  readonly replaced: readonly PublishedPort[];
  /** How the user asks for another. */
  readonly flag: PortFlag;
  /** What other programs were found to have, as `protocol port`. */
  readonly refused: ReadonlySet<string>;
}

const LAST_PORT = 65_535;

type Place = `${string} ${4 | 6} ${number}`;

/**
 * Which sandbox has which port of the host: an authority, in memory, made from the records at each start. It follows the kernel:
 * a port of all addresses clashes with that of each. Free ones are given in turn, so that a port that was just given back is
 * not another's at once.
 */
export class HostPorts {
  readonly #owners = new Map<Place, Map<Ip, Id>>();
  readonly #nameOf: (sandbox: Id) => string;
  #next = 0;

  constructor(nameOf: (sandbox: Id) => string) {
    this.#nameOf = nameOf;
  }

  /** Takes a port for each wish, all or none. Throws `value-invalid` for one that is wished for twice, `port-claimed`, `ports-exhausted`. */
  take(request: PortRequest): Taken {
    const { sandbox, replaced } = request;
    const fresh: PublishedPort[] = [];
    try {
      for (const wish of request.wishes) {
        const port = this.#choose(wish, request, fresh);
        for (const ip of wish.ips) {
          const taken = {
            protocol: wish.protocol,
            ip,
            port,
            target: wish.target,
            ...(wish.byDefault && { byDefault: true as const }),
            ...(wish.held === false && { held: wish.held }),
          };
          fresh.push(taken);
          this.#enter(sandbox, taken);
        }
      }
    } catch (error) {
      this.#leave(without(fresh, replaced));
      throw error;
    }
    return { ports: fresh, keep: () => this.#leave(without(replaced, fresh)), back: () => this.#leave(without(fresh, replaced)) };
  }

  /** Gives back what a sandbox had. */
  give(ports: readonly PublishedPort[]): void {
    this.#leave(ports);
  }

  /** After a start: what a record says. */
  restore(sandbox: Id, ports: readonly PublishedPort[]): void {
    for (const port of ports) this.#enter(sandbox, port);
  }

  /** The next port after this one that could be wished for instead: nobody is known to have it, or to ask for it too. */
  other(wish: PortWish, after: number, { wishes }: Pick<PortRequest, 'wishes'>): number | undefined {
    const { protocol, ips, target } = wish;
    // Swept along with the ports: a range of thousands is a wish each.
    const asked = wishes.flatMap((each) => (each.protocol === protocol && each.from ? [each.from] : [])).toSorted((a, b) => a.first - b.first);
    let at = 0;
    let past = after;
    for (let port = after + 1; port <= LAST_PORT; port++) {
      for (let range = asked[at]; range && range.first <= port; range = asked[++at]) past = Math.max(past, range.last);
      if (port > past && ips.every((ip) => !this.#clash({ protocol, ip, port, target }, [], []))) return port;
    }
    return undefined;
  }

  #choose(wish: PortWish, request: PortRequest, fresh: readonly PublishedPort[]): number {
    const { free, refused, replaced, flag } = request;
    const { protocol, ips, target, from } = wish;
    const range = from ?? free;
    const count = range.last - range.first + 1;
    // The one after that which was given last; of a range that the user named, the first.
    const start = from || this.#next <= range.first || this.#next > range.last ? 0 : this.#next - range.first;
    for (let tried = 0; tried < count; tried++) {
      const port = range.first + ((start + tried) % count);
      const clash = ips.map((ip) => this.#clash({ protocol, ip, port, target }, replaced, fresh)).find((each) => each !== undefined);
      if (clash && count === 1) {
        const { twice, ...values } = clash;
        if (twice)
          throw failure('value-invalid', { field: 'ports', value: `${port}/${protocol}`, reason: 'given twice', mend: 'give each port of the host once' });
        throw failure('port-claimed', { protocol, port, ...values, mend: anotherPort(flag, wish, () => this.other(wish, port, request)) });
      }
      if (clash || refused.has(`${protocol} ${port}`)) continue;
      if (!from) this.#next = port + 1;
      return port;
    }
    throw failure('ports-exhausted', { protocol, ...range, address: ips.join(' and ') });
  }

  #clash(port: PublishedPort, replaced: readonly PublishedPort[], fresh: readonly PublishedPort[]) {
    for (const [held, owner] of this.#owners.get(placeOf(port)) ?? []) {
      if (held !== port.ip && !isUnspecified(held) && !isUnspecified(port.ip)) continue;
      const known = { ...port, ip: held };
      const twice = fresh.some((each) => same(each, known));
      if (twice || !replaced.some((each) => same(each, known)))
        return { address: port.ip, sandbox: this.#nameOf(owner), where: held === port.ip ? '' : ` (on ${held})`, twice };
    }
  }

  #enter(sandbox: Id, port: PublishedPort): void {
    const place = placeOf(port);
    const owners = this.#owners.get(place);
    if (owners) owners.set(port.ip, sandbox);
    else this.#owners.set(place, new Map([[port.ip, sandbox]]));
  }

  #leave(ports: readonly PublishedPort[]): void {
    for (const port of ports) {
      const owners = this.#owners.get(placeOf(port));
      owners?.delete(port.ip);
      if (owners?.size === 0) this.#owners.delete(placeOf(port));
    }
  }
}

const placeOf = ({ protocol, ip, port }: PublishedPort): Place => `${protocol} ${familyOf(ip)} ${port}`;
const same = (a: PublishedPort, b: PublishedPort): boolean => a.protocol === b.protocol && a.port === b.port && a.ip === b.ip;
const nameOf = ({ protocol, port, ip }: PublishedPort): string => `${protocol} ${port} ${ip}`;

function without(ports: readonly PublishedPort[], others: readonly PublishedPort[]): readonly PublishedPort[] {
  if (others.length === 0) return ports;
  const named = new Set(others.map(nameOf));
  return ports.filter((port) => !named.has(nameOf(port)));
}
