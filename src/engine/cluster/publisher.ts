import { asFailure, failure } from '../../base/error.js';
import type { Id } from '../../base/id.js';
import type { Json } from '../../base/json.js';
import { rest } from '../../base/rest.js';
import type { Endpoint } from '../../model/records.js';
import type { Condition, Revision, Write } from '../../store/store.js';
import { isAway } from './away.js';
import { claimsOf, keys } from './keys.js';
import { readHolder, readPublished } from './parse.js';
import { published } from './published.js';
import type { SharedGround } from './shared-ground.js';

const UNTOLD: ReadonlySet<Endpoint['state']> = new Set(['creating', 'removing', 'lost']);
/** Milliseconds until others are told what they could not be told. */
const SOON = 50;
const AGAIN = 1000;

/** What others were told last, as it stands in the store. */
interface Told {
  readonly text: string;
  readonly revision: Revision;
  readonly claims: readonly string[];
  readonly active: boolean;
}

/** What became of an endpoint while its host was away. */
export type Fate = 'ours' | 'lost' | 'removed';

/**
 * Tells the cluster what endpoints of global networks this host has. What others see does not change is not written.
 *
 *     (unknown) ──► told ──► told anew … ──► taken back
 *                    └── the store is away: that it was left is told later, anything else is refused
 */
export class Publisher {
  readonly #ground: SharedGround;
  readonly #told = new Map<Id, Told>();
  /** Those of which nobody knows yet whether they were written. */
  readonly #maybe = new Set<Id>();
  /** Those of which others have heard something else than what holds. */
  readonly #late = new Set<Id>();
  /** Those that are being taken down because they are not this host's any more: nothing is told of them. */
  readonly #mute = new Set<Id>();
  readonly #ending = new AbortController();
  #catching: Promise<void> | undefined;

  constructor(ground: SharedGround) {
    this.#ground = ground;
  }

  /** Publishes these endpoints as they are now, all or none. Throws `endpoint-name-taken`, `mac-taken`, `endpoint-evicted`, and what the store says. */
  async publish(endpoints: readonly Endpoint[]): Promise<void> {
    const before: (readonly [Endpoint, Told | undefined])[] = [];
    try {
      for (const endpoint of endpoints.filter((each) => this.#tells(each))) {
        before.push([endpoint, this.#told.get(endpoint.id)]);
        await this.#publish(endpoint);
      }
    } catch (error) {
      await this.withdraw(before.flatMap(([endpoint, told]) => (told ? [] : [endpoint])));
      this.#tellLater(
        before.flatMap(([{ id }, told]) => (told ? [id] : [])),
        SOON,
      );
      throw error;
    }
  }

  /** Takes these back; it is not waited for when the store is away. */
  async withdraw(endpoints: readonly Endpoint[]): Promise<void> {
    const known = endpoints.filter(({ id }) => [this.#told.delete(id), this.#maybe.delete(id)].includes(true));
    await this.#ground.owed.giveBack(known.map(({ network, id }) => keys.endpoint(network, id)));
  }

  /** These were published before this process began: how, is not known while the store is away. */
  assume(endpoints: readonly Endpoint[]): void {
    for (const endpoint of endpoints) this.#told.set(endpoint.id, { text: '', revision: -1, claims: claimsOf(endpoint), active: endpoint.state === 'active' });
  }

  /** While `work` runs, and for as long as its record is another's, nothing is told of this endpoint. */
  async muted(id: Id, work: () => Promise<void>): Promise<void> {
    this.#told.delete(id);
    this.#maybe.delete(id);
    this.#mute.add(id);
    try {
      await work();
    } finally {
      this.#mute.delete(id);
    }
  }

  /**
   * After the host was away: what it published stands, is written again, or is another's: `lost` where others have its name or one of its
   * addresses, `removed` where somebody wished so. All of a host that was `forgotten` is gone without anybody's wish.
   */
  async reclaim({ id }: Endpoint, forgotten: boolean): Promise<Fate> {
    const { store, host, records, networks } = this.#ground;
    // What is not there yet is nobody's wish: its first commit is on its way, and whoever sent that hears what became of it.
    const fresh = !this.#told.has(id);
    for (;;) {
      const endpoint = records.endpoints.find(id);
      if (!endpoint || !this.#tells(endpoint)) return 'ours';
      const key = keys.endpoint(endpoint.network, id);
      const entry = (await store.list(key)).entries.get(key);
      if (entry) {
        if (readPublished(entry.value)?.endpoint.host !== host.name) return endpoint.sandbox === undefined ? 'removed' : 'lost';
        this.#told.set(id, toldBy(entry));
        if (await this.#write(endpoint)) return 'ours';
        if (await this.#taken(endpoint)) return 'lost';
        continue;
      }
      if (!forgotten) return fresh ? 'ours' : 'removed';
      if (!networks.list().some((each) => each.id === endpoint.network && each.state === 'active')) return 'lost';
      const conditions = await this.#own(endpoint);
      if (!conditions) return 'lost';
      this.#told.delete(id);
      const addresses = endpoint.leases.map(({ ip }): Write => ({ key: keys.address(endpoint.network, ip), value: { host: host.name } }));
      if (await this.#write(endpoint, conditions, addresses)) return 'ours';
    }
  }

  async close(): Promise<void> {
    this.#ending.abort();
    await this.#catching;
  }

  #tells({ id, state }: Endpoint): boolean {
    return !UNTOLD.has(state) && !this.#mute.has(id);
  }

  async #publish(endpoint: Endpoint): Promise<void> {
    for (;;) {
      const told = this.#told.get(endpoint.id);
      try {
        if (await this.#write(endpoint)) return;
      } catch (error) {
        // That nobody is to send there any more need not wait for the store.
        if (!told?.active || this.#form(endpoint).active || !isAway(error)) throw error;
        return this.#tellLater([endpoint.id], AGAIN);
      }
      await this.#refused(endpoint, told);
    }
  }

  /** Writes what holds now, on the condition that others were told last what this host knows of. `false` where it is not so. */
  async #write(endpoint: Endpoint, conditions?: readonly Condition[], more: readonly Write[] = []): Promise<boolean> {
    const { id, network } = endpoint;
    const told = this.#told.get(id);
    const { value, text, claims, active } = this.#form(endpoint);
    if (told?.text === text) return true;
    const [fresh, gone] = [claims.filter((key) => !told?.claims.includes(key)), (told?.claims ?? []).filter((key) => !claims.includes(key))];
    const writes: Write[] = [
      { key: keys.endpoint(network, id), value },
      ...fresh.map((key) => ({ key, value: id })),
      ...gone.map((key) => ({ key, value: null })),
      ...more,
    ];
    // Until it is known what became of it, it may be there.
    this.#maybe.add(id);
    const revision = await this.#ground.store.commit(conditions ?? this.#unchanged(endpoint, told, fresh), writes);
    this.#maybe.delete(id);
    if (revision !== false) this.#told.set(id, { text, revision, claims, active });
    return revision !== false;
  }

  #unchanged({ id, network }: Endpoint, told: Told | undefined, fresh: readonly string[]): readonly Condition[] {
    return [
      { key: keys.endpoint(network, id), revision: told?.revision ?? 'absent' },
      ...fresh.map((key): Condition => ({ key, revision: 'absent' })),
      ...(told ? [] : [this.#ground.networks.unchanged(network)]),
    ];
  }

  // Why it could not be written; returns where it may be tried again.
  async #refused({ id, network, name, mac }: Endpoint, told: Told | undefined): Promise<void> {
    const { store, networks, records, host } = this.#ground;
    const { name: called } = records.networks.get(network);
    const [key, nameKey] = [keys.endpoint(network, id), keys.endpointName(network, name)];
    const entry = (await store.list(key)).entries.get(key);
    if (entry && readPublished(entry.value)?.endpoint.host === host.name) this.#told.set(id, toldBy(entry));
    else if (told) throw failure('endpoint-evicted', { endpoint: name, network: called });
    const holders = async (at: string) => (await store.list(at)).entries.get(at)?.value;
    const [named, owned] = [await holders(nameKey), mac && (await holders(keys.mac(network, mac)))];
    if (named !== undefined && named !== id) throw failure('endpoint-name-taken', { name, network: called });
    if (mac !== undefined && owned !== undefined && owned !== id) throw failure('mac-taken', { mac, by: '', network: called });
    await networks.look();
  }

  async #taken(endpoint: Endpoint): Promise<boolean> {
    try {
      await this.#refused(endpoint, this.#told.get(endpoint.id));
      return false;
    } catch (error) {
      if (isAway(error)) throw error;
      return true;
    }
  }

  // That nobody else has the name, MAC or addresses of an endpoint: nobody, or what is left of this host. Nothing, where somebody has.
  async #own(endpoint: Endpoint): Promise<readonly Condition[] | undefined> {
    const { store, host } = this.#ground;
    const { id, network, leases } = endpoint;
    const conditions: Condition[] = [{ key: keys.endpoint(network, id), revision: 'absent' }];
    for (const key of [...claimsOf(endpoint), ...leases.map(({ ip }) => keys.address(network, ip))]) {
      const entry = (await store.list(key)).entries.get(key);
      if (entry && entry.value !== id && readHolder(entry.value)?.host !== host.name) return undefined;
      conditions.push({ key, revision: entry?.revision ?? 'absent' });
    }
    return conditions;
  }

  #tellLater(ids: readonly Id[], soon: number): void {
    for (const id of ids) this.#late.add(id);
    if (this.#late.size > 0) this.#catching ??= this.#catchUp(soon);
  }

  async #catchUp(soon: number): Promise<void> {
    const { signal } = this.#ending;
    for (let wait = soon; this.#late.size > 0; wait = AGAIN) {
      await rest(wait, signal);
      if (signal.aborted) break;
      for (const id of this.#late) if (!(await this.#tellNow(id))) break;
    }
    this.#catching = undefined;
  }

  async #tellNow(id: Id): Promise<boolean> {
    const endpoint = this.#ground.records.endpoints.find(id);
    try {
      if (endpoint && this.#told.has(id) && this.#tells(endpoint) && !(await this.#write(endpoint))) await this.#refused(endpoint, this.#told.get(id));
      else this.#late.delete(id);
      return true;
    } catch (error) {
      if (isAway(error)) return false;
      this.#late.delete(id);
      this.#ground.log.error('others are told something else of an endpoint than what holds', { endpoint: id, error: asFailure(error).message });
      return true;
    }
  }

  // As it is in the records at this moment: of two that tell at a time, the later one tells no older thing.
  #form(given: Endpoint) {
    const { records, host } = this.#ground;
    const endpoint = records.endpoints.find(given.id) ?? given;
    const sandbox = endpoint.sandbox === undefined ? undefined : records.sandboxes.find(endpoint.sandbox);
    const form = published(endpoint, sandbox, host.name);
    return { value: form as unknown as Json, text: JSON.stringify(form), claims: claimsOf(endpoint), active: form.endpoint.state === 'active' };
  }
}

function toldBy({ value, revision }: { readonly value: Json; readonly revision: Revision }): Told {
  const endpoint = readPublished(value)?.endpoint;
  return { text: JSON.stringify(value), revision, claims: endpoint ? claimsOf(endpoint) : [], active: endpoint?.state === 'active' };
}
