import { familyOf, ipFromNumber, ipNumber } from '../../ip/ip.js';
import { broadcast, firstOf, makePrefix, networkAddress, prefixFamily, prefixLength, sizeOf } from '../../ip/prefix.js';
import { splitInterfaceAddress } from '../../ip/interface-address.js';
import type { Family, Ip, Prefix } from '../../ip/types.js';
import type { CniResult } from '../../cni/wire/result.js';
import type { NetworkAsk } from '../../model/asks.js';
import { PUBLISHING } from '../../model/publishing.js';
import type { PoolAsk, Strings } from '../../model/records.js';
import { refuseRouteWords } from './ipam-keys.js';
import { DHCP } from './ipam-plugin.js';
import { unsupported } from './keys.js';
import type { Ground, Wish, WishedRoute } from './wish.js';

/** What of `ipam` a network needs to know: the configuration's own ranges, or what a plugin answered. Throws `cni-unsupported`. */
export function groundOf(wish: Wish, given: CniResult | undefined): Ground {
  if (given) {
    for (const route of given.routes) refuseRouteWords((word) => route[word] !== undefined);
    return {
      pools: given.ips.map(({ address, gateway }) => ({ subnet: subnetOf(address), ...(gateway !== undefined && { gateway }) })),
      routes: given.routes.map(({ dst, gw }) => ({ to: dst, ...(gw !== undefined && { via: gw }) })),
    };
  }
  return 'plugin' in wish.ipam || 'dhcp' in wish.ipam ? { pools: [], routes: [] } : { pools: wish.ipam.ranges, routes: wish.ipam.routes };
}

function subnetOf(address: CniResult['ips'][number]['address']): Prefix {
  const { ip, length } = splitInterfaceAddress(address);
  return makePrefix(familyOf(ip), ipNumber(ip), length);
}

/** Whether a route is the way out. */
export const isDefault = ({ to }: WishedRoute): boolean => prefixLength(to) === 0;

/** Whether containers are led out: their configuration says so, or a route of theirs; or it is for a DHCP server to say. */
export const isLedOut = ({ wanted, ipam }: Wish, { routes }: Ground): boolean => wanted.leadsOut || 'dhcp' in ipam || routes.some(isDefault);

/** The network that a configuration means. Throws `cni-unsupported`. */
export function networkAsk(wish: Wish, ground: Ground): NetworkAsk {
  if ('nobody' in wish.ipam)
    return { name: wish.name, driver: wish.driver, options: wish.wanted.options, ...(wish.internal && { internal: true }), ipam: { driver: 'null' } };
  if ('dhcp' in wish.ipam) {
    const { name, driver, wanted, internal, ipv6, egress, ipam } = wish;
    return {
      ...{ name, driver, options: wanted.options, ipam: { driver: DHCP, ...(Object.keys(ipam.dhcp).length > 0 && { options: ipam.dhcp }) } },
      ...(internal && { internal }),
      ...(ipv6 !== undefined && { ipv6 }),
      ...(egress && { egress }),
    };
  }
  const out = isLedOut(wish, ground);
  const bare = wish.driver === 'bridge' && !wish.wanted.gateway;
  const config = ground.pools.map((pool) => poolAsk(wish, ground, pool, out));
  const families = new Set(ground.pools.map(({ subnet }) => prefixFamily(subnet)));
  return {
    name: wish.name,
    driver: wish.driver,
    options: { ...(bare && bareOptions(out, families)), ...wish.wanted.options },
    ...((wish.internal || (bare && !out)) && { internal: true }),
    ...(families.size > 0 ? { ipv4: families.has(4), ipv6: families.has(6) } : wish.ipv6 !== undefined && { ipv6: wish.ipv6 }),
    ...(wish.egress && { egress: wish.egress }),
    ...(config.length > 0 && { ipam: { config } }),
  };
}

// A bridge without an address of the host: either somebody on it leads out, or nobody does.
function bareOptions(out: boolean, families: ReadonlySet<Family>): Strings {
  if (!out) return { [PUBLISHING.mode[4]]: 'isolated', [PUBLISHING.mode[6]]: 'isolated' };
  if (families.has(6)) throw unsupported('isGateway', 'an IPv6 network has its host as its way out', 'write "isGateway": true, or leave the IPv6 route out');
  return { 'com.docker.network.bridge.inhibit_ipv4': 'true' };
}

// The gateway is the bridge's own address, or a machine on the wire; a route that names another one has the last word.
function poolAsk({ driver, wanted }: Wish, { routes }: Ground, { subnet, gateway: named, range, kept = [] }: Ground['pools'][number], out: boolean): PoolAsk {
  const family = prefixFamily(subnet);
  const via = routes.find((route) => isDefault(route) && prefixFamily(route.to) === family)?.via;
  const gateway =
    named ?? (driver === 'bridge' && !wanted.gateway && !out ? undefined : (via ?? usualGateway(driver, wanted.gateway || out || range !== undefined, subnet)));
  const other = via !== undefined && via !== gateway;
  const nobodys: readonly (Ip | undefined)[] = [gateway, via, networkAddress(subnet), broadcast(subnet)];
  const outside = kept.filter((ip) => !nobodys.includes(ip)).map((ip) => [`outside ${ip}`, ip] as const);
  return {
    subnet,
    ...(range !== undefined && range !== subnet && { ipRange: range }),
    ...(gateway !== undefined && { gateway }),
    ...((other || outside.length > 0) && { auxAddresses: { ...(other && { [`DefaultGatewayIPv${family}`]: via }), ...Object.fromEntries(outside) } }),
  };
}

// As CNI's own IPAM has it where nothing is said: below the range too, which is for containers alone. Of other drivers Fairlead knows better.
function usualGateway(driver: string, wanted: boolean, subnet: Prefix): Ip | undefined {
  const upon = driver === 'macvlan' || driver === 'ipvlan';
  return wanted && (upon || driver === 'bridge') && sizeOf(subnet) > 2n ? ipFromNumber(firstOf(subnet) + 1n, prefixFamily(subnet)) : undefined;
}
