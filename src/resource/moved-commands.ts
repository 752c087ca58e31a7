import type { Hand } from './hand.js';
import type { FunctionsResource, MovedResource, VirtualFunction } from './resource.js';

/** What a person types to give a link of the host to a sandbox. */
export function givingCommands({ link, to, mac, mtu, vf }: MovedResource, hand: Hand): readonly string[] {
  const inside = `${hand.tool('ip', to.in)} link set ${to.name}`;
  return [
    ...(vf ? functionCommands(vf, hand) : []),
    `${hand.tool('ip', 'host')} link set ${link} netns ${hand.nameOf(to.in)} name ${to.name}`,
    ...(mac === undefined ? [] : [`${inside} address ${mac}`]),
    ...(mtu === undefined ? [] : [`${inside} mtu ${mtu}`]),
    `${inside} addrgenmode none`,
  ];
}

/** What a person types to take it back: 1 is the process in whose namespace it was. */
export const takingBackCommands = ({ link, to }: MovedResource, hand: Hand): readonly string[] => [
  `${hand.tool('ip', to.in)} link set ${to.name} netns 1 name ${link}`,
];

/** How a physical function is told of a virtual one. */
export function functionCommands({ pf, index, mac, vlan, qos, spoofCheck, trust, state, minRate, maxRate }: VirtualFunction, hand: Hand): readonly string[] {
  const set = `${hand.tool('ip', 'host')} link set ${pf} vf ${index}`;
  const rates = `${minRate === undefined ? '' : ` min_tx_rate ${minRate}`}${maxRate === undefined ? '' : ` max_tx_rate ${maxRate}`}`;
  return [
    ...(mac === undefined ? [] : [`${set} mac ${mac}`]),
    ...(vlan === undefined ? [] : [`${set} vlan ${vlan}${qos === undefined ? '' : ` qos ${qos}`}`]),
    ...(spoofCheck === undefined ? [] : [`${set} spoofchk ${onOff(spoofCheck)}`]),
    ...(trust === undefined ? [] : [`${set} trust ${onOff(trust)}`]),
    ...(state === undefined ? [] : [`${set} state ${state}`]),
    ...(rates === '' ? [] : [`${set}${rates}`]),
  ];
}

/** How a physical function shows virtual ones. */
export const showing = ({ link }: FunctionsResource, count: number): string => `echo ${count} > /sys/class/net/${link}/device/sriov_numvfs`;

const onOff = (on: boolean): string => (on ? 'on' : 'off');
