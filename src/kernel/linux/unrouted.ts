import { splitInterfaceAddress, subnetOf } from '../../ip/interface-address.js';
import { familyOf } from '../../ip/ip.js';
import { bitsOf } from '../../ip/prefix.js';
import type { AddressState } from './address.js';
import { RTPROT_KERNEL } from './constants/route.js';
import { dumpRoutes } from './dump-routes.js';
import { isOfSubnet } from './route.js';
import { indexesOf, type View } from './view.js';

/**
 * Which of these addresses have no route to their subnet any more: the kernel makes one with the first address of a subnet, says it to be its own, and lets
 * everybody delete it. Of several addresses of one subnet the first answers for it. What is down has none, and what belongs to another link has them
 * elsewhere (those of a VRF are in its own table).
 */
export function unrouted({ place: { route }, links, only }: View, addresses: readonly AddressState[]): ReadonlySet<AddressState> {
  const alone = new Set(links.filter(({ up, master }) => up && master === undefined).map(({ index }) => index));
  const first = new Map<string, AddressState>();
  for (const each of addresses) {
    const key = `${each.index} ${subnetOf(each.address)}`;
    if (alone.has(each.index) && hasSubnet(each) && !first.has(key)) first.set(key, each);
  }
  const families = [...new Set([...first.values()].map(({ address }) => familyOf(splitInterfaceAddress(address).ip)))];
  for (const state of indexesOf(only).flatMap((at) => dumpRoutes(route, at, RTPROT_KERNEL, families)))
    if (isOfSubnet(state)) first.delete(`${state.dev} ${state.to}`);
  return new Set(first.values());
}

function hasSubnet({ address, lone }: AddressState): boolean {
  const { ip, length } = splitInterfaceAddress(address);
  return !lone && length < bitsOf(familyOf(ip));
}
