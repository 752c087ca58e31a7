import type { Family } from '../../ip/types.js';
import { addressCheckOptions } from '../../model/address-check.js';
import { announceOptions } from '../../model/announce-options.js';
import { MTU } from '../../model/mtu.js';
import { flag, hostLink, interfacePrefix, type OptionValues, wholeNumber } from '../../model/options.js';

const fixed = { fixed: true as const };

/** Whether the host and the endpoints of a network upon one of its links speak to each other. */
export const HOST_ACCESS = 'com.fairlead.host_access';

/** The link of the host upon which endpoints stand. */
export const PARENT = 'parent';

/** What networks upon a link of the host can be told, whatever their links are. Docker's names where it has one. */
export const upperOptions = {
  [PARENT]: {
    ...hostLink('link of the host upon which sandboxes stand; eth0.50 is made where it is not there (default: none, and the network is internal)'),
    ...fixed,
  },
  [HOST_ACCESS]: { ...flag(false, 'whether the host and the sandboxes reach each other; the host has an address of the subnet then'), ...fixed },
  [MTU]: wholeNumber(68, 65535, 'MTU of the links in bytes (default: that of the parent; 1280 and more where there is IPv6)'),
  'com.docker.network.container_iface_prefix': interfacePrefix('eth', 'how links are called in sandboxes, a number follows (default: eth)'),
  ...addressCheckOptions,
  ...announceOptions,
  'com.docker.network.enable_ipv4': { ...flag(undefined, 'whether it has IPv4, where --ipv4 does not say (default: true)'), ...fixed },
  'com.docker.network.enable_ipv6': { ...flag(undefined, 'whether it has IPv6, where --ipv6 does not say (default: with a subnet of it)'), ...fixed },
};

/** The same, parsed. */
export interface UpperOptions {
  readonly parent: string | undefined;
  readonly hostAccess: boolean;
  /** Bytes; `undefined` is the parent's. */
  readonly mtu: number | undefined;
  readonly prefix: string;
  readonly enabled: Readonly<Record<Family, boolean | undefined>>;
}

/** The names of the driver's users, made ours. */
export const readUpper = (values: OptionValues<typeof upperOptions>): UpperOptions => ({
  parent: values[PARENT],
  hostAccess: values[HOST_ACCESS],
  mtu: values[MTU],
  prefix: values['com.docker.network.container_iface_prefix'],
  enabled: { 4: values['com.docker.network.enable_ipv4'], 6: values['com.docker.network.enable_ipv6'] },
});
