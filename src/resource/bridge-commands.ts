import type { Mac } from '../ip/types.js';
import type { Hand } from './hand.js';
import { formOf, LAST_VLAN, rangeOf } from './port-vlans.js';
import type { BehindResource, ForwardResource, LinkResource, PortVlan } from './resource.js';

/** The bit of 01:80:c2:00:00:0e (IEEE 802.1AB), of `ip link … type bridge`. */
export const forwardLldp = (on: boolean): string => ` group_fwd_mask ${on ? '0x4000' : '0'}`;

/** Whether it sorts frames by VLAN, of the same. */
export const filterVlans = (on: boolean): string => ` vlan_filtering ${on ? 1 : 0}`;

/** What of a bridge is set, each behind `ip link set NAME type bridge`; `restart` ends its spanning tree protocol. */
export const bridgeWords = (lldp: boolean | undefined, sorts: boolean | undefined, restart: boolean | undefined): readonly string[] => [
  ...(lldp === undefined ? [] : [forwardLldp(lldp)]),
  ...(sorts === undefined ? [] : [filterVlans(sorts)]),
  ...(restart ? [' stp_state 0'] : []),
];

/** `bridge vlan`: what a port has already is taken away where that is not known to be wanted; on a bridge of others another VLAN than 1 may be the usual one. */
export const inVlans = (hand: Hand, { in: stack, name, spec }: LinkResource, vlans: readonly PortVlan[]): readonly string[] => {
  const [vlan, own] = [`${hand.tool('bridge', stack)} vlan`, spec.type === 'bridge' ? ' self' : ''];
  const put = vlans.map((each) => [`${vlan} add dev ${name} vid ${rangeOf(each)}`, ...formOf(each)].join(' ') + own);
  return vlans.some(({ from, untagged }) => from === 1 && untagged) ? put : [`${vlan} del dev ${name} vid 1-${LAST_VLAN}${own}`, ...put];
};

/** `bridge link set`, one word of it. */
export const portFlag = (hand: Hand, { in: stack, name }: Pick<LinkResource, 'in' | 'name'>, flag: 'isolated' | 'hairpin', on: boolean): string =>
  `${hand.tool('bridge', stack)} link set dev ${name} ${flag} ${on ? 'on' : 'off'}`;

/** The same for one that does not forward. */
export const forwardingPort = (hand: Hand, { in: stack, name }: LinkResource): string => `${hand.tool('bridge', stack)} link set dev ${name} state forwarding`;

/** The same for a port that is told what is behind it. */
export const toldPort = (hand: Hand, { in: stack, name }: LinkResource, on: boolean): string =>
  `${hand.tool('bridge', stack)} link set dev ${name} learning ${on ? 'off' : 'on'} flood ${on ? 'off' : 'on'}`;

/** `bridge fdb` of a tunnel: behind which host an address is. */
export const forward = (verb: 'add' | 'del' | 'replace', { in: stack, link, mac, to }: ForwardResource, hand: Hand): string =>
  `${hand.tool('bridge', stack)} fdb ${verb} ${mac} dev ${link} dst ${to} self permanent`;

/** The same of a bridge: behind which port. */
export const behind = (verb: 'replace' | 'del', { in: stack, link, mac }: BehindResource, hand: Hand): string =>
  `${hand.tool('bridge', stack)} fdb ${verb} ${mac} dev ${link} master static${verb === 'replace' ? ' sticky' : ''}`;

/** The same of a bridge itself: that what is for its own MAC address is for the host. The kernel has it from the start. */
export const ownEntry = (hand: Hand, { in: stack, name }: Pick<LinkResource, 'in' | 'name'>, mac: Mac): string =>
  `${hand.tool('bridge', stack)} fdb replace ${mac} dev ${name} self permanent`;
