import type { Id } from '../../base/id.js';
import type { FairleadEvent } from '../../model/fairlead.js';
import type { Network, Strings } from '../../model/records.js';

/** An event as the Engine tells it. */
export interface EngineEvent {
  readonly Type: 'network' | 'container';
  readonly Action: string;
  readonly Actor: { readonly ID: string; readonly Attributes: Strings };
  readonly scope: 'local';
  /** Seconds since 1970, and nanoseconds. */
  readonly time: number;
  readonly timeNano: number;
}

const CONTAINER: Readonly<Partial<Record<FairleadEvent['change'], string>>> = { created: 'start', removed: 'destroy' };
const NETWORK: Readonly<Partial<Record<FairleadEvent['change'], string>>> = { created: 'create', removed: 'destroy' };
const CONNECTION: Readonly<Partial<Record<FairleadEvent['change'], string>>> = { joined: 'connect', left: 'disconnect', removed: 'disconnect' };

/** Writes Fairlead's events as the Engine's. Those of an endpoint name its network, which may be gone when they are read: names are remembered. */
export class EventScribe {
  readonly #networks: Map<Id, Strings>;

  constructor(networks: readonly Pick<Network, 'id' | 'name' | 'driver'>[]) {
    this.#networks = new Map(networks.map(({ id, name, driver }) => [id, { name, type: driver }]));
  }

  /** What the Engine says of it, if anything. A network that is new has a driver only when `look` finds it. */
  async write(event: FairleadEvent, look: () => Promise<readonly Pick<Network, 'id' | 'driver'>[]>): Promise<EngineEvent | undefined> {
    const { kind, change, id, name } = event;
    if (kind === 'sandbox') return told(event, 'container', CONTAINER[change], id, { name, image: '' });
    if (kind === 'endpoint') return this.#connection(event);
    if (change === 'created') this.#networks.set(id, { name, type: (await look()).find((each) => each.id === id)?.driver ?? '' });
    return told(event, 'network', NETWORK[change], id, this.#networks.get(id) ?? { name });
  }

  #connection(event: FairleadEvent): EngineEvent | undefined {
    const { change, network, sandbox } = event;
    if (network === undefined || sandbox === undefined) return undefined;
    return told(event, 'network', CONNECTION[change], network, { container: sandbox, ...this.#networks.get(network) });
  }
}

function told({ at }: FairleadEvent, Type: EngineEvent['Type'], action: string | undefined, ID: string, Attributes: Strings): EngineEvent | undefined {
  if (action === undefined) return undefined;
  return { Type, Action: action, Actor: { ID, Attributes }, scope: 'local', time: Math.floor(at / 1000), timeNano: at * 1_000_000 };
}
