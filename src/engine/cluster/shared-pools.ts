import { createHash } from 'node:crypto';
import { knownPrefix, makePrefix } from '../../ip/prefix.js';
import type { Prefix } from '../../ip/types.js';
import { DefaultIpam } from '../../ipam/default/default-ipam.js';
import type { PoolRequest } from '../../model/ipam.js';
import type { Pool } from '../../model/records.js';

// Docker's pools for networks of several hosts (Swarm's default-addr-pool).
const IPV4 = { base: knownPrefix('10.0.0.0/8'), size: 24 };

/**
 * The subnets of a network of global scope. What the user chose may be another network's too: each has a segment of its own. What is picked
 * overlaps none of `avoid`. `cluster` makes the unique local addresses of IPv6 this cluster's own (RFC 4193 §3.2.2).
 */
export function layOutShared(requests: readonly Omit<PoolRequest, 'avoid'>[], avoid: readonly Prefix[], cluster: string): readonly Pool[] {
  const picking = new DefaultIpam({ addressPools: [IPV4, { base: uniqueLocal(cluster), size: 64 }] });
  return requests.map((request) => {
    const ipam = request.subnet === undefined ? picking : new DefaultIpam({ addressPools: [IPV4] });
    return ipam.takePool({ ...request, avoid: request.subnet === undefined ? avoid : [] });
  });
}

function uniqueLocal(cluster: string): Prefix {
  const bits = createHash('sha256').update(`fairlead cluster ${cluster}`).digest().subarray(0, 5);
  return makePrefix(6, BigInt(`0xfd${bits.toString('hex')}`) << 80n, 48);
}
