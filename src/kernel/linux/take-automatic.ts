import { splitInterfaceAddress } from '../../ip/interface-address.js';
import { familyOf, isLinkLocal } from '../../ip/ip.js';
import type { InterfaceAddress } from '../../ip/types.js';
import { addressState, getAddresses, replaceAddress } from './address.js';
import type { Takeover } from './route-section.js';

/**
 * How a link-local address of IPv6 becomes ours where the kernel has made the same of the MAC address by itself: of a link that was too small for IPv6 it forgets that it is to make none.
 * One that anybody else gave the link stays that one's. Before 5.18 the kernel does not tell them apart.
 */
export function takeAutomatic(index: number, address: InterfaceAddress): Takeover | undefined {
  const { ip } = splitInterfaceAddress(address);
  if (familyOf(ip) === 4 || !isLinkLocal(ip)) return undefined;
  return {
    may: (route) =>
      route
        .dump(getAddresses(index), ({ payload }) => addressState(payload))
        .some((each) => each.index === index && each.automatic && each.address === address),
    request: replaceAddress(index, address),
  };
}
