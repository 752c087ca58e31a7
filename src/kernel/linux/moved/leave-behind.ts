import { deleteLink } from '../link/set-link.js';
import type { Machine } from '../machine.js';
import type { Found } from './find.js';
import { linksOf } from './find.js';
import { readTraits } from './restore-traits.js';
import { setAltname } from './traits.js';

/**
 * Takes off a link what its sandbox's root has hung on it and the kernel would let come along, or stay behind and speak through it still: VLANs, macvlans and
 * the like on top of it (vlan_device_event and macvlan_device_event pass over a move), and its other names, of which one that is taken at home keeps it from
 * coming (__dev_change_net_namespace of net/core/dev.c). What cannot be taken off stays.
 */
export function leaveBehind(machine: Machine, { stack, link }: Found): void {
  const { route } = machine.stacks.get(stack);
  const above = linksOf(machine, stack).filter(({ kind, peer, peerNamespace }) => peer === link.index && peerNamespace === undefined && kind !== 'veth');
  for (const { index } of above) route.transact([deleteLink(index)]);
  for (const name of readTraits(route, link.index).altnames) route.transact([setAltname(link.index, name, 'delete')]);
}
