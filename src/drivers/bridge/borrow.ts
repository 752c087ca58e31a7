import { failure } from '../../base/error.js';
import type { Facts } from '../../base/json.js';
import { splitInterfaceAddress } from '../../ip/interface-address.js';
import { familyOf, isLinkLocal } from '../../ip/ip.js';
import { contains, prefixLength } from '../../ip/prefix.js';
import type { Ip } from '../../ip/types.js';
import type { PoolAsked } from '../../model/driver.js';
import type { LinkSeen, Survey } from '../../resource/survey.js';
import { randomMac } from '../../ip/mac.js';
import type { BridgeFacts } from './bridge-facts.js';
import type { BridgeOptions } from './options.js';
import { refuseUnasked } from './station.js';

/** How somebody else's bridge was when a network began to use it. */
export interface BorrowedFacts extends Facts {
  /** Bytes: its endpoints have it too, so that it stays. */
  readonly mtu: number;
  /** It has a link-local address of IPv6. */
  readonly linkLocal: boolean;
  /** It has no port: the first one would give it another MAC address. */
  readonly bare: boolean;
  /** It sorts frames by VLAN: the one that new ports are in, 0 for none. */
  readonly sorts?: number;
}

/** Whether a network may use this link: a bridge of nobody who runs Fairlead. */
export const isBorrowable = ({ type, instance }: LinkSeen): boolean => type === 'bridge' && instance === undefined;

/** What is to be known of a bridge that is used. */
export const borrow = ({ name, mac, mtu, addresses, sorts }: LinkSeen, survey: Survey): Required<Pick<BridgeFacts, 'mac' | 'inet6' | 'borrowed'>> => ({
  mac: mac ?? randomMac(),
  inet6: survey.inet6,
  borrowed: {
    mtu,
    linkLocal: addresses.some((each) => familyOf(splitInterfaceAddress(each).ip) === 6 && isLinkLocal(splitInterfaceAddress(each).ip)),
    bare: survey.links.every(({ master }) => master !== name),
    ...(sorts !== undefined && { sorts }),
  },
});

/**
 * An address that the bridge has already in a subnet that is asked for is the gateway there, as in Docker, where the network has one of its
 * own; no sandbox is given any of them. Throws `bridge-mismatch`, and `option-invalid` where a segment is to be asked and the bridge will be ours.
 */
export function meet({ device, mode, inhibit4, addressCheck }: BridgeOptions, request: PoolAsked, { links }: Survey): PoolAsked {
  const { subnet, gateway, family, aux } = request;
  const link = device === undefined ? undefined : links.find(({ name, ours }) => name === device && !ours);
  if (!link) refuseUnasked(addressCheck);
  if (!link || subnet === undefined) return request;
  const there = link.addresses
    .map((address) => ({ address, ...splitInterfaceAddress(address) }))
    .filter(({ ip }) => familyOf(ip) === family && contains(subnet, ip));
  const first = there.find(({ ip }) => ip === gateway) ?? there[0];
  if (!first) return request;
  const mismatch = (wanted: string) => failure('bridge-mismatch', { device: link.name, address: first.address, wanted });
  if (mode[family] === 'isolated') throw mismatch(`what an isolated network has in ${subnet}: none`);
  const ips = there.map(({ ip }) => ip).filter((ip) => !Object.values(aux).includes(ip));
  if (family === 4 && inhibit4) return { ...request, aux: { ...kept(ips, gateway), ...aux } };
  if (first.length === prefixLength(subnet) && (gateway === undefined || gateway === first.ip))
    return { ...request, gateway: first.ip, aux: { ...kept(ips, first.ip), ...aux } };
  throw mismatch(gateway === undefined ? subnet : `gateway ${gateway} of ${subnet}`);
}

/** Addresses of the host's that no sandbox is to have, but for the gateway: two of one address would be on the bridge else. */
export const kept = (ips: readonly Ip[], gateway: Ip | undefined): PoolAsked['aux'] =>
  Object.fromEntries(ips.filter((ip) => ip !== gateway).map((ip, at) => [at === 0 ? 'this-host' : `this-host-${at + 1}`, ip]));
