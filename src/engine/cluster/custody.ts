import { uptime } from 'node:os';
import { FairleadError, asFailure } from '../../base/error.js';
import type { Id } from '../../base/id.js';
import type { Json } from '../../base/json.js';
import type { Ip } from '../../ip/types.js';
import type { Endpoint } from '../../model/records.js';
import type { Past, Store } from '../../store/store.js';
import type { Context } from '../context.js';
import { apart } from '../apart.js';
import { fence } from './fence.js';
import { keys } from './keys.js';
import { readHolder, readPublished } from './parse.js';
import type { Publisher } from './publisher.js';
import type { SharedGround } from './shared-ground.js';

const SEEN = 'cluster/seen';
const PAST = 'cluster/past';
/** Of the quarantine, so much is not used: to take endpoints down in. */
const MARGIN = 0.1;
const LONGEST_MARGIN = 10;
/** Seconds between looks at the time, at most: a host that slept has had no timers. */
const LONGEST_STEP = 10;

interface World extends SharedGround {
  readonly context: Context;
  readonly boot: Store;
  readonly publisher: Publisher;
  /** Whether this process has an address that no endpoint is recorded with. */
  readonly holds: (network: Id, ip: Ip) => boolean;
  readonly alive: () => boolean;
  /** Seconds. */
  readonly lease: number;
  readonly quarantine: number;
}

/**
 * What this host has on networks of several hosts, as long as it has it. The time is that since boot: nobody sets it, it goes on while the
 * host sleeps, and it is written down, so that a daemon that was not running knows how long its host has been away.
 *
 *     counted on ──► away ──► away for almost its quarantine ──► given up: lost
 *         ▲            └── back in time: taken up again
 *         └────────────┘
 */
export class Custody {
  readonly #world: World;
  #timer: NodeJS.Timeout | undefined;
  /** When others counted on this host last, for certain. */
  #seen: number | undefined;
  /** The past of the store in which all is told that this host has. */
  #past: string | undefined;
  /** What others seem to have removed before all of it was told: looked at afterwards. */
  readonly #doubted = new Set<Id>();
  #running = false;
  #late = false;

  constructor(world: World) {
    this.#world = world;
  }

  /** The kernel is as the records say, from now on: what is given up is taken down, and not only recorded. */
  run(): void {
    this.#running = true;
  }

  close(): Promise<void> {
    clearTimeout(this.#timer);
    return Promise.resolve();
  }

  /** Which past of the store holds all that this host has told, as it was written down. */
  async known(): Promise<Past | undefined> {
    return readPast((await this.#world.boot.list(PAST)).entries.get(PAST)?.value);
  }

  /** Whatever happened while this host was away, what it has counts again, or is lost. */
  async rejoined(forgotten: boolean): Promise<void> {
    const { networks, store } = this.#world;
    const { records, log } = this.#world.context;
    const { id: past } = store.seen();
    for (const endpoint of this.own().filter(({ state }) => state === 'created' || state === 'active')) {
      const fate = await this.#world.publisher.reclaim(endpoint, forgotten);
      if (fate === 'ours') continue;
      const isThere = networks.list().some(({ id }) => id === endpoint.network);
      const what = !isThere
        ? 'its network is not in the shared store any more'
        : fate === 'lost'
          ? 'others have what it had'
          : 'it was removed by another host';
      log.error(`an endpoint was lost while this host was away: ${what}`, { endpoint: records.endpoints.fullName(endpoint.id) });
      await this.#giveUp(endpoint.id, fate);
    }
    await this.#giveBackStrays();
    this.#past = past;
    await this.#lookAtDoubted();
    this.#seen = undefined;
    await this.#count();
  }

  /** Others do not count on this host any more. When they may be given its addresses, it may not use them. */
  async silent(): Promise<void> {
    this.#seen ??= await this.#remembered();
    await this.#expect();
  }

  /** What was seen may be behind: the store says what is. A host that is away finds out when it joins. */
  async evicted(id: Id): Promise<void> {
    const { context, host, store, alive } = this.#world;
    const known = context.records.endpoints.find(id);
    // In a past that this host has not been told of it is to be told of it first.
    if (!known || !alive()) return;
    if (store.seen().id !== this.#past) {
      this.#doubted.add(id);
      return;
    }
    const key = keys.endpoint(known.network, id);
    try {
      const entry = (await store.list(key)).entries.get(key);
      if (entry && readPublished(entry.value)?.endpoint.host === host.name) return;
    } catch {
      return;
    }
    const found = context.records.endpoints.find(id);
    if (!found || found.state === 'creating' || found.state === 'lost') return;
    context.log.warn('an endpoint of this host was removed by another', { endpoint: context.records.endpoints.fullName(id) });
    await this.#giveUp(id, 'removed');
  }

  /** The endpoints of this host on networks of several hosts. */
  own(): readonly Endpoint[] {
    const { records } = this.#world.context;
    return records.endpoints.list().filter(({ network }) => records.networks.find(network)?.scope === 'global');
  }

  async #lookAtDoubted(): Promise<void> {
    const doubted = [...this.#doubted];
    this.#doubted.clear();
    for (const id of doubted) await this.evicted(id);
  }

  // What a kill came between, and what was given up: this host has it in the store, and no endpoint of it has it.
  async #giveBackStrays(): Promise<void> {
    const { store, host, owed, holds, context } = this.#world;
    const endpoints = [...(await store.list(keys.endpoints)).entries].filter(([key, { value }]) => {
      const own = context.records.endpoints.find(key.slice(key.lastIndexOf('/') + 1));
      return readPublished(value)?.endpoint.host === host.name && (!own || own.state === 'lost');
    });
    const addresses = [...(await store.list(keys.addresses)).entries].filter(([key, { value }]) => {
      const [, network = '', ip = ''] = key.split('/');
      return readHolder(value)?.host === host.name && !holds(network, ip as Ip) && !this.#has(network, ip as Ip);
    });
    await owed.giveBack([...endpoints, ...addresses].map(([key]) => key));
  }

  #has(network: Id, address: Ip): boolean {
    const { records } = this.#world.context;
    return records.endpointsOf(network).some(({ state, leases }) => state !== 'lost' && leases.some(({ ip }) => ip === address));
  }

  // While it is counted on that is written down now and then; once it is not, the time runs from there. After a stop of this process the
  // lease gets its turn first: it may have ended long ago.
  async #count(): Promise<void> {
    clearTimeout(this.#timer);
    if (!this.#world.alive()) return;
    const { lease, quarantine, boot, store } = this.#world;
    this.#late = !this.#late && this.#seen !== undefined && uptime() - this.#seen > lease / 2;
    if (!this.#late) {
      this.#seen = uptime();
      const { id, revision } = store.seen();
      const past = id === this.#past ? [{ key: PAST, value: { id, revision } }] : [];
      await boot.commit([], [{ key: SEEN, value: this.#seen }, ...past]);
    }
    if (this.#world.alive()) this.#again(() => this.#count(), Math.min(quarantine / 20, lease / 4));
  }

  async #expect(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#seen === undefined) return;
    const { quarantine } = this.#world;
    const left = this.#seen + quarantine - Math.min(quarantine * MARGIN, LONGEST_MARGIN) - uptime();
    if (left > 0) this.#again(() => this.#expect(), left);
    else await this.#giveAllUp();
  }

  #again(what: () => Promise<void>, seconds: number): void {
    this.#timer = setTimeout(() => {
      what().catch((error: unknown) => this.#world.log.error('counting for how long this host is away', { error: asFailure(error).message }));
    }, Math.min(seconds, LONGEST_STEP) * 1000).unref();
  }

  async #remembered(): Promise<number | undefined> {
    const seen = (await this.#world.boot.list(SEEN)).entries.get(SEEN)?.value;
    return typeof seen === 'number' ? seen : undefined;
  }

  async #giveAllUp(): Promise<void> {
    const { records, log } = this.#world.context;
    const own = this.own().filter(({ state }) => state !== 'lost');
    for (const { id } of own)
      log.error('an endpoint is given up: this host was away for longer than its addresses wait', { endpoint: records.endpoints.fullName(id) });
    await Promise.all(own.map(({ id }) => this.#giveUp(id, 'lost')));
  }

  async #giveUp(id: Id, how: 'lost' | 'removed'): Promise<void> {
    const { publisher, context, log } = this.#world;
    try {
      await publisher.muted(id, () => (this.#running ? fence(context, id, how) : this.#record(id, how)));
    } catch (error) {
      if (FairleadError.is(error) && error.code === 'endpoint-absent') return;
      log.error('taking an endpoint down that is not this host’s any more', { endpoint: id, error: asFailure(error).message });
    }
  }

  // At a start the kernel is made to match afterwards.
  async #record(id: Id, how: 'lost' | 'removed'): Promise<void> {
    const { records } = this.#world.context;
    if (how === 'lost') await records.keep({ endpoints: [{ ...apart(records.endpoints.get(id)), state: 'lost' }] });
    else await records.drop({ endpoints: [id] });
  }
}

function readPast(value: Json | undefined): Past | undefined {
  const { id, revision } = (value ?? {}) as { readonly id?: unknown; readonly revision?: unknown };
  return typeof id === 'string' && typeof revision === 'number' ? { id, revision } : undefined;
}
