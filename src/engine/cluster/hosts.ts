import type { Json } from '../../base/json.js';
import type { Log } from '../../base/log.js';
import type { ClusterHost } from '../../model/cluster.js';
import type { Revision, Store } from '../../store/store.js';
import { keys } from './keys.js';
import { Mirror } from './mirror.js';
import { readDeparted, readHost } from './parse.js';

interface Entry {
  readonly host?: ClusterHost;
  readonly waited?: number;
}

/** One host as its three keys tell of it. */
export interface KnownHost {
  readonly known?: ClusterHost;
  /** While it is there. */
  readonly alive?: ClusterHost;
  /** Seconds for which its addresses have waited, once somebody saw that it went. */
  readonly waited?: number;
  /** The last writes of `alive` and `departed`. */
  readonly revisions: { readonly alive?: Revision; readonly departed?: Revision; readonly known?: Revision };
}

/** The hosts of the cluster, as they come and go. */
export class Hosts {
  readonly #mirror: Mirror<Entry>;

  /** `tell` hears the names of those of which something changed. */
  constructor(store: Store, boot: Store, tell: (names: readonly string[]) => void, log: Log) {
    this.#mirror = new Mirror({ store, boot, prefix: keys.hosts, parse: readEntry, tell: (changed) => tell([...new Set(changed.map(nameOf))]), log });
  }

  begin(): Promise<void> {
    return this.#mirror.begin();
  }

  /** Goes on with those that an earlier process saw. */
  resume(): Promise<void> {
    return this.#mirror.resume();
  }

  look(): Promise<void> {
    return this.#mirror.look();
  }

  close(): Promise<void> {
    return this.#mirror.close();
  }

  /** A host that is there; `undefined` for one that is not. It is asked for every endpoint of others that is seen. */
  alive(name: string): ClusterHost | undefined {
    return this.#mirror.entries.get(keys.alive(name))?.value.host;
  }

  /** What is known of a host. */
  get(name: string): KnownHost {
    const { entries } = this.#mirror;
    const [known, alive, departed] = [entries.get(keys.known(name)), entries.get(keys.alive(name)), entries.get(keys.departed(name))];
    return {
      ...(known?.value.host && { known: known.value.host }),
      ...(alive?.value.host && { alive: alive.value.host }),
      ...(departed?.value.waited !== undefined && { waited: departed.value.waited }),
      revisions: { ...(known && { known: known.revision }), ...(alive && { alive: alive.revision }), ...(departed && { departed: departed.revision }) },
    };
  }

  /** Those that are there, by name. */
  there(): readonly ClusterHost[] {
    return this.list().flatMap((name) => this.alive(name) ?? []);
  }

  /** The names of all of them. */
  list(): readonly string[] {
    return [...new Set([...this.#mirror.entries.keys()].map(nameOf))].sort();
  }
}

const nameOf = (key: string): string => key.slice(keys.hosts.length, key.lastIndexOf('/'));

function readEntry(value: Json, key: string): Entry | undefined {
  if (key.endsWith('/departed')) {
    const departed = readDeparted(value);
    return departed && { waited: departed.waited };
  }
  const host = readHost(value);
  return host?.name === nameOf(key) ? { host } : undefined;
}
