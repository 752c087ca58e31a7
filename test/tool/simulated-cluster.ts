import { type Log, silent } from '../../src/base/log.js';
import { type FairleadError, failure } from '../../src/base/error.js';
import type { Ip } from '../../src/ip/types.js';
import { SimulatedKernel } from '../../src/kernel/simulated/simulated-kernel.js';
import { MemoryStore } from '../../src/store/memory/memory-store.js';
import type { Change, Condition, Lifeline, Past, Store, Write } from '../../src/store/store.js';
import { openEngine } from './open-engine.js';
import { sharedDriver } from './shared-driver.js';

/** The store as one host reaches it: its way can be cut, and its leases end as they do when it is. */
export class Reached implements Store {
  readonly #store: Store;
  readonly #leases = new Set<Lifeline & { lose(): void }>();
  #held: ((writes: readonly Write[]) => Promise<void>) | undefined;
  cut = false;
  /** Why it takes no change of this host's, while it answers what there is. */
  unwilling: FairleadError | undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  async list(prefix: string) {
    this.#pass();
    return this.#store.list(prefix);
  }

  async commit(conditions: readonly Condition[], writes: readonly Write[]) {
    this.#pass();
    this.#change();
    await this.#held?.(writes);
    return this.#store.commit(conditions, writes);
  }

  /** The next commit with such writes stays on its way until it is released; `held` resolves when there is one. */
  hold(which: (writes: readonly Write[]) => boolean): { readonly held: Promise<void>; readonly release: () => void } {
    let release = () => {};
    const gate = new Promise<void>((resolve) => (release = resolve));
    const held = new Promise<void>((resolve) => {
      this.#held = async (writes) => {
        if (!which(writes)) return;
        this.#held = undefined;
        resolve();
        await gate;
      };
    });
    return { held, release };
  }

  async *watch(prefix: string, from: number, signal: AbortSignal): AsyncGenerator<readonly Change[] | 'compacted'> {
    for await (const changes of this.#store.watch(prefix, from, signal)) {
      this.#pass();
      yield changes;
    }
  }

  seen() {
    return this.#store.seen();
  }

  async recall(known: Past | undefined) {
    this.#pass();
    return this.#store.recall(known);
  }

  async lease(seconds: number): Promise<Lifeline> {
    this.#pass();
    this.#change();
    const inner = await this.#store.lease(seconds);
    const loss = new AbortController();
    const lease = Object.assign(Object.create(null) as object, {
      id: inner.id,
      lost: loss.signal,
      lose: () => loss.abort(),
      end: () => inner[Symbol.asyncDispose](),
      [Symbol.asyncDispose]: () => inner[Symbol.asyncDispose](),
    });
    this.#leases.add(lease);
    return lease;
  }

  /** The host is cut off: its leases end, as the others see it. */
  async partition() {
    this.cut = true;
    for (const lease of this.#leases) {
      await lease[Symbol.asyncDispose]();
      lease.lose();
    }
    this.#leases.clear();
  }

  async [Symbol.asyncDispose]() {}

  #change() {
    if (this.unwilling) throw this.unwilling;
  }

  #pass() {
    if (this.cut) throw failure('store-unreachable', { etcd: 'the store', reason: 'the way is cut' });
  }
}

/** A host with a kernel and stores of its own. */
export interface Host {
  readonly name: string;
  readonly kernel: SimulatedKernel;
  readonly definitions: Store;
  readonly boot: Store;
  readonly store: Reached;
}

const opened: (() => Promise<void>)[] = [];

/** A host that reaches this store. */
export const host = (name: string, store: Store): Host => ({
  name,
  kernel: new SimulatedKernel({ instance: name }),
  definitions: new MemoryStore(),
  boot: new MemoryStore(),
  store: new Reached(store),
});

interface StartOptions {
  readonly instance?: string;
  readonly quarantine?: number;
  /** Seconds. */
  readonly lease?: number;
  /** The last number of its address. */
  readonly at?: number;
  readonly log?: Log;
  readonly alone?: boolean;
  /** The directory of its plugins. */
  readonly plugins?: string;
}

/** Starts its daemon; it is closed by `closeAll`, or by its own `stop`. */
export async function start(
  { name, kernel, definitions, boot, store }: Host,
  { instance = name, quarantine = 60, lease = 5, at = 1, log = silent, alone = false, plugins }: StartOptions = {},
) {
  const engine = await openEngine({
    kernel,
    definitions,
    boot,
    id: name,
    log,
    others: [sharedDriver],
    ...(plugins !== undefined && { plugins }),
    ...(!alone && {
      cluster: { store, host: { name, instance, address: `192.0.2.${at}` as Ip }, lease, quarantine, rotation: 3600, storeName: 'memory' },
    }),
  });
  const stop = () => engine.fairlead[Symbol.asyncDispose]();
  opened.push(stop);
  return { ...engine, stop };
}

/** Closes those that are still open. */
export async function closeAll(): Promise<void> {
  for (const close of opened.splice(0).reverse()) await close();
}

/** The addresses for which there is a neighbour entry, in any stack of a host. */
export const neighbours = async ({ kernel }: Host) => (await kernel.read()).flatMap((each) => (each.kind === 'neighbour' ? [each.ip as string] : [])).sort();
