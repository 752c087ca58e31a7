import { isUnspecified } from '../../ip/ip.js';
import type { Family, Ip } from '../../ip/types.js';
import { ADDRESS_CHECK, addressCheckOptions } from '../../model/address-check.js';
import { announceOptions } from '../../model/announce-options.js';
import { commonEndpointOptions } from '../../model/endpoint-options.js';
import { checkKind, kindOptions } from '../../model/endpoint-kind.js';
import { ICC } from '../../model/icc.js';
import { checkInner, innerOptions } from '../../model/inner.js';
import { endpointGuard, GUARD, networkGuard } from '../../model/guard.js';
import { DOWN } from '../../model/link-down.js';
import { MTU } from '../../model/mtu.js';
import {
  flag,
  hostLink,
  interfaceName,
  interfaceNames,
  interfacePrefix,
  ipAddress,
  oneOf,
  type OptionValues,
  parseOptions,
  wholeNumber,
} from '../../model/options.js';
import { type GatewayMode, PARENT, PUBLISHING } from '../../model/publishing.js';
import type { Strings } from '../../model/records.js';
import { networkReady, READY } from '../../model/ready.js';
import { VLAN, VLAN_DEFAULT, VLAN_TRUNK, vlanOptions, type VlanWish, vlanWish } from './vlans.js';

/** The option by which the host itself hears all that passes the bridge. */
export const PROMISCUOUS = 'com.fairlead.bridge.promiscuous';

const MODES = ['nat', 'nat-unprotected', 'routed', 'isolated'] as const satisfies readonly GatewayMode[];
const fixed = { fixed: true as const };

/** The options of a bridge network, under Docker's names. */
export const networkOptions = {
  'com.docker.network.bridge.name': {
    ...interfaceName('name of the bridge; one that is there already is used, and stays as it is (default: br- and 12 digits of the id)'),
    ...fixed,
  },
  [PARENT]: {
    ...hostLink(
      'link of the host that is a port of the bridge for as long: sandboxes are on its segment, and its router is their gateway; eth0.50 is made where it is not there',
    ),
    ...fixed,
  },
  [ICC]: flag(true, 'whether sandboxes on this network reach each other'),
  'com.docker.network.bridge.enable_ip_masquerade': flag(true, 'whether packets to the outside carry an address of the host'),
  [PUBLISHING.mode[4]]: oneOf(MODES, 'nat', 'nat, nat-unprotected (no filter on top), routed (no NAT), isolated (--internal alone; default: nat)'),
  [PUBLISHING.mode[6]]: oneOf(MODES, 'nat', 'the same for IPv6'),
  'com.fairlead.bridge.hairpin': flag(false, 'whether a sandbox gets back what it sends to itself by way of the host (default: where ports need it)'),
  [PROMISCUOUS]: flag(false, 'whether the bridge takes frames for itself that are for others'),
  ...vlanOptions,
  'com.docker.network.bridge.inhibit_ipv4': flag(false, 'whether the bridge goes without its IPv4 address: somebody else there is the gateway'),
  [PUBLISHING.binding]: ipAddress(undefined, 'address of the host at which ports are published where -p names none (default: all of them)'),
  [PUBLISHING.trusted]: interfaceNames("links of the host, a:b, by which published ports are reached at the sandbox's own address too"),
  'com.docker.network.bridge.default_bridge': { ...flag(false, 'whether it is the predefined network; only that one says true'), ...fixed },
  [GUARD]: networkGuard,
  [READY]: { ...networkReady, fallback: 0 },
  [MTU]: wholeNumber(68, 65535, 'MTU of the links in bytes (default: 1500; 1280 and more where there is IPv6)'),
  'com.docker.network.container_iface_prefix': interfacePrefix('eth', 'how links are called in sandboxes, a number follows (default: eth)'),
  'com.docker.network.host_ipv4': ipAddress(4, 'address of the host that packets to the outside carry (default: that of the link they leave by)'),
  'com.docker.network.host_ipv6': ipAddress(6, 'the same for IPv6'),
  ...addressCheckOptions,
  ...announceOptions,
  'com.docker.network.enable_ipv4': { ...flag(undefined, 'whether it has IPv4, where --ipv4 does not say (default: true)'), ...fixed },
  'com.docker.network.enable_ipv6': { ...flag(undefined, 'whether it has IPv6, where --ipv6 does not say (default: with a subnet of it)'), ...fixed },
};

/** The options of an endpoint on a bridge network. */
export const endpointOptions = {
  ...commonEndpointOptions,
  [GUARD]: endpointGuard,
  ...kindOptions,
  ...innerOptions,
  [DOWN]: flag(false, 'whether the link inside is left down, for who is there to set up (networks without addresses alone)'),
};

/** They, parsed. */
export type BridgeEndpointOptions = OptionValues<typeof endpointOptions>;

/** They are parsed one by one, and judged together. */
export function parseEndpointOptions(raw: Strings): BridgeEndpointOptions {
  const values = parseOptions('bridge', endpointOptions, raw);
  checkKind(raw);
  checkInner(raw);
  return values;
}

/** The options of a bridge network, parsed. */
export interface BridgeOptions {
  readonly device: string | undefined;
  /** The link of the host that is a port of the bridge. */
  readonly parent: string | undefined;
  readonly icc: boolean;
  readonly masquerade: boolean;
  readonly mode: Readonly<Record<Family, GatewayMode>>;
  /** The bridge has no IPv4 address. */
  readonly inhibit4: boolean;
  readonly trusted: readonly string[];
  readonly defaultBridge: boolean;
  /** Bytes; `undefined` leaves the kernel's default. */
  readonly mtu: number | undefined;
  readonly prefix: string;
  /** What stands for masquerade. */
  readonly source: Readonly<Record<Family, Ip | undefined>>;
  /** Which families it has, where nobody says so otherwise. */
  readonly enabled: Readonly<Record<Family, boolean | undefined>>;
  readonly guard: boolean;
  /** Ports give frames back where they came from. */
  readonly hairpin: boolean;
  readonly promiscuous: boolean;
  readonly vlans: VlanWish | undefined;
  /** Milliseconds for which its segment is to be asked whether an address is in use; 0 also where it is asked only if there is one. */
  readonly addressCheck: number;
  /** How many sandboxes on it are held ready. */
  readonly ready: number;
}

/** The names of the driver's users, made ours. */
export const bridgeOptions = (values: OptionValues<typeof networkOptions>): BridgeOptions => ({
  device: values['com.docker.network.bridge.name'],
  parent: values[PARENT],
  icc: values[ICC],
  masquerade: values['com.docker.network.bridge.enable_ip_masquerade'],
  mode: { 4: values[PUBLISHING.mode[4]], 6: values[PUBLISHING.mode[6]] },
  inhibit4: values['com.docker.network.bridge.inhibit_ipv4'],
  trusted: values[PUBLISHING.trusted],
  defaultBridge: values['com.docker.network.bridge.default_bridge'],
  mtu: values[MTU],
  guard: values[GUARD],
  hairpin: values['com.fairlead.bridge.hairpin'],
  promiscuous: values[PROMISCUOUS],
  vlans: vlanWish(values[VLAN], values[VLAN_TRUNK], values[VLAN_DEFAULT]),
  ready: values[READY] ?? 0,
  addressCheck: Number(values[ADDRESS_CHECK]) || 0,
  prefix: values['com.docker.network.container_iface_prefix'],
  source: { 4: specific(values['com.docker.network.host_ipv4']), 6: specific(values['com.docker.network.host_ipv6']) },
  enabled: { 4: values['com.docker.network.enable_ipv4'], 6: values['com.docker.network.enable_ipv6'] },
});

const specific = (ip: Ip | undefined): Ip | undefined => (ip !== undefined && isUnspecified(ip) ? undefined : ip);
