import { asFailure, FairleadError } from '../../base/error.js';
import { familyOf } from '../../ip/ip.js';
import type { Kept, LeaseChange } from '../../model/ipam.js';
import type { Endpoint, Network } from '../../model/records.js';
import { holderOf } from '../addresses.js';
import type { Context } from '../context.js';
import { changeLease } from '../operations/change-lease.js';
import { withEndpoint } from '../operations/with-endpoint.js';

/**
 * Lets endpoints follow leases that change by themselves. At the start authorities are told which leases there are; they keep them up.
 *
 *     an authority: renewed, another, lost ──► the endpoint's queue ──► recorded ──► described again
 *     a link of the host that has its carrier again ──► the authorities: is it the same segment?
 */
export class Leases {
  readonly #context: Context;
  readonly #work = new Set<Promise<void>>();
  readonly #ending = new AbortController();
  readonly #listening: Promise<void>;

  /** Begins at once. */
  constructor(context: Context) {
    this.#context = context;
    for (const ipam of context.ipams.values()) ipam.keep?.(this.#kept(ipam.name), (change) => this.#hear(change));
    this.#listening = this.#listen();
  }

  /** Nothing is kept up any more; waits for what it has begun. */
  async close(): Promise<void> {
    this.#ending.abort();
    await this.#listening;
    for (const ipam of this.#context.ipams.values()) await ipam.close?.();
    await Promise.all(this.#work);
  }

  async #listen(): Promise<void> {
    for await (const keys of this.#context.kernel.watch(this.#ending.signal)) {
      const links = keys.flatMap((key) => (key.startsWith(RETURNED) ? [key.slice(RETURNED.length)] : []));
      for (const link of links) for (const ipam of this.#context.ipams.values()) ipam.returned?.(link);
    }
  }

  #kept(ipam: string): readonly Kept[] {
    const { records } = this.#context;
    const networks = records.networks.list().filter((each) => each.ipam.driver === ipam);
    return networks.flatMap((network) => records.endpointsOf(network.id).flatMap((endpoint) => keptOf(network, endpoint)));
  }

  #hear(change: LeaseChange): void {
    const work = this.#follow(change).finally(() => this.#work.delete(work));
    this.#work.add(work);
  }

  async #follow({ endpoint: id, family, lease }: LeaseChange): Promise<void> {
    const { log } = this.#context;
    try {
      await withEndpoint(this.#context, id, (endpoint) => changeLease(this.#context, endpoint, family, lease));
    } catch (error) {
      // It was removed meanwhile.
      if (FairleadError.is(error) && error.code === 'endpoint-absent') return;
      log.error('an endpoint could not follow its lease', { endpoint: id, error: asFailure(error).message });
    }
  }
}

// A link of somebody else's is told of as up (Kernel.watch).
const RETURNED = 'up host ';

const keptOf = (network: Network, endpoint: Endpoint): readonly Kept[] =>
  network.pools
    .filter(({ outside }) => outside)
    .map((pool) => {
      const lease = endpoint.leases.find(({ family }) => family === pool.family);
      const ip = lease?.asked ? lease.ip : endpoint.awaits?.find((each) => familyOf(each) === pool.family);
      return {
        by: holderOf(endpoint),
        pool,
        holder: network.name,
        options: network.ipam.options,
        ...(ip !== undefined && { ip }),
        ...(lease && { lease }),
      };
    });
