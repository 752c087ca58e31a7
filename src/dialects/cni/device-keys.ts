import type { Field } from '../../cni/wire/field.js';
import { unsupported } from './keys.js';
import type { DriverWish } from './wish.js';

/** The words of CNI's plugin `host-device`. */
export const deviceKeys = ['device', 'pciBusID', 'hwaddr', 'kernelpath'] as const;

/** What a configuration says of a whole link of the host. Throws `cni-malformed` and `cni-unsupported`. */
export function readDevice(config: Field): DriverWish {
  for (const key of ['hwaddr', 'kernelpath'])
    if (config.at(key).optionalText() !== undefined)
      throw unsupported(key, 'links are named', 'name it: "device": "eth1"; or "pciBusID" with "options": {"parent": "eth1,eth2"}');
  const [device, pci] = [config.at('device').optionalText(), config.at('runtimeConfig').at('deviceID').optionalText() ?? config.at('pciBusID').optionalText()];
  return {
    options: { ...(device !== undefined && { parent: device }) },
    endpointOptions: { ...(pci === undefined ? device !== undefined && { device } : { pci }) },
    gateway: false,
    leadsOut: false,
  };
}

/** The words of the plugin `sriov`, whose card is named in `options`. */
export const functionKeys = ['vlan', 'vlanQoS', 'spoofchk', 'trust', 'link_state', 'min_tx_rate', 'max_tx_rate', 'mac', 'deviceID'] as const;

/** What a configuration says of a virtual function: that which the kubelet allotted, where it did. Throws `cni-malformed`. */
export function readFunction(config: Field): DriverWish {
  const pci = config.at('runtimeConfig').at('deviceID').optionalText() ?? config.at('deviceID').optionalText();
  const mac = config.at('mac').optionalText();
  const numbers = { vlan: 'vlan', vlanQoS: 'vlan_qos', min_tx_rate: 'min_tx_rate', max_tx_rate: 'max_tx_rate' };
  const words = { spoofchk: 'spoofchk', trust: 'trust', link_state: 'link_state' };
  const said = [
    ...Object.entries(numbers).map(([key, option]) => [option, config.at(key).optionalInteger(0, MOST)] as const),
    ...Object.entries(words).map(([key, option]) => [option, config.at(key).optionalText()] as const),
    ['pci', pci] as const,
  ];
  const endpointOptions = Object.fromEntries(said.flatMap(([option, value]) => (value === undefined ? [] : [[option, String(value)]])));
  return { options: {}, endpointOptions, gateway: false, leadsOut: false, ...(mac !== undefined && { mac }) };
}

const MOST = 1_000_000;
