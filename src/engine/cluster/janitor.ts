import { asFailure } from '../../base/error.js';
import type { Id } from '../../base/id.js';
import type { Log } from '../../base/log.js';
import type { Condition, Lifeline, Revision, Store, Write } from '../../store/store.js';
import type { Hosts } from './hosts.js';
import { claimsOf, keys } from './keys.js';
import { readDeparted, readHolder, readPublished } from './parse.js';
import type { SharedNetworks } from './shared-networks.js';

/** How many keys one commit takes away: etcd takes 128 operations in a transaction. */
const MOST = 100;

interface World {
  readonly store: Store;
  readonly hosts: Hosts;
  readonly networks: SharedNetworks;
  readonly host: string;
  /** Seconds for which the addresses of a host that went wait. */
  readonly quarantine: number;
  readonly log: Log;
}

/**
 * Looks after hosts that went, on one host at a time. Time is counted where it passes, in steps that are written down: a clock that is set
 * changes nothing, and who looks on later goes on where the other ended. So addresses may wait longer, and never less.
 *
 *     gone ──► departed, waited 0 ──► … ──► waited all of it ──► forgotten
 *                    └── comes back: its own again
 */
export class Janitor {
  readonly #world: World;
  #timer: NodeJS.Timeout | undefined;
  #term: Lifeline | undefined;
  #then = 0;
  #working: Promise<void> | undefined;
  /** Who looks after them, as far as this host knows. */
  #holder: string | undefined;

  constructor(world: World) {
    this.#world = world;
  }

  /** With this lease the host may look after others, when nobody else does. */
  stand(lease: Lifeline): void {
    this.#term = lease;
    this.look();
  }

  /** Something about hosts changed: that is another host's to look at while it is there, else all would ask for every one that comes. */
  heed(): void {
    const { host, hosts } = this.#world;
    if (this.#holder === undefined || this.#holder === host || !hosts.alive(this.#holder)) this.look();
  }

  /** A step of time is over, or somebody has to. */
  look(): void {
    this.#working ??= this.#work().finally(() => {
      this.#working = undefined;
    });
  }

  async close(): Promise<void> {
    this.#term = undefined;
    clearTimeout(this.#timer);
    await this.#working;
  }

  async #work(): Promise<void> {
    const lease = this.#term;
    clearTimeout(this.#timer);
    if (!lease || lease.lost.aborted) return;
    try {
      if (await this.#elected(lease)) await this.#round();
    } catch (error) {
      this.#world.log.debug('looking after hosts that went', { error: asFailure(error).message });
    }
    if (this.#term !== lease) return;
    this.#timer = setTimeout(() => this.look(), this.#step * 1000).unref();
  }

  // Whoever is no janitor asks again at each step: the key goes with its holder's lease.
  async #elected(lease: Lifeline): Promise<boolean> {
    const { store, host } = this.#world;
    const value = { host, lease: lease.id };
    const entry = (await store.list(keys.janitor)).entries.get(keys.janitor);
    this.#holder = entry && readHolder(entry.value)?.host;
    if (entry && this.#holder !== host) return false;
    if (JSON.stringify(entry?.value) === JSON.stringify(value)) return true;
    this.#then = performance.now();
    const condition: Condition = { key: keys.janitor, revision: entry?.revision ?? 'absent' };
    const won = (await store.commit([condition], [{ key: keys.janitor, value, lease }])) !== false;
    this.#holder = won ? host : undefined;
    return won;
  }

  get #step(): number {
    return Math.min(60, Math.max(this.#world.quarantine / 20, 0.2));
  }

  async #round(): Promise<void> {
    const { hosts, networks } = this.#world;
    const passed = (performance.now() - this.#then) / 1000;
    this.#then = performance.now();
    await networks.restore((host) => hosts.alive(host) !== undefined);
    for (const name of hosts.list()) if (!hosts.alive(name)) await this.#wait(name, passed);
  }

  async #wait(name: string, passed: number): Promise<void> {
    const { store, hosts, quarantine, log } = this.#world;
    const { known, waited, revisions } = hosts.get(name);
    if (!known) return;
    const now = waited === undefined ? 0 : waited + passed;
    if (now >= quarantine) {
      if (await forgetHost(store, name, revisions.departed)) log.info('a host that went is forgotten; its addresses are free', { host: name });
      return;
    }
    const conditions: Condition[] = [
      { key: keys.alive(name), revision: 'absent' },
      { key: keys.departed(name), revision: revisions.departed ?? 'absent' },
    ];
    await store.commit(conditions, [{ key: keys.departed(name), value: { waited: now, instance: known.instance } }]);
  }
}

/**
 * Takes away all that a host has in the cluster, unless it is there, or has been there since `departed` was written. `false` where it is not
 * so. What is taken away first says that it is forgotten: a host that returns meanwhile knows that nobody wished the rest away.
 */
export async function forgetHost(store: Store, name: string, departed?: Revision): Promise<boolean> {
  const key = keys.departed(name);
  const gone: Condition = { key: keys.alive(name), revision: 'absent' };
  const entry = (await store.list(key)).entries.get(key);
  const { waited = 0, instance = '' } = (entry && readDeparted(entry.value)) ?? {};
  const unchanged: Condition = { key, revision: departed ?? entry?.revision ?? 'absent' };
  if ((await store.commit([gone, unchanged], [{ key, value: { waited, instance, forgotten: true } }])) === false) return false;
  const endpoints = [...(await store.list(keys.endpoints)).entries].flatMap(([at, { value }]) => {
    const endpoint = readPublished(value)?.endpoint;
    return endpoint?.host === name ? [at, ...claimsOf(endpoint)] : [];
  });
  const addresses = [...(await store.list(keys.addresses)).entries].flatMap(([at, { value }]) => (readHolder(value)?.host === name ? [at] : []));
  // The host itself last: what is left when this is broken off is taken away the next time.
  for (const batch of batches([...endpoints, ...addresses])) if (!(await drop(store, gone, batch))) return false;
  return drop(store, gone, [keys.offersOf(name), keys.wireguard(name), key, keys.known(name)]);
}

/** Takes one endpoint of a host away that is not there. `false` where it is. */
export async function forgetEndpoint(store: Store, host: string, network: Id, id: Id): Promise<boolean> {
  const key = keys.endpoint(network, id);
  const entry = (await store.list(key)).entries.get(key);
  const endpoint = entry && readPublished(entry.value)?.endpoint;
  if (!endpoint) return true;
  const addresses = endpoint.leases.map(({ ip }) => keys.address(network, ip));
  return dropOf(store, host, [key, ...claimsOf(endpoint), ...addresses]);
}

/** Takes keys away from a host that is not there. `false` where it is. */
export const dropOf = (store: Store, host: string, gone: readonly string[]): Promise<boolean> =>
  drop(store, { key: keys.alive(host), revision: 'absent' }, gone);

async function drop(store: Store, condition: Condition, gone: readonly string[]): Promise<boolean> {
  const writes = gone.map((key): Write => ({ key, value: null }));
  return (await store.commit([condition], writes)) !== false;
}

const batches = <T>(all: readonly T[]): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(all.length / MOST) }, (_, at) => all.slice(at * MOST, (at + 1) * MOST));
