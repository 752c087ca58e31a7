import { failure } from '../base/error.js';
import { carriesIpv6 } from '../ip/carries-ipv6.js';
import { LEAST_IPV6_MTU } from '../ip/least-mtu.js';
import type { Scene } from '../model/driver.js';
import { MTU } from '../model/mtu.js';

/** Refuses an MTU with which links of a network that has IPv6 could have no address of it. Throws `option-invalid`. */
export function refuseSmallMtu({ network, options: { mtu } }: Scene<{ readonly mtu: number | undefined }>): void {
  if (!network.ipv6 || mtu === undefined || carriesIpv6(mtu)) return;
  const mend = `write ${LEAST_IPV6_MTU} or more, or leave IPv6 out`;
  throw failure('option-invalid', { option: MTU, value: mtu, reason: 'too small for IPv6', mend });
}
