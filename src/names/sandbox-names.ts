import type { Id } from '../base/id.js';
import type { Ip } from '../ip/types.js';
import { type Addresses, packAddresses } from './addresses.js';
import type { NetworkNames } from './network-names.js';
import type { ExtraHost, ResolvingNetwork, ResolvingSandbox } from './types.js';
import { type NameKey, nameKey, wireName } from './wire/name-key.js';

/**
 * The names as one sandbox sees them. For `a.b.c`, in this order: an extra host, the loopback address where `c` is `localhost`, `a.b.c` in each of its networks, `a.b` in
 * its network `c`, `a` in its network `b.c`. The first that has the name answers, with whatever addresses it has: a name
 * with no address of the wanted family is a name without one, and is looked for nowhere else.
 */
export class SandboxNames {
  readonly sandbox: ResolvingSandbox;
  readonly #networks: ReadonlyMap<Id, NetworkNames>;
  readonly #extraHosts: ReadonlyMap<NameKey, Addresses>;
  readonly #byNetworkName: ReadonlyMap<NameKey, readonly ResolvingNetwork[]>;

  constructor(sandbox: ResolvingSandbox, networks: ReadonlyMap<Id, NetworkNames>) {
    this.sandbox = sandbox;
    this.#networks = networks;
    this.#extraHosts = packed(sandbox.extraHosts);
    this.#byNetworkName = grouped(sandbox.networks, ({ name }) => nameKey(name));
  }

  /** The addresses of a name; `undefined` for one that nobody here has. `labels` are the offsets at which its labels begin, `count` how many there are. */
  addresses(key: NameKey, labels: Uint8Array, count: number): Addresses | undefined {
    const extra = this.#extraHosts.get(key);
    if (extra !== undefined) return extra;
    if (key.slice(labels[count - 1]) === LOCALHOST) return LOOPBACK;
    for (const { id } of this.sandbox.networks) {
      const found = this.#networks.get(id)?.addresses(key);
      if (found !== undefined) return found;
    }
    for (let label = count - 1; label > 0; label -= 1) {
      const found = this.#inNetworkOf(key, labels[label] ?? 0);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** True when the name would be one of a network of this sandbox, `x.web` in the network `web`. */
  belowNetwork(key: NameKey, labels: Uint8Array, count: number): boolean {
    for (let label = 1; label < count; label += 1) {
      if (this.#byNetworkName.has(key.slice(labels[label]))) return true;
    }
    return false;
  }

  /** The name of an address, `name.network` as it travels with its root; `undefined` when nobody in these networks has it. */
  pointer(ip: Ip): Uint8Array | undefined {
    for (const network of this.sandbox.networks) {
      const name = this.#networks.get(network.id)?.holder(ip)?.names[0];
      const target = name === undefined ? undefined : wireName(`${name}.${network.name}`);
      if (target !== undefined) return Buffer.from(`${target}\0`, 'latin1');
    }
    return undefined;
  }

  #inNetworkOf(key: NameKey, at: number): Addresses | undefined {
    const networks = this.#byNetworkName.get(key.slice(at));
    if (networks === undefined) return undefined;
    const name = key.slice(0, at);
    for (const { id } of networks) {
      const found = this.#networks.get(id)?.addresses(name);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

// RFC 6761 §6.3: it is always loopback, as is all below it, and nobody outside is asked.
const LOCALHOST = nameKey('localhost');
const LOOPBACK = packAddresses(['127.0.0.1' as Ip, '::1' as Ip]);

// Most sandboxes have no hosts of their own; an empty map each would be a good part of what a sandbox costs.
const NONE: ReadonlyMap<NameKey, Addresses> = new Map();

const packed = (hosts: readonly ExtraHost[]): ReadonlyMap<NameKey, Addresses> =>
  hosts.length === 0 ? NONE : new Map([...grouped(hosts, ({ name }) => nameKey(name))].map(([key, all]) => [key, packAddresses(all.map(({ ip }) => ip))]));

// What cannot be asked is left out. Node 20 has no Map.groupBy.
function grouped<T>(all: readonly T[], keyOf: (one: T) => NameKey | undefined): ReadonlyMap<NameKey, readonly T[]> {
  const groups = new Map<NameKey, T[]>();
  for (const one of all) {
    const key = keyOf(one);
    if (key !== undefined) groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return groups;
}
