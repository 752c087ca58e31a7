import { prefixLength } from './prefix.js';
import type { InterfaceAddress, Ip, Prefix } from './types.js';

/** An address of an interface, with the length of its network or that of the prefix given. */
export const interfaceAddress = (ip: Ip, network: Prefix | number): InterfaceAddress =>
  `${ip}/${typeof network === 'number' ? network : prefixLength(network)}` as InterfaceAddress;

/** The address and the length that it was made of. */
export function splitInterfaceAddress(address: InterfaceAddress): { readonly ip: Ip; readonly length: number } {
  const slash = address.indexOf('/');
  return { ip: address.slice(0, slash) as Ip, length: Number(address.slice(slash + 1)) };
}
