import { splitInterfaceAddress } from '../ip/interface-address.js';
import { broadcast, contains, networkAddress, prefixFamily, prefixLength } from '../ip/prefix.js';
import type { Ip, Prefix } from '../ip/types.js';
import type { Endpoint, Network } from '../model/records.js';

/** How much of a subnet is given. */
export interface PoolUse {
  readonly network: string;
  readonly subnet: string;
  /** Of those that can be given; an address that an endpoint was asked to have may be outside of the range. */
  readonly used: number;
  /** How many addresses can be given at all; a number of the order, for the large subnets of IPv6. */
  readonly size: number;
}

/** How much of each subnet is given to endpoints. What a network keeps for itself and the user for things of their own does not count as either. */
export function poolUse(networks: readonly Network[], endpoints: readonly Endpoint[]): readonly PoolUse[] {
  const used = new Map<string, number>();
  const ranges = new Map(networks.flatMap(({ id, pools }) => pools.map(({ subnet, range = subnet }) => [`${id} ${subnet}`, range])));
  for (const { network, leases } of endpoints)
    for (const { subnet, address } of leases) {
      // Two networks over several hosts may have one subnet.
      const key = `${network} ${subnet}`;
      if (contains(ranges.get(key) ?? subnet, splitInterfaceAddress(address).ip)) used.set(key, (used.get(key) ?? 0) + 1);
    }
  return networks.flatMap(({ id, name, pools }) =>
    // Of what is outside nobody here knows how much is given.
    pools
      .filter(({ outside }) => !outside)
      .map(({ subnet, range = subnet, gateway, aux }) => {
        const kept = new Set([...nobodys(subnet), ...Object.values(aux), ...(gateway === undefined ? [] : [gateway])]);
        const inside = [...kept].filter((each) => contains(range, each)).length;
        return { network: name, subnet, used: used.get(`${id} ${subnet}`) ?? 0, size: Math.max(0, 2 ** bitsOf(range) - inside) };
      }),
  );
}

// Of an IPv4 subnet the first address and the last are nobody's, but for those of two addresses (RFC 3021).
function nobodys(subnet: Prefix): readonly Ip[] {
  const last = broadcast(subnet);
  return last === undefined ? [] : [networkAddress(subnet), last];
}

const bitsOf = (prefix: Prefix): number => (prefixFamily(prefix) === 4 ? 32 : 128) - prefixLength(prefix);
