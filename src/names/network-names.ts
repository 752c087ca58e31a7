import type { Id } from '../base/id.js';
import type { Ip } from '../ip/types.js';
import { type Addresses, packAddresses } from './addresses.js';
import type { NamedEndpoint } from './types.js';
import { type NameKey, nameKey } from './wire/name-key.js';

/**
 * The names and addresses of one network. A change costs what it changes: the addresses of a name are packed when somebody
 * asks for it, not when the thousandth endpoint takes the same alias.
 */
export class NetworkNames {
  readonly #byName = new Map<NameKey, Holders>();
  readonly #byIp = new Map<Ip, Map<Id, NamedEndpoint>>();

  get empty(): boolean {
    return this.#byName.size === 0 && this.#byIp.size === 0;
  }

  add(endpoint: NamedEndpoint): void {
    for (const key of keysOf(endpoint)) present(this.#byName, key, () => new Holders()).add(endpoint);
    for (const ip of endpoint.ips) present(this.#byIp, ip, () => new Map<Id, NamedEndpoint>()).set(endpoint.id, endpoint);
  }

  remove(endpoint: NamedEndpoint): void {
    for (const key of keysOf(endpoint)) {
      if (this.#byName.get(key)?.remove(endpoint) === true) this.#byName.delete(key);
    }
    for (const ip of endpoint.ips) {
      const holders = this.#byIp.get(ip);
      holders?.delete(endpoint.id);
      if (holders?.size === 0) this.#byIp.delete(ip);
    }
  }

  /** The addresses of a name; `undefined` when nobody has it. */
  addresses(key: NameKey): Addresses | undefined {
    return this.#byName.get(key)?.addresses();
  }

  /** Who has this name; `undefined` when nobody has it. */
  holders(key: NameKey): Iterable<NamedEndpoint> | undefined {
    return this.#byName.get(key)?.endpoints();
  }

  /** Who has this address: the first that took it. */
  holder(ip: Ip): NamedEndpoint | undefined {
    return this.#byIp.get(ip)?.values().next().value;
  }
}

/** Those that have one name, and their addresses while they are known. */
class Holders {
  readonly #endpoints = new Map<Id, NamedEndpoint>();
  #packed: Addresses | undefined;

  add(endpoint: NamedEndpoint): void {
    this.#endpoints.set(endpoint.id, endpoint);
    this.#packed = undefined;
  }

  /** True when nobody is left. */
  remove(endpoint: NamedEndpoint): boolean {
    this.#endpoints.delete(endpoint.id);
    this.#packed = undefined;
    return this.#endpoints.size === 0;
  }

  endpoints(): Iterable<NamedEndpoint> {
    return this.#endpoints.values();
  }

  addresses(): Addresses {
    this.#packed ??= packAddresses([...this.#endpoints.values()].flatMap(({ ips }) => ips));
    return this.#packed;
  }
}

// What cannot be asked is in no index. An alias may be the name, too.
const keysOf = ({ names }: NamedEndpoint): ReadonlySet<NameKey> => new Set(names.map(nameKey).filter((key) => key !== undefined));

function present<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}
