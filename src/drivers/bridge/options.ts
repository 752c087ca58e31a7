import { failure } from '../../base/error.js';
import type { Scene } from '../../model/driver.js';
import { commonEndpointOptions } from '../../model/endpoint-options.js';
import { flag, interfaceName, type OptionValues, wholeNumber } from '../../model/options.js';

/** The options of a bridge network, under Docker's names. */
export const networkOptions = {
  'com.docker.network.bridge.name': { ...interfaceName('name of the bridge device (default: br- and the first 12 digits of the id)'), fixed: true as const },
  'com.docker.network.bridge.enable_icc': flag(true, 'whether sandboxes on this network reach each other'),
  'com.docker.network.bridge.enable_ip_masquerade': flag(true, 'whether packets to the outside carry an address of the host'),
  'com.docker.network.driver.mtu': wholeNumber(68, 65535, 'MTU of the links in bytes (default: 1500; 1280 and more where there is IPv6)'),
};

/** The options of an endpoint on a bridge network. */
export const endpointOptions = commonEndpointOptions;

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

// RFC 8200 §5: the kernel has no IPv6 on a link that cannot carry 1280 bytes.
const LEAST_IPV6_MTU = 1280;

/** Refuses an MTU with which the network could not have its IPv6 addresses. */
export function checkOptions({ network, options: { mtu } }: Scene<BridgeOptions>): void {
  if (!network.ipv6 || mtu === undefined || mtu >= LEAST_IPV6_MTU) return;
  const option = 'com.docker.network.driver.mtu';
  throw failure('option-invalid', { option, value: mtu, reason: 'too small for IPv6', mend: `write ${LEAST_IPV6_MTU} or more, or leave IPv6 out` });
}
