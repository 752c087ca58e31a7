import { familyOf, isUnspecified, parseIp } from '../ip/ip.js';
import type { Family, Ip } from '../ip/types.js';
import { isYes } from './options.js';
import type { Network } from './records.js';

/**
 * How a network meets the outside, for a family: by addresses of the host (`nat`; `nat-unprotected` filters nothing on top), by addresses
 * of its own (`routed`), or not at all, the host included (`isolated`).
 */
export type GatewayMode = 'nat' | 'nat-unprotected' | 'routed' | 'isolated';

/** The options that say how ports are published, under Docker's names. */
export const PUBLISHING = {
  mode: { 4: 'com.docker.network.bridge.gateway_mode_ipv4', 6: 'com.docker.network.bridge.gateway_mode_ipv6' },
  binding: 'com.docker.network.bridge.host_binding_ipv4',
  trusted: 'com.docker.network.bridge.trusted_host_interfaces',
} as const;

/** The option that names the link of the host by whose segment a network's sandboxes are reached, under Docker's name. */
export const PARENT = 'parent';

// What is read here was checked when it came in; whoever shows a network has its record, and no driver.
const INHIBIT = 'com.docker.network.bridge.inhibit_ipv4';

type Optioned = Pick<Network, 'options'>;

/** Whether sandboxes of a bridge are on a segment of the host's, past its rules: who reaches them there asks no host. Of other drivers `parent` says something else. */
export const isOnSegment = ({ driver, options }: Pick<Network, 'driver' | 'options'>): boolean => driver === 'bridge' && options[PARENT] !== undefined;

/** Whether somebody else on a bridge is the gateway of its sandboxes: what they send there passes the host as frames, and not its rules. */
export const isLedByAnother = ({ driver, options }: Pick<Network, 'driver' | 'options'>): boolean => driver === 'bridge' && isYes(options[INHIBIT] ?? '');

/** The gateway mode of a network for a family. */
export const modeOf = (network: Pick<Network, 'driver' | 'options'>, family: Family): GatewayMode =>
  isOnSegment(network) ? 'routed' : ((network.options[PUBLISHING.mode[family]] as GatewayMode | undefined) ?? 'nat');

/** The one address of the host at which ports are published when none is named; nothing where that is all of both families. */
export function bindingOf({ options }: Optioned): Ip | undefined {
  // It is asked for each of many ports, and options are never changed in their place.
  if (!bindings.has(options)) bindings.set(options, readBinding(options));
  return bindings.get(options);
}

const bindings = new WeakMap<Optioned['options'], Ip | undefined>();

function readBinding(options: Optioned['options']): Ip | undefined {
  const ip = parseIp(options[PUBLISHING.binding] ?? '');
  return ip !== undefined && isUnspecified(ip) && familyOf(ip) === 4 ? undefined : ip;
}

// Drivers whose sandboxes are on a card or a line of the host's, and not behind the host.
const BESIDE: ReadonlySet<string> = new Set(['host-device', 'ipvlan', 'macvlan', 'sriov']);

const OURS: ReadonlySet<string> = new Set(['bridge', 'host', 'null', 'overlay', 'test', ...BESIDE]);

/** Whether a network's driver is a plugin: ports are its own to publish. */
export const isPlugins = ({ driver }: Pick<Network, 'driver'>): boolean => !OURS.has(driver);

/** Whether what is for sandboxes of this network passes the host, which can publish their ports then. */
export const passesHost = ({ driver }: Pick<Network, 'driver'>): boolean => !BESIDE.has(driver);

/** Whether there are interfaces of the host by which published ports are reached at the endpoint's own address too. */
export const isTrusting = ({ options }: Optioned): boolean => (options[PUBLISHING.trusted] ?? '') !== '';
