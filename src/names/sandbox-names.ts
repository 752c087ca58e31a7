import { groupBy } from '../base/group-by.js';
import type { Id } from '../base/id.js';
import type { Ip } from '../ip/types.js';
import { type Addresses, packAddresses } from './addresses.js';
import type { NetworkNames } from './network-names.js';
import { serviceOf } from './service-name.js';
import type { ExtraHost, NamedEndpoint, ResolvingNetwork, ResolvingSandbox } from './types.js';
import { type NameKey, nameKey, wireName } from './wire/name-key.js';

/**
 * The names as one sandbox sees them. For `a.b.c`, in this order: an extra host, the loopback address where `c` is `localhost`,
 * `a.b.c` in each of its networks, `a.b` in its network `c`, `a` in its network `b.c`; each time its own links before the names
 * that others have. The first that has the name with an address answers, with whatever addresses it has there: a name with no address of the wanted
 * family is a name without one, and is looked for nowhere else. One that has no address at all on a network (those of some have none) is looked for on
 * the others; where it has none anywhere it is there all the same, and nobody outside is asked.
 */
export class SandboxNames {
  readonly sandbox: ResolvingSandbox;
  readonly #networks: ReadonlyMap<Id, NetworkNames>;
  readonly #extraHosts: ReadonlyMap<NameKey, Addresses>;
  readonly #byNetworkName: ReadonlyMap<NameKey, readonly ResolvingNetwork[]>;
  readonly #links: ReadonlyMap<Id, ReadonlyMap<NameKey, NameKey>> | undefined;

  constructor(sandbox: ResolvingSandbox, networks: ReadonlyMap<Id, NetworkNames>) {
    this.sandbox = sandbox;
    this.#networks = networks;
    this.#extraHosts = packed(sandbox.extraHosts);
    this.#byNetworkName = groupBy(sandbox.networks, ({ name }) => nameKey(name));
    this.#links = linksOf(sandbox.networks);
  }

  /** The addresses of a name; `undefined` for one that nobody here has. `labels` are the offsets at which its labels begin, `count` how many there are. */
  addresses(key: NameKey, labels: Uint8Array, count: number): Addresses | undefined {
    const extra = this.#extraHosts.get(key);
    if (extra !== undefined) return extra;
    if (key.slice(labels[count - 1]) === LOCALHOST) return LOOPBACK;
    const found = this.#find(key, labels, 0, count, addressesOf);
    if (found !== undefined) return found;
    return this.#find(key, labels, 0, count, holdersOf) && NOWHERE;
  }

  /**
   * Who serves what such a name asks for, `_80._tcp.web`: the data of an SRV record each (RFC 2782), with the first name of the one
   * that serves. `undefined` when nobody here has the name behind the service.
   */
  servers(key: NameKey, labels: Uint8Array, count: number): readonly Uint8Array[] | undefined {
    const found = this.#find(key, labels, SERVICE_LABELS, count, holdersOf);
    const asked = serviceOf(key);
    if (found === undefined || asked === undefined) return found && [];
    const serving = [...found.holders].filter(({ services = [] }) => services.includes(`${asked.protocol} ${asked.port}`));
    return serving.flatMap(({ names }) => serverData(asked.port, `${names[0]}.${found.network.name}`));
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

  #find<T>(key: NameKey, labels: Uint8Array, from: number, count: number, look: Look<T>): T | undefined {
    const begin = labels[from] ?? 0;
    const whole = this.#among(this.sandbox.networks, key.slice(begin), look);
    if (whole !== undefined) return whole;
    for (let label = count - 1; label > from; label -= 1) {
      const at = labels[label] ?? 0;
      const networks = this.#byNetworkName.get(key.slice(at));
      const found = networks && this.#among(networks, key.slice(begin, at), look);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  // A link hides what others have by its name on that network, also while whom it is for is not there.
  #among<T>(networks: readonly ResolvingNetwork[], name: NameKey, look: Look<T>): T | undefined {
    const links = this.#links;
    if (links !== undefined) {
      for (const network of networks) {
        const target = links.get(network.id)?.get(name);
        const found = target === undefined ? undefined : look(this.#networks.get(network.id), target, network);
        if (found !== undefined) return found;
      }
    }
    for (const network of networks) {
      if (links?.get(network.id)?.has(name)) continue;
      const found = look(this.#networks.get(network.id), name, network);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

/** What is looked for under a name of a network; `undefined` when nobody there has it. */
type Look<T> = (names: NetworkNames | undefined, name: NameKey, network: ResolvingNetwork) => T | undefined;

const addressesOf: Look<Addresses> = (names, name) => {
  const found = names?.addresses(name);
  return found === undefined || found.v4.length + found.v6.length === 0 ? undefined : found;
};

const holdersOf: Look<{ readonly holders: Iterable<NamedEndpoint>; readonly network: ResolvingNetwork }> = (names, name, network) => {
  const holders = names?.holders(name);
  return holders && { holders, network };
};

// `_80` and `_tcp` of `_80._tcp.web`.
const SERVICE_LABELS = 2;

// Priority and weight 0, the port, and the name with its root.
function serverData(port: number, target: string): readonly Uint8Array[] {
  const name = wireName(target);
  return name === undefined ? [] : [Buffer.concat([Buffer.from([0, 0, 0, 0, port >> 8, port & 0xff]), Buffer.from(`${name}\0`, 'latin1')])];
}

// RFC 6761 §6.3: it is always loopback, as is all below it, and nobody outside is asked.
const LOCALHOST = nameKey('localhost');
const LOOPBACK = packAddresses(['127.0.0.1' as Ip, '::1' as Ip]);

const NOWHERE = packAddresses([]);

// Most sandboxes have no hosts of their own; an empty map each would be a good part of what a sandbox costs.
const NONE: ReadonlyMap<NameKey, Addresses> = new Map();

function linksOf(networks: readonly ResolvingNetwork[]): ReadonlyMap<Id, ReadonlyMap<NameKey, NameKey>> | undefined {
  if (networks.every(({ links }) => links === undefined)) return undefined;
  return new Map(networks.map(({ id, links }) => [id, new Map(links?.flatMap(([alias, name]) => linked(nameKey(alias), nameKey(name))))]));
}

const linked = (alias: NameKey | undefined, name: NameKey | undefined): (readonly [NameKey, NameKey])[] =>
  alias === undefined || name === undefined ? [] : [[alias, name]];

const packed = (hosts: readonly ExtraHost[]): ReadonlyMap<NameKey, Addresses> =>
  hosts.length === 0 ? NONE : new Map([...groupBy(hosts, ({ name }) => nameKey(name))].map(([key, all]) => [key, packAddresses(all.map(({ ip }) => ip))]));
