import { failure } from '../../base/error.js';
import type { Scene } from '../../model/driver.js';
import { commonEndpointOptions } from '../../model/endpoint-options.js';
import { MTU } from '../../model/mtu.js';
import { interfaceName, type OptionSpec, type OptionValues, wholeNumber } from '../../model/options.js';
import { refuseSmallMtu } from '../refuse-small-mtu.js';
import { hardwareOptions, pciAddress } from '../host-device/options.js';

const fixed = { fixed: true as const };
const MOST_FUNCTIONS = 65_535; // sriov_totalvfs is a u16 (PCI Express 9.3.3.8)
const MOST_VLAN = 4094; // IEEE 802.1Q
const MOST_QOS = 7;
const MOST_RATE = 1_000_000;

const onOff = (help: string): OptionSpec<boolean | undefined> => ({
  fallback: undefined,
  help,
  parse: (text) => {
    if (/^(on|true|1)$/i.test(text)) return { value: true };
    if (/^(off|false|0)$/i.test(text)) return { value: false };
    return { wanted: 'write on or off' };
  },
});

const STATES = ['auto', 'enable', 'disable'] as const;
const linkState: OptionSpec<(typeof STATES)[number] | undefined> = {
  fallback: undefined,
  help: 'its carrier: auto follows that of the card, enable and disable do not (default: as it is)',
  parse: (text) => {
    const value = STATES.find((each) => each === text);
    return value ? { value } : { wanted: `write one of ${STATES.join(', ')}` };
  },
};

/** The options of a network of virtual functions. */
export const networkOptions = {
  parent: { ...interfaceName('the card (its physical function) whose virtual functions sandboxes get: enp3s0f0'), ...fixed },
  vfs: { ...wholeNumber(1, MOST_FUNCTIONS, 'has the card show so many while the network is there (default: those that it shows)'), ...fixed },
  ...hardwareOptions,
};

/** The options of an endpoint on one. */
export const endpointOptions = {
  vf: wholeNumber(0, MOST_FUNCTIONS, 'which virtual function it gets, by its number (default: the first that is free)'),
  pci: pciAddress('the same by where it is: 0000:03:10.2'),
  vlan: wholeNumber(0, MOST_VLAN, 'VLAN that all of it goes in, by the card; 0 is none (default: as it is)'),
  vlan_qos: wholeNumber(0, MOST_QOS, 'priority in that VLAN (IEEE 802.1p)'),
  spoofchk: onOff('whether the card drops what it sends from another MAC address: on or off (default: as it is)'),
  trust: onOff('whether it may change its MAC address and listen to all: on or off (default: as it is)'),
  link_state: linkState,
  min_tx_rate: wholeNumber(0, MOST_RATE, 'what it may always send, in Mbit/s; 0 is nothing said (default: as it is)'),
  max_tx_rate: wholeNumber(0, MOST_RATE, 'what it may send at the most, in Mbit/s; 0 is no limit (default: as it is)'),
  ...commonEndpointOptions,
};

/** The options of a network of virtual functions, parsed. */
export interface SriovOptions {
  /** Empty where it was left out, which `check` refuses. */
  readonly pf: string;
  readonly show: number | undefined;
  readonly mtu: number | undefined;
  readonly prefix: string;
}

/** What an endpoint wants of its virtual function. */
export type SriovWish = OptionValues<typeof endpointOptions>;

export const sriovOptions = (values: OptionValues<typeof networkOptions>): SriovOptions => ({
  pf: values.parent ?? '',
  show: values.vfs,
  mtu: values[MTU],
  prefix: values['com.docker.network.container_iface_prefix'],
});

/** Refuses a network without a card, or with IPv6 on links too small for that. Throws `option-invalid`. */
export function checkOptions(scene: Scene<SriovOptions>): void {
  refuseSmallMtu(scene);
  if (scene.options.pf === '')
    throw failure('option-invalid', { option: 'parent', value: '', reason: 'no link of the host', mend: 'name the card: -o parent=enp3s0f0' });
}

/** Refuses what does not go together. Throws `option-invalid`. */
export function checkWish(wish: SriovWish): SriovWish {
  const { vf, pci, vlan, vlan_qos: qos, min_tx_rate: least = 0, max_tx_rate: most = 0 } = wish;
  if (vf !== undefined && pci !== undefined)
    throw failure('option-invalid', { option: 'pci', value: pci, reason: `beside vf=${vf}, which says the same`, mend: 'leave one of them out' });
  if (qos !== undefined && !vlan)
    throw failure('option-invalid', { option: 'vlan_qos', value: qos, reason: 'the priority in no VLAN', mend: 'give vlan=1 to 4094 too' });
  if (most > 0 && least > most)
    throw failure('option-invalid', { option: 'min_tx_rate', value: least, reason: `more than max_tx_rate, ${most}`, mend: 'give a smaller one' });
  return wish;
}
