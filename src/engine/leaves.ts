import type { Id } from '../base/id.js';

interface Seat {
  readonly network: Id;
  readonly leaf: number;
}

/**
 * On which leaf of its network each endpoint is that is joined, or is about to be: 0 is the network's first part. A seat is its endpoint's until that has no link
 * any more, so that endpoints that come at the same time fill no leaf beyond its size.
 */
export class Leaves {
  readonly #seats = new Map<Id, Seat>();
  /** By network: how many are on each of its leaves. The last number is never 0. */
  readonly #counts = new Map<Id, number[]>();

  /** A leaf with room for one more where each takes this many, the lowest. From now on the endpoint is there. */
  take(network: Id, endpoint: Id, size: number): number {
    const known = this.#seats.get(endpoint);
    if (known) return known.leaf;
    const counts = this.#counts.get(network) ?? [];
    const free = counts.findIndex((count) => count < size);
    const leaf = free < 0 ? counts.length : free;
    this.put(network, endpoint, leaf);
    return leaf;
  }

  /** The endpoint is on this leaf. */
  put(network: Id, endpoint: Id, leaf: number): void {
    const known = this.#seats.get(endpoint);
    if (known?.leaf === leaf && known.network === network) return;
    this.free(endpoint);
    this.#seats.set(endpoint, { network, leaf });
    const counts = this.#counts.get(network) ?? [];
    while (counts.length <= leaf) counts.push(0);
    counts[leaf] = (counts[leaf] ?? 0) + 1;
    this.#counts.set(network, counts);
  }

  /** It is on none. */
  free(endpoint: Id): void {
    const seat = this.#seats.get(endpoint);
    if (!seat) return;
    this.#seats.delete(endpoint);
    const counts = this.#counts.get(seat.network) ?? [];
    counts[seat.leaf] = (counts[seat.leaf] ?? 1) - 1;
    while (counts.at(-1) === 0) counts.pop();
    if (counts.length === 0) this.#counts.delete(seat.network);
  }

  /** How many leaves of a network there are, beside its first part, so that all are on one that is there. */
  count(network: Id): number {
    return Math.max(0, (this.#counts.get(network)?.length ?? 0) - 1);
  }
}
