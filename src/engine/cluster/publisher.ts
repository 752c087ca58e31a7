import { failure } from '../../base/error.js';
import type { Id } from '../../base/id.js';
import type { Json } from '../../base/json.js';
import { dnsNames } from '../../model/dns-names.js';
import type { Published } from '../../model/cluster.js';
import type { Endpoint, Sandbox } from '../../model/records.js';
import type { Condition, Revision, Write } from '../../store/store.js';
import { keys } from './keys.js';
import { readPublished } from './parse.js';
import type { SharedGround } from './shared-ground.js';

interface Told {
  readonly text: string;
  readonly revision: Revision;
}

/** Tells the cluster what endpoints of global networks this host has. What others see does not change is not written. */
export class Publisher {
  readonly #ground: SharedGround;
  readonly #told = new Map<Id, Told>();
  /** Those of which nobody knows yet whether they were written. */
  readonly #maybe = new Set<Id>();

  constructor(ground: SharedGround) {
    this.#ground = ground;
  }

  /** Publishes these endpoints as they are now. Throws `endpoint-name-taken`, `endpoint-evicted`, and what the store says. */
  async publish(endpoints: readonly Endpoint[]): Promise<void> {
    for (const endpoint of endpoints) await this.#publish(endpoint);
  }

  /** Takes these back; it is not waited for when the store is away. */
  async withdraw(endpoints: readonly Endpoint[]): Promise<void> {
    const known = endpoints.filter(({ id }) => [this.#told.delete(id), this.#maybe.delete(id)].includes(true));
    await this.#ground.owed.giveBack(known.map(({ network, id }) => keys.endpoint(network, id)));
  }

  /**
   * After the host was away: what it published stands, is written again, or is lost to others. Answers those that are lost: another has
   * their name or one of their addresses, or took them over.
   */
  async reclaim(endpoints: readonly Endpoint[]): Promise<readonly Endpoint[]> {
    const lost: Endpoint[] = [];
    for (const endpoint of endpoints) if (!(await this.#reclaim(endpoint))) lost.push(endpoint);
    return lost;
  }

  /** Nothing that was told counts any more, of this endpoint. */
  forget(id: Id): void {
    this.#told.delete(id);
  }

  async #publish(endpoint: Endpoint): Promise<void> {
    for (;;) {
      const [value, text] = this.#form(endpoint);
      const told = this.#told.get(endpoint.id);
      if (told?.text === text) return;
      // Until it is known what became of it, it may be there.
      this.#maybe.add(endpoint.id);
      const revision = await this.#ground.store.commit(this.#conditions(endpoint, told), this.#writes(endpoint, value, told));
      this.#maybe.delete(endpoint.id);
      if (revision !== false) {
        this.#told.set(endpoint.id, { text, revision });
        return;
      }
      await this.#refused(endpoint, told);
    }
  }

  #conditions({ id, network, name }: Endpoint, told: Told | undefined): readonly Condition[] {
    if (told) return [{ key: keys.endpoint(network, id), revision: told.revision }];
    return [
      { key: keys.endpoint(network, id), revision: 'absent' },
      { key: keys.endpointName(network, name), revision: 'absent' },
      this.#ground.networks.unchanged(network),
    ];
  }

  #writes({ id, network, name }: Endpoint, value: Json, told: Told | undefined): readonly Write[] {
    return [{ key: keys.endpoint(network, id), value }, ...(told ? [] : [{ key: keys.endpointName(network, name), value: id }])];
  }

  // Why it could not be written; returns where it may be tried again.
  async #refused({ id, network, name }: Endpoint, told: Told | undefined): Promise<void> {
    const { store, networks, records } = this.#ground;
    const { name: called } = records.networks.get(network);
    const entry = (await store.list(keys.endpoint(network, id))).entries.get(keys.endpoint(network, id));
    if (entry && readPublished(entry.value)?.endpoint.host === this.#ground.host.name) {
      this.#told.set(id, { text: '', revision: entry.revision });
      return;
    }
    if (told) throw failure('endpoint-evicted', { endpoint: name, network: called });
    if ((await store.list(keys.endpointName(network, name))).entries.has(keys.endpointName(network, name)))
      throw failure('endpoint-name-taken', { name, network: called });
    await networks.look();
  }

  async #reclaim(endpoint: Endpoint): Promise<boolean> {
    const { store, host, networks } = this.#ground;
    const { id, network, leases } = endpoint;
    const [value, text] = this.#form(endpoint);
    const key = keys.endpoint(network, id);
    const entry = (await store.list(key)).entries.get(key);
    if (entry) {
      if (readPublished(entry.value)?.endpoint.host !== host.name) return false;
      const revision = await store.commit([{ key, revision: entry.revision }], [{ key, value }]);
      if (revision !== false) this.#told.set(id, { text, revision });
      return revision !== false;
    }
    if (!networks.list().some((each) => each.id === network && each.state === 'active')) return false;
    const free: Condition[] = leases.map(({ ip }) => ({ key: keys.address(network, ip), revision: 'absent' }));
    const revision = await store.commit(
      [...this.#conditions(endpoint, undefined), ...free],
      [...this.#writes(endpoint, value, undefined), ...leases.map(({ ip }) => ({ key: keys.address(network, ip), value: { host: host.name } }))],
    );
    if (revision !== false) this.#told.set(id, { text, revision });
    return revision !== false;
  }

  #form(endpoint: Endpoint): readonly [Json, string] {
    const { records, host } = this.#ground;
    const sandbox = endpoint.sandbox === undefined ? undefined : records.sandboxes.find(endpoint.sandbox);
    const value = published(endpoint, sandbox, host.name) as unknown as Json;
    return [value, JSON.stringify(value)];
  }
}

/** What others are told of an endpoint: where it is and what leads there, nothing of how it is made. */
export function published(endpoint: Endpoint, sandbox: Sandbox | undefined, host: string): Published {
  const { link: _, interfaceName: __, links: ___, sandbox: inside, gateway: ____, ...rest } = endpoint;
  const active = endpoint.state === 'active' && sandbox !== undefined;
  return {
    endpoint: { ...rest, host, state: active ? 'active' : 'created', gateway: [], ...(active && inside !== undefined && { sandbox: inside }) },
    names: active ? dnsNames(endpoint, sandbox) : [],
    services: active ? [...new Set(sandbox.ports.map(({ protocol, target }) => `${protocol} ${target}`))] : [],
    ...(active && { sandbox: sandbox.name }),
  };
}
