import { collectDefaultMetrics, Counter, Gauge, type GaugeConfiguration, Histogram, Registry } from 'prom-client';
import type { Facts } from '../base/json.js';
import type { Fairlead } from '../model/fairlead.js';
import { isHere } from '../model/is-here.js';
import { FACTS, type Fact } from './facts.js';
import type { Operation } from './operation.js';
import { poolUse } from './pool-use.js';

// Seconds: an attachment takes about one millisecond, a request that waits for the kernel to let go some tens.
const BUCKETS = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10];

/** Fairlead as Prometheus sees it. */
export class Exposition {
  readonly #fairlead: Fairlead;
  readonly #registry = new Registry();
  readonly #traffic = new Registry();
  #reading: Promise<Facts> | undefined;
  readonly #operations: Histogram<'object' | 'operation' | 'outcome'>;

  constructor(fairlead: Fairlead, version: string) {
    this.#fairlead = fairlead;
    const registers = [this.#registry];
    this.#operations = new Histogram({
      name: 'fairlead_operation_seconds',
      help: 'How long changes took, by object, operation and outcome: ok, or the code of the error',
      labelNames: ['object', 'operation', 'outcome'],
      buckets: BUCKETS,
      registers,
    });
    const info = new Gauge({ name: 'fairlead_info', help: 'Always 1; says which version this is', labelNames: ['version'], registers });
    info.set({ version }, 1);
    this.#objects();
    this.#pools();
    for (const fact of FACTS) this.#told(fact);
    this.#endpoints();
    collectDefaultMetrics({ register: this.#registry });
  }

  /** Takes an operation into account. */
  count({ object, operation, outcome, seconds }: Operation): void {
    this.#operations.observe({ object, operation, outcome }, seconds);
  }

  /** The text that Prometheus reads; with what has passed every endpoint where that is wanted. */
  async text({ traffic }: { readonly traffic: boolean }): Promise<string> {
    const texts = [await this.#registry.metrics(), ...(traffic ? [await this.#traffic.metrics()] : [])];
    return `${texts.map((each) => each.trimEnd()).join('\n')}\n`;
  }

  // One that is looked at when it is asked for.
  #looked<Label extends string>(gauge: Omit<GaugeConfiguration<Label>, 'registers'>): void {
    this.#registry.registerMetric(new Gauge({ ...gauge, registers: [] }));
  }

  #objects(): void {
    const { networks, sandboxes, endpoints, hosts } = this.#fairlead;
    this.#looked({
      name: 'fairlead_objects',
      help: 'How many there are, by object and state; endpoints on this host alone',
      labelNames: ['object', 'state'],
      async collect() {
        this.reset();
        const own = (await endpoints.list()).filter(isHere(await hosts.list()));
        const all = { network: await networks.list(), sandbox: await sandboxes.list(), endpoint: own };
        for (const [object, list] of Object.entries(all)) for (const { state } of list) this.inc({ object, state });
      },
    });
  }

  #pools(): void {
    const { networks, endpoints } = this.#fairlead;
    const uses = async () => poolUse(await networks.list(), await endpoints.list());
    for (const [what, help] of [
      ['used', 'Addresses that endpoints have'],
      ['size', 'Addresses that can be given to endpoints'],
    ] as const) {
      this.#looked({
        name: `fairlead_pool_${what}`,
        help: `${help}, by network and subnet`,
        labelNames: ['network', 'subnet'],
        async collect() {
          this.reset();
          for (const { network, subnet, ...use } of await uses()) this.set({ network, subnet }, use[what]);
        },
      });
    }
  }

  // What `info` tells already.
  #told({ name, help, labels, read }: Fact): void {
    const info = () => this.#info();
    const Kind = name.endsWith('_total') ? Counter : Gauge;
    const metric = new Kind({
      name,
      help,
      labelNames: labels ?? [],
      registers: [],
      async collect() {
        this.reset();
        for (const [label, value] of read(await info())) this.inc(label, value);
      },
    });
    this.#registry.registerMetric(metric);
  }

  // All that is asked for in one turn, as those of one text are, reads it once.
  #info(): Promise<Facts> {
    this.#reading ??= this.#fairlead.info().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  #endpoints(): void {
    const { networks } = this.#fairlead;
    const traffic = () => this.#fairlead.traffic();
    for (const what of ['bytes', 'packets', 'dropped'] as const) {
      const counter = new Counter({
        name: `fairlead_endpoint_${what}_total`,
        help: `What has passed each endpoint since it was joined, in ${what === 'dropped' ? 'dropped packets' : what}, as its sandbox sees it`,
        labelNames: ['endpoint', 'network', 'sandbox', 'direction'],
        registers: [],
        async collect() {
          this.reset();
          // By name, as pools are.
          const names = new Map((await networks.list()).map(({ id, name }) => [id, name]));
          for (const { received, sent, network, ...ids } of await traffic()) {
            const labels = { ...ids, network: names.get(network) ?? network };
            this.inc({ ...labels, direction: 'received' }, received[what]);
            this.inc({ ...labels, direction: 'sent' }, sent[what]);
          }
        },
      });
      this.#traffic.registerMetric(counter);
    }
  }
}
