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
