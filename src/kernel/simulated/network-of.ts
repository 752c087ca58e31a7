import { splitInterfaceAddress } from '../../ip/interface-address.js';
import { familyOf, ipNumber } from '../../ip/ip.js';
import { makePrefix } from '../../ip/prefix.js';
import type { InterfaceAddress, Prefix } from '../../ip/types.js';

/** The network to which an address of an interface connects. */
export function networkOf(address: InterfaceAddress): Prefix {
  const { ip, length } = splitInterfaceAddress(address);
  return makePrefix(familyOf(ip), ipNumber(ip), length);
}
