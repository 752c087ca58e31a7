import type { Id } from '../base/id.js';
import { macFromIp } from '../ip/mac.js';
import type { Mac } from '../ip/types.js';
import type { Endpoint } from '../model/records.js';

// What all of them begin with that are made of an address.
const MADE = '02:42:';

/** MAC addresses that endpoints were given and that look as if they were made of another's address (`macFromIp`): whoever gets that is not to have the same one. */
export class GivenMacs {
  readonly #given = new Set<string>();

  /** Whether an endpoint of this network was given this one. */
  has(network: Id, mac: Mac): boolean {
    return this.#given.has(`${network} ${mac}`);
  }

  /** This endpoint is there, in place of what it was. */
  put(endpoint: Endpoint, old?: Endpoint): void {
    // It is put at each step of an attachment, and nearly always with both as they were.
    if (old && old.mac === endpoint.mac && old.leases === endpoint.leases && old.network === endpoint.network) return;
    if (old) this.forget(old);
    if (isGiven(endpoint)) this.#given.add(`${endpoint.network} ${endpoint.mac}`);
  }

  /** It is there no longer, as it was. */
  forget(endpoint: Endpoint): void {
    if (isGiven(endpoint)) this.#given.delete(`${endpoint.network} ${endpoint.mac}`);
  }
}

const isGiven = ({ mac, leases }: Endpoint): boolean =>
  mac?.startsWith(MADE) === true && !leases.some(({ ip, family }) => family === 4 && macFromIp(ip) === mac);
