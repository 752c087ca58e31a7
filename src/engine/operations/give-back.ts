import type { Endpoint } from '../../model/records.js';
import { giveAddresses, holderOf } from '../addresses.js';
import type { Context } from '../context.js';

/** Gives the addresses of endpoints that have gone back, once their links have gone too. */
export function giveBack(context: Context, endpoints: readonly Endpoint[], drained: Promise<void>): Promise<void> {
  const give = async () => {
    for (const endpoint of endpoints) {
      const network = context.records.networks.find(endpoint.network);
      await context.debts.settle((debt) => 'endpoint' in debt && debt.endpoint === endpoint.id);
      if (network) await giveAddresses(context, network, endpoint.leases, holderOf(endpoint));
    }
  };
  return context.draining.follow(drained, give, (error) => context.log.error('giving addresses back', { error }));
}
