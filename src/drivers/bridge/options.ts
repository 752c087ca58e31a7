import { flag, interfaceName, type OptionValues, wholeNumber } from '../../model/options.js';

/** The options of a bridge network, under Docker's names. */
export const networkOptions = {
  'com.docker.network.bridge.name': { ...interfaceName('name of the bridge device (default: br- and the first 12 digits of the id)'), fixed: true as const },
  'com.docker.network.bridge.enable_icc': flag(true, 'whether sandboxes on this network reach each other'),
  'com.docker.network.bridge.enable_ip_masquerade': flag(true, 'whether packets to the outside carry an address of the host'),
  'com.docker.network.driver.mtu': wholeNumber(68, 65535, 'MTU of the links in bytes (default: 1500; 1280 and more where there is IPv6)'),
};

/** The options of an endpoint on a bridge network. */
export const endpointOptions = {};

/** The options of a bridge network, parsed. */
export interface BridgeOptions {
  readonly device: string | undefined;
  readonly icc: boolean;
  readonly masquerade: boolean;
  /** Bytes; `undefined` leaves the kernel's default. */
  readonly mtu: number | undefined;
}

/** The names of the driver's users, made ours. */
export const bridgeOptions = (values: OptionValues<typeof networkOptions>): BridgeOptions => ({
  device: values['com.docker.network.bridge.name'],
  icc: values['com.docker.network.bridge.enable_icc'],
  masquerade: values['com.docker.network.bridge.enable_ip_masquerade'],
  mtu: values['com.docker.network.driver.mtu'],
});
