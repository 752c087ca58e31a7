import { familyOf, ipNumber, parseIp } from './ip.js';
import { bitsOf, makePrefix, prefixLength } from './prefix.js';
import type { InterfaceAddress, Ip, Prefix } from './types.js';

/** An address of an interface, with the length of its network or that of the prefix given. */
export const interfaceAddress = (ip: Ip, network: Prefix | number): InterfaceAddress =>
  `${ip}/${typeof network === 'number' ? network : prefixLength(network)}` as InterfaceAddress;

/** The address and the length that it was made of. */
export function splitInterfaceAddress(address: InterfaceAddress): { readonly ip: Ip; readonly length: number } {
  const slash = address.indexOf('/');
  return { ip: address.slice(0, slash) as Ip, length: Number(address.slice(slash + 1)) };
}

/** The network that it is in. */
export function subnetOf(address: InterfaceAddress): Prefix {
  const { ip, length } = splitInterfaceAddress(address);
  return makePrefix(familyOf(ip), ipNumber(ip), length);
}

/** Reads an address with the length of its network, `10.0.0.2/24`. `undefined` for what is none. */
export function parseInterfaceAddress(text: string): InterfaceAddress | undefined {
  const [written = '', length = '', ...more] = text.split('/');
  const ip = parseIp(written);
  if (ip === undefined || more.length > 0 || !/^(0|[1-9]\d{0,2})$/.test(length) || Number(length) > bitsOf(familyOf(ip))) return undefined;
  return interfaceAddress(ip, Number(length));
}
