import { splitInterfaceAddress, subnetOf } from '../../ip/interface-address.js';
import { familyOf } from '../../ip/ip.js';
import { bitsOf } from '../../ip/prefix.js';
import type { Family } from '../../ip/types.js';
import type { AddressState } from './address.js';
import { RTPROT_KERNEL, RTPROT_UNSPEC } from './constants/route.js';
import { dumpRoutes } from './dump-routes.js';
import { isOfSubnet, type RouteState } from './route.js';
import { indexesOf, type View } from './view.js';

/**
 * Which of these addresses have no route to their subnet any more: the kernel makes one with the first address of a subnet, says it to be its own, and lets
 * everybody delete it. Of several addresses of one subnet the first answers for it. What is down has none, and what belongs to another link has them
 * elsewhere (those of a VRF are in its own table). A route that somebody put in place of the kernel's, as systemd-networkd does, is as good. `main` is the main
 * table, where it was read: the host's may be large, so that the kernel's routes are read there, and all only of a link that lacks one.
 */
export function unrouted({ place: { route }, links, only }: View, addresses: readonly AddressState[], main?: readonly RouteState[]): ReadonlySet<AddressState> {
  const alone = new Set(links.filter(({ up, master }) => up && master === undefined).map(({ index }) => index));
  const first = new Map<string, AddressState>();
  for (const each of addresses) {
    const key = `${each.index} ${subnetOf(each.address)}`;
    if (alone.has(each.index) && hasSubnet(each) && !first.has(key)) first.set(key, each);
  }
  const drop = (routes: readonly RouteState[]) => {
    for (const state of routes) if (isOfSubnet(state)) first.delete(`${state.dev} ${state.to}`);
  };
  if (main) drop(main);
  else {
    const families = familiesOf(first.values());
    for (const at of indexesOf(only)) drop(dumpRoutes(route, at, RTPROT_KERNEL, families));
    for (const at of new Set([...first.values()].map(({ index }) => index))) drop(dumpRoutes(route, at, RTPROT_UNSPEC, families));
  }
  return new Set(first.values());
}

function hasSubnet({ address, lone }: AddressState): boolean {
  const { ip, length } = splitInterfaceAddress(address);
  return !lone && length < bitsOf(familyOf(ip));
}

const familiesOf = (addresses: Iterable<AddressState>): readonly Family[] => [
  ...new Set([...addresses].map(({ address }) => familyOf(splitInterfaceAddress(address).ip))),
];
