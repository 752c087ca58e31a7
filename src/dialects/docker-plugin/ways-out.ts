import { defaultGateway } from '../../model/default-gateway.js';
import type { Family, Ip, Prefix } from '../../ip/types.js';
import type { Lease, Network } from '../../model/records.js';
import type { Joined } from '../../plugin/wire/endpoint.js';

const EVERYWHERE: Readonly<Record<Family, Prefix>> = { 4: '0.0.0.0/0' as Prefix, 6: '::/0' as Prefix };

/** By what an endpoint leads outside, in these families: a gateway, or its link itself. */
export function waysOut(network: Network, leases: readonly Lease[], families: readonly Family[]): Pick<Joined, 'gateway' | 'gateway6' | 'routes'> {
  const gateways = new Map(families.map((family) => [family, routes(network) ? undefined : gatewayOf(network, leases, family)]));
  return {
    gateway: gateways.get(4),
    gateway6: gateways.get(6),
    routes: families.filter((family) => gateways.get(family) === undefined).map((family) => ({ to: EVERYWHERE[family] })),
  };
}

// An ipvlan in l3 has no neighbours, and so no gateway: all that it sends goes by its parent.
const routes = ({ driver, options }: Network): boolean => driver === 'ipvlan' && (options['ipvlan_mode'] ?? 'l2') !== 'l2';

function gatewayOf({ pools }: Network, leases: readonly Lease[], family: Family): Ip | undefined {
  const subnet = leases.find((lease) => lease.family === family)?.subnet;
  const pool = pools.find((each) => each.subnet === subnet);
  return pool && defaultGateway(pool);
}
