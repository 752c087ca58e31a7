import type { Id } from '../../base/id.js';
import type { Fairlead, FairleadEvent } from '../../model/fairlead.js';
import type { Network, Sandbox, Strings } from '../../model/records.js';

/** An event as the Engine tells it. */
export interface EngineEvent {
  readonly Type: 'network' | 'container';
  readonly Action: string;
  readonly Actor: { readonly ID: string; readonly Attributes: Strings };
  /** `global` of what is made and removed for several hosts. */
  readonly scope: Network['scope'];
  /** Seconds since 1970, and nanoseconds. */
  readonly time: number;
  readonly timeNano: number;
  /** Of a container the same once more, as clients of older versions read it. */
  readonly status?: string;
  readonly id?: string;
  readonly from?: string;
}

/** A container whose connections are being told: the Engine says that it has started when all of them are there. */
interface Starting {
  readonly container: Strings;
  readonly awaited: Set<Id>;
}

type Told = readonly EngineEvent[];
const NOTHING: Told = [];

/**
 * Writes Fairlead's events as the Engine's, in the Engine's order: create, connect, start. An event may be of what is gone when it is read, or has
 * another name by then: what networks and sandboxes were called is remembered.
 */
export class EventScribe {
  readonly #fairlead: Pick<Fairlead, 'networks' | 'sandboxes' | 'endpoints'>;
  readonly #networks: Map<Id, Strings>;
  readonly #global: Set<Id>;
  readonly #containers: Map<Id, Strings>;
  readonly #starting = new Map<Id, Starting>();

  private constructor(fairlead: Pick<Fairlead, 'networks' | 'sandboxes' | 'endpoints'>, networks: readonly Network[], sandboxes: readonly Sandbox[]) {
    this.#fairlead = fairlead;
    this.#networks = new Map(networks.map((network) => [network.id, ofNetwork(network)]));
    this.#global = new Set(networks.flatMap(({ id, scope }) => (scope === 'global' ? [id] : [])));
    this.#containers = new Map(sandboxes.map((sandbox) => [sandbox.id, ofContainer(sandbox)]));
  }

  /** One that knows what there is. */
  static async open(fairlead: Pick<Fairlead, 'networks' | 'sandboxes' | 'endpoints'>): Promise<EventScribe> {
    return new EventScribe(fairlead, await fairlead.networks.list(), await fairlead.sandboxes.list());
  }

  /** Whether a network is there, as far as has been told. */
  knows(network: Id): boolean {
    return this.#networks.has(network);
  }

  /** What the Engine says of it, if anything. */
  async write(event: FairleadEvent): Promise<Told> {
    if (event.kind === 'network') return this.#network(event);
    return event.kind === 'sandbox' ? this.#container(event) : this.#connection(event);
  }

  async #network({ change, id, name, at }: FairleadEvent): Promise<Told> {
    if (change === 'created') {
      const network = await this.#fairlead.networks.get(id).catch(() => undefined);
      this.#networks.set(id, network ? ofNetwork(network) : { name, type: '' });
      if (network?.scope === 'global') this.#global.add(id);
      return [told(at, 'network', 'create', id, this.#networks.get(id) ?? { name }, this.#scopeOf(id))];
    }
    if (change !== 'removed') return NOTHING;
    const known = this.#networks.get(id) ?? { name };
    const scope = this.#scopeOf(id);
    this.#networks.delete(id);
    this.#global.delete(id);
    return [told(at, 'network', 'destroy', id, known, scope)];
  }

  // Who connects to it is an event of one host, as with the Engine.
  #scopeOf(network: Id): Network['scope'] {
    return this.#global.has(network) ? 'global' : 'local';
  }

  async #container({ change, id, name, at }: FairleadEvent): Promise<Told> {
    const before = this.#containers.get(id);
    if (change === 'removed') {
      this.#containers.delete(id);
      this.#starting.delete(id);
      return [told(at, 'container', 'destroy', id, before ?? { image: '', name })];
    }
    if (change !== 'created' && change !== 'changed') return NOTHING;
    const sandbox = await this.#fairlead.sandboxes.get(id).catch(() => undefined);
    // By the name that it had then: the next event says how it is called now.
    const container = { ...(sandbox ? ofContainer(sandbox) : { image: '' }), name };
    this.#containers.set(id, container);
    if (change === 'created') return this.#created(id, container, at);
    if (before === undefined || before['name'] === name) return NOTHING;
    return [told(at, 'container', 'rename', id, { ...container, oldName: `/${before['name']}` })];
  }

  async #created(id: Id, container: Strings, at: number): Promise<Told> {
    const inside = (await this.#fairlead.endpoints.list()).filter(({ sandbox }) => sandbox === id);
    const made = told(at, 'container', 'create', id, container);
    if (inside.length === 0) return [made, told(at, 'container', 'start', id, container)];
    this.#starting.set(id, { container, awaited: new Set(inside.map((endpoint) => endpoint.id)) });
    return [made];
  }

  #connection({ change, id, network, sandbox, at }: FairleadEvent): Told {
    const action = CONNECTION[change];
    if (action === undefined || network === undefined || sandbox === undefined) return NOTHING;
    const connection = told(at, 'network', action, network, { container: sandbox, ...this.#networks.get(network) });
    const starting = this.#starting.get(sandbox);
    if (!starting?.awaited.delete(id) || starting.awaited.size > 0) return [connection];
    this.#starting.delete(sandbox);
    return [connection, told(at, 'container', 'start', sandbox, starting.container)];
  }
}

const CONNECTION: Readonly<Partial<Record<FairleadEvent['change'], string>>> = { joined: 'connect', left: 'disconnect', removed: 'disconnect' };

/** What the Engine says when networks have been pruned: last, and of all at once. */
export const pruneEvent = (at: number): EngineEvent => told(at, 'network', 'prune', '', { reclaimed: '0' });

const ofNetwork = ({ name, driver }: Network): Strings => ({ name, type: driver });
const ofContainer = ({ name, labels }: Sandbox): Strings => ({ ...labels, image: '', name });

function told(at: number, Type: EngineEvent['Type'], Action: string, ID: string, Attributes: Strings, scope: Network['scope'] = 'local'): EngineEvent {
  const event = { Type, Action, Actor: { ID, Attributes }, scope, time: Math.floor(at / 1000), timeNano: at * 1_000_000 } as const;
  return Type === 'container' ? { status: Action, id: ID, from: '', ...event } : event;
}
