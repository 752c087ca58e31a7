import { portFlag } from './bridge-commands.js';
import type { Hand } from './hand.js';
import type { PeerChange } from './link-change.js';
import type { VethPeer } from './resource.js';

/** `ip link set` and `bridge link set` of the other end of a veth. */
export function peerCommands(peer: VethPeer, { mtu, mac, master, isolated }: PeerChange, hand: Hand): readonly string[] {
  const set = `${hand.tool('ip', peer.in)} link set ${peer.name}`;
  return [
    ...(mtu === undefined ? [] : [`${set} mtu ${mtu}`]),
    ...(mac === undefined ? [] : [`${set} address ${mac}`]),
    ...(master === undefined ? [] : [`${set} ${master === '' ? 'nomaster' : `master ${master}`}`]),
    ...(isolated === undefined ? [] : [portFlag(hand, peer, 'isolated', isolated)]),
  ];
}
