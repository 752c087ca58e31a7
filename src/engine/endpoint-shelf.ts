import { type Id, shortId } from '../base/id.js';
import type { Endpoint, Network } from '../model/records.js';
import { Shelf } from './shelf.js';

/** Endpoints. Their names are unique only within their network, so `NETWORK/NAME` is a reference to one as well. */
export class EndpointShelf extends Shelf<Endpoint> {
  readonly #networks: Shelf<Network>;

  constructor(networks: Shelf<Network>) {
    super('endpoint-absent');
    this.#networks = networks;
  }

  // Neither names nor ids have a slash.
  override matching(ref: string): readonly Endpoint[] {
    const at = ref.indexOf('/');
    if (at < 0) return super.matching(ref);
    const networks = new Set(this.#networks.matching(ref.slice(0, at)).map(({ id }) => id));
    return this.named(ref.slice(at + 1)).filter(({ network }) => networks.has(network));
  }

  // Its name is among the records while a segment is asked for its address, and no queue is held then.
  override awaited(ref: string): Promise<unknown> | undefined {
    const found = this.matching(ref);
    const waits = found.length === 0 || found.some(({ state }) => state === 'creating');
    return waits ? this.coming.past(found[0]?.name ?? ref.slice(ref.lastIndexOf('/') + 1)) : undefined;
  }

  override fullName(id: Id): string {
    const endpoint = this.find(id);
    return endpoint ? `${this.#networks.fullName(endpoint.network)}/${endpoint.name}` : shortId(id);
  }
}
