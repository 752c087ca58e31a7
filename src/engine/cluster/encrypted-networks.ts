import type { Encryption } from '../../model/driver.js';
import type { Network } from '../../model/records.js';
import type { Context } from '../context.js';
import { flawOf } from './flaw-of.js';

/** Which networks of global scope are encrypted, and how. Asked whenever a host or a network changes, of all networks. */
export class EncryptedNetworks {
  readonly #world: Pick<Context, 'records' | 'drivers'>;
  /** By their options as they are recorded. */
  readonly #ways = new WeakMap<Network['options'], { readonly way: Encryption | undefined }>();

  constructor(world: Pick<Context, 'records' | 'drivers'>) {
    this.#world = world;
  }

  /** Whether there is one that is so. */
  some(way: Encryption): boolean {
    return this.#some(way, () => true);
  }

  /** Whether somebody on this host is on one: it is in the kernel. */
  someUsed(way: Encryption): boolean {
    return this.#some(way, ({ facts }) => facts !== null);
  }

  #some(way: Encryption, isSo: (network: Network) => boolean): boolean {
    return this.#world.records.networks.list().some((network) => network.scope === 'global' && isSo(network) && this.#wayOf(network) === way);
  }

  #wayOf({ driver: name, options }: Network): Encryption | undefined {
    const known = this.#ways.get(options);
    if (known) return known.way;
    const { drivers } = this.#world;
    const driver = drivers.get(name);
    const way = flawOf(drivers, { driver: name, options }) ? undefined : driver?.encrypts?.(driver.parseNetwork(options));
    this.#ways.set(options, { way });
    return way;
  }
}
