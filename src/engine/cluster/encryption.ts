import { asFailure } from '../../base/error.js';
import type { Json } from '../../base/json.js';
import type { Log } from '../../base/log.js';
import { familyOf } from '../../ip/ip.js';
import type { Claims } from '../../ledger/types.js';
import type { ClusterHost } from '../../model/cluster.js';
import { keyOf } from '../../resource/key.js';
import type { TransformResource } from '../../resource/resource.js';
import type { Store } from '../../store/store.js';
import type { Claim } from '../describe.js';
import type { Hosts } from './hosts.js';
import { keys } from './keys.js';
import { Mirror } from './mirror.js';
import { draw, newLife, type Offer, type Offers, transformOf } from './offers.js';
import { readLife, readSecret, type Life, type Secret } from './parse-secrets.js';
import { requireEsp } from './require-esp.js';
import { newRing, type Ring, turned } from './ring.js';
import { isLacking, Trouble } from './trouble.js';

/** Where this boot's store has what the kernel was given. */
const LIFE = 'ipsec';

interface World {
  readonly store: Store;
  readonly boot: Store;
  readonly host: ClusterHost;
  readonly hosts: Hosts;
  /** Seconds between one turn of the ring and the next. */
  readonly rotation: number;
  /** Whether a network of the cluster is encrypted. */
  readonly wanted: () => boolean;
  /** Whether this host uses one of them. */
  readonly used: () => boolean;
  /** Whether the others count on this host. */
  readonly alive: () => boolean;
  readonly declare: (claims: Claims) => Promise<void>;
  readonly log: Log;
}

/**
 * The transforms by which this host sends to others and receives from them, while a network of the cluster is encrypted. Policies are the
 * networks' own: without a transform nothing is sent.
 *
 *     ring, offers of others, hosts ──► own offers drawn ──► written down for this boot ──► told ──► declared
 *                                            ▲
 *     a transform was lost ──► another life ─┘   nothing is made twice with one key: all others draw anew, too
 *
 * The ring turns when it has stood for the time of a rotation, by whoever sees that first: it is one commit on the condition that it stands.
 */
export class Encryption {
  readonly #world: World;
  readonly #mirror: Mirror<Secret>;
  readonly #ending = new AbortController();
  readonly #trouble: Trouble;
  #life: Life;
  #turning: NodeJS.Timeout | undefined;
  #stands = 0;
  #started = false;
  #again = false;
  /** Another life has begun, of which nobody knows yet. */
  #anew = false;
  /** No network is encrypted, and nothing of one is left: hosts come and go without any work. */
  #ended = false;
  #working: Promise<void> | undefined;

  constructor(world: World) {
    this.#world = world;
    this.#trouble = new Trouble('what encrypted networks need', world);
    this.#life = { address: world.host.address, life: newLife(), offers: [], made: [] };
    this.#mirror = new Mirror({ store: world.store, prefix: keys.secrets, parse: readSecret, tell: (changed) => this.#changed(changed), log: world.log });
  }

  /** Reads what this boot has made. */
  async recall(): Promise<void> {
    const entry = (await this.#world.boot.list(LIFE)).entries.get(LIFE);
    const known = entry && readLife(entry.value);
    // Keys are bound to addresses: with another one this host lives anew.
    if (known?.address === this.#world.host.address) this.#life = known;
    else if (known) this.#life = { ...this.#life, made: known.made };
  }

  /** Reads what others tell, and follows it. Throws what the store says; it is followed all the same, once that answers. */
  begin(): Promise<void> {
    return this.#mirror.begin();
  }

  /** What it claims. */
  claim(): Claim {
    return ['ipsec', this.#life.made];
  }

  /** Throws `kernel-lacks` where this host cannot encrypt. */
  async require(): Promise<void> {
    await requireEsp(this.#world.host, this.#world.declare);
  }

  /** The kernel is as the records say: from now on it follows. */
  start(): void {
    this.#started = true;
    this.look();
  }

  /** Something that it depends on may be another. */
  look(): void {
    this.#again = true;
    if (this.#started && !this.#ending.signal.aborted) this.#working ??= this.#work();
  }

  /** Somebody took a transform away, or changed it. */
  renew(): void {
    if (this.#anew) return;
    this.#anew = true;
    this.#world.log.warn('IPsec states of encrypted networks were lost; other hosts are told of others');
    this.#life = { ...this.#life, life: newLife(), offers: [] };
    this.look();
  }

  async close(): Promise<void> {
    this.#ending.abort();
    clearTimeout(this.#turning);
    await this.#mirror.close();
    await this.#working;
  }

  #changed(changed: readonly string[]): void {
    if (changed.includes(keys.ring)) this.#stand();
    this.look();
  }

  // Counted from when this host saw it: whoever turns it first turns it for all.
  #stand(): void {
    clearTimeout(this.#turning);
    this.#stands = this.#mirror.entries.get(keys.ring)?.revision ?? 0;
    this.#turning = setTimeout(() => void this.#turn(), this.#world.rotation * 1000).unref();
  }

  async #turn(): Promise<void> {
    const { store, log, alive, wanted } = this.#world;
    const entry = this.#mirror.entries.get(keys.ring);
    if (!entry || !('keys' in entry.value) || entry.revision !== this.#stands) return;
    try {
      if (alive() && wanted()) await store.commit([{ key: keys.ring, revision: entry.revision }], [{ key: keys.ring, value: json(turned(entry.value)) }]);
    } catch (error) {
      log.debug('the keys of encrypted networks could not be changed; it is tried again', { error: asFailure(error).message });
    }
    if (!this.#ending.signal.aborted && this.#mirror.entries.get(keys.ring)?.revision === entry.revision) this.#stand();
  }

  async #work(): Promise<void> {
    while (this.#again && !this.#ending.signal.aborted) {
      this.#again = false;
      try {
        await this.#follow();
      } catch (error) {
        await this.#trouble.refused(error, this.#ending.signal);
        this.#again = true;
      }
    }
    this.#working = undefined;
  }

  async #follow(): Promise<void> {
    const { alive, wanted } = this.#world;
    if (!alive()) return;
    if (!wanted()) return this.#end();
    this.#ended = false;
    const ring = await this.#ring();
    const offers = this.#offers(ring);
    const made = [...this.#out(ring, offers), ...this.#in(ring)];
    await this.#put({ ...this.#life, offers, made });
  }

  // What was received by once is not received by again.
  async #end(): Promise<void> {
    const { life, offers, made } = this.#life;
    const told = this.#mirror.entries.get(keys.offersOf(this.#world.host.name))?.value;
    if (this.#ended && (!told || ('offers' in told && told.offers.length === 0))) return;
    await this.#put({ ...this.#life, life: offers.length + made.length === 0 ? life : newLife(), offers: [], made: [] });
    this.#ended = true;
  }

  // What the kernel is given is known before it is made, to this host and to those that receive by it.
  async #put(next: Life): Promise<void> {
    const { boot, declare } = this.#world;
    const before = this.#life;
    if (JSON.stringify(before) !== JSON.stringify(next)) await boot.commit([], [{ key: LIFE, value: json(next) }]);
    // Lost while it was written.
    if (this.#life !== before) return this.look();
    this.#life = next;
    this.#anew = false;
    await this.#tell(next);
    try {
      await declare(new Map([this.claim()]));
    } catch (error) {
      if (isLacking(error)) await this.#without(next);
      // Some of it may have been there for a moment, and used.
      else this.renew();
      throw error;
    }
    this.#trouble.past();
  }

  // What this kernel can never have made is not missed by whoever looks, nor after the next start.
  async #without(next: Life): Promise<void> {
    if (this.#life !== next) return;
    this.#life = { ...next, made: [] };
    await this.#world.boot.commit([], [{ key: LIFE, value: json(this.#life) }]);
    await this.#world.declare(new Map([this.claim()]));
  }

  async #tell({ life, offers }: Life): Promise<void> {
    const { store, host } = this.#world;
    const key = keys.offersOf(host.name);
    const told = this.#mirror.entries.get(key)?.value;
    if (!told && offers.length === 0 && !this.#world.wanted()) return;
    const value: Offers = { life, offers };
    if (JSON.stringify(told) !== JSON.stringify(value)) await store.commit([], [{ key, value: json(value) }]);
  }

  async #ring(): Promise<Ring> {
    for (;;) {
      const known = this.#mirror.entries.get(keys.ring)?.value;
      if (known && 'keys' in known) return known;
      await this.#world.store.commit([{ key: keys.ring, revision: 'absent' }], [{ key: keys.ring, value: json(newRing()) }]);
      await this.#mirror.look();
    }
  }

  // Those that hold on are kept; for a host that is there, one for the key of now and one for the next.
  #offers({ epoch, keys: known }: Ring): readonly Offer[] {
    const kept = this.#life.offers.filter(
      (offer) => known[offer.epoch] !== undefined && this.#told(offer.to)?.life === offer.life && this.#peer(offer.to)?.address === offer.address,
    );
    const drawn = this.#world.hosts.list().flatMap((name) => {
      const [life, peer] = [this.#told(name)?.life, this.#peer(name)];
      if (life === undefined || !peer || !this.#world.hosts.get(name).alive) return [];
      const lacking = [epoch, epoch + 1].filter((each) => !kept.some((offer) => offer.to === name && offer.epoch === each));
      return lacking.map((each) => draw({ to: name, address: peer.address, life, epoch: each }, this.#spisTo(name)));
    });
    return [...kept, ...drawn];
  }

  #out({ epoch, keys: known }: Ring, offers: readonly Offer[]): readonly TransformResource[] {
    const key = known[epoch];
    return offers.flatMap((offer) => {
      const to = this.#peer(offer.to);
      return offer.epoch === epoch && key !== undefined && to ? [transformOf('out', offer, key, this.#world.host, to)] : [];
    });
  }

  #in({ keys: known }: Ring): readonly TransformResource[] {
    const { hosts, host } = this.#world;
    const all = hosts.list().flatMap((name) =>
      (this.#told(name)?.offers ?? []).flatMap((offer) => {
        const [from, key] = [this.#peer(name), known[offer.epoch]];
        return from && key !== undefined && offer.to === host.name && offer.life === this.#life.life ? [transformOf('in', offer, key, from, host)] : [];
      }),
    );
    // What others wrote may say one thing twice.
    return [...new Map(all.map((each) => [keyOf(each), each])).values()];
  }

  #told(name: string): Offers | undefined {
    const value = this.#mirror.entries.get(keys.offersOf(name))?.value;
    return value && 'offers' in value ? value : undefined;
  }

  /** Another host that can be reached from here. */
  #peer(name: string): ClusterHost | undefined {
    const { hosts, host } = this.#world;
    const { known, alive = known } = hosts.get(name);
    return alive && name !== host.name && familyOf(alive.address) === familyOf(host.address) ? alive : undefined;
  }

  #spisTo(name: string): ReadonlySet<number> {
    const all = [...this.#mirror.entries.values()].flatMap(({ value }) => ('offers' in value ? value.offers : []));
    return new Set(all.flatMap(({ to, spi }) => (to === name ? [spi] : [])));
  }
}

const json = (value: object): Json => value as unknown as Json;
