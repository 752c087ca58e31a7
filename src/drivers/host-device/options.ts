import { failure } from '../../base/error.js';
import type { Scene } from '../../model/driver.js';
import { announceOptions } from '../../model/announce-options.js';
import { commonEndpointOptions } from '../../model/endpoint-options.js';
import { MTU } from '../../model/mtu.js';
import { refuseSmallMtu } from '../refuse-small-mtu.js';
import { flag, interfacePrefix, isInterfaceName, type OptionSpec, type OptionValues, wholeNumber } from '../../model/options.js';

const fixed = { fixed: true as const };

/** Names of links of the host, apart by commas. */
const linkNames = (help: string): OptionSpec<readonly string[]> => ({
  fallback: [],
  help,
  parse: (text) => {
    const value = [...new Set(text.split(','))];
    return value.every(isInterfaceName) ? { value } : { wanted: 'write names of links of the host with "," between them: eth1,eth2' };
  },
});

const PCI = /^[\da-f]{4}:[\da-f]{2}:[\da-f]{2}\.[0-7]$/;

/** Where a card is, as lspci -D prints it. */
export const pciAddress = (help: string): OptionSpec<string | undefined> => ({
  fallback: undefined,
  help,
  parse: (text) => (PCI.test(text.toLowerCase()) ? { value: text.toLowerCase() } : { wanted: 'write it as lspci -D prints it: 0000:03:00.0' }),
});

const oneLink = (help: string): OptionSpec<string | undefined> => ({
  fallback: undefined,
  help,
  parse: (text) => (isInterfaceName(text) ? { value: text } : { wanted: 'write the name of a link of the host: eth1' }),
});

/** What all networks of hardware can be told. */
export const hardwareOptions = {
  [MTU]: wholeNumber(68, 65535, 'MTU of the links in bytes, while sandboxes have them (default: what they have)'),
  'com.docker.network.container_iface_prefix': interfacePrefix('eth', 'how links are called in sandboxes, a number follows (default: eth)'),
  ...announceOptions,
};

/** The options of a network of whole links of the host. */
export const networkOptions = {
  parent: { ...linkNames('links of the host that its sandboxes get, each as a whole: eth1,eth2'), ...fixed },
  force: { ...flag(false, 'whether links with addresses or a default route of the host are given too (default: false)'), ...fixed },
  ...hardwareOptions,
};

/** The options of an endpoint on one. */
export const endpointOptions = {
  device: oneLink('which of the links it gets (default: the first that is free)'),
  pci: pciAddress('the same by where the card is: 0000:03:00.0'),
  ...commonEndpointOptions,
};

/** The options of a network of whole links, parsed. */
export interface HostDeviceOptions {
  readonly parents: readonly string[];
  readonly force: boolean;
  readonly mtu: number | undefined;
  readonly prefix: string;
}

/** Which one an endpoint wants; any without. */
export type HostDeviceWish = OptionValues<typeof endpointOptions>;

export const hostDeviceOptions = (values: OptionValues<typeof networkOptions>): HostDeviceOptions => ({
  parents: values.parent,
  force: values.force,
  mtu: values[MTU],
  prefix: values['com.docker.network.container_iface_prefix'],
});

/** Refuses a network without links to give, or with IPv6 on links too small for that. Throws `option-invalid`. */
export function checkOptions(scene: Scene<HostDeviceOptions>): void {
  refuseSmallMtu(scene);
  if (scene.options.parents.length > 0) return;
  throw failure('option-invalid', { option: 'parent', value: '', reason: 'no link of the host', mend: 'name those that sandboxes get: -o parent=eth1,eth2' });
}
