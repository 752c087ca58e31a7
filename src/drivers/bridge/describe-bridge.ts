import { interfaceAddress } from '../../ip/interface-address.js';
import { isLinkGateway } from '../../ip/link-gateway.js';
import { linkLocalFromMac, parseMac } from '../../ip/mac.js';
import { prefixLength } from '../../ip/prefix.js';
import type { InterfaceAddress, Mac } from '../../ip/types.js';
import type { Scene } from '../../model/driver.js';
import type { Resource } from '../../resource/resource.js';
import { bridgeAddress } from './addressing.js';
import type { BorrowedFacts } from './borrow.js';
import type { BridgeFacts } from './bridge-facts.js';
import type { BridgeOptions } from './options.js';
import { vlansOfHost } from './vlans.js';

type BridgeScene = Scene<BridgeOptions>;

/** A bridge of the network's own, and its addresses. */
export function ourBridge(scene: BridgeScene, { device, mac: text }: BridgeFacts): readonly Resource[] {
  const { options } = scene;
  const mac = parseMac(text);
  return [
    {
      kind: 'link',
      in: 'host',
      name: device,
      spec: { type: 'bridge' },
      ...(mac && { mac }),
      ...(options.mtu !== undefined && { mtu: options.mtu }),
      // What the host sends to a published port of 127.0.0.1 comes back by this bridge; from a wire the ruleset lets none in.
      ...(hasLoopback(scene) && { localnet: true }),
      // So that the guard meets them: no sandbox speaks to the host by its port.
      ...(options.guard && { lldp: true }),
      ...vlansOfHost(scene),
      ...(options.promiscuous && { promiscuous: true }),
    },
    ...addresses(scene).map((address): Resource => ({ kind: 'address', in: 'host', link: device, address })),
    ...subnetRoutes(scene, device),
    ...(needsLinkLocal(scene) && mac ? [linkLocal('host', device, mac)] : []),
  ];
}

/** What is wanted of a bridge that is somebody else's; the rest of it stays as it is. */
export function theirBridge(scene: BridgeScene, { device, mac: text }: BridgeFacts, { linkLocal: has, bare }: BorrowedFacts): readonly Resource[] {
  const { mtu, vlans, promiscuous } = scene.options;
  const mac = parseMac(text);
  return [
    {
      kind: 'borrow',
      in: 'host',
      link: device,
      addresses: [...addresses(scene), ...(needsLinkLocal(scene) && !has && mac ? [linkLocalOf(mac)] : [])],
      // Networks in its VLANs want the same of it.
      ...((bare || vlans) && mac && { mac }),
      ...(mtu !== undefined && !vlans && { mtu }),
      ...(promiscuous && { promiscuous }),
    },
    ...(hasLoopback(scene) ? [{ kind: 'sysctl', in: 'host', path: `net/ipv4/conf/${device}/route_localnet`, value: '1' } as const] : []),
    ...subnetRoutes(scene, device),
  ];
}

/** The kernel would generate it by itself, with multicast traffic to every port: generation is off and this one is given. */
export const linkLocal = (stack: Resource['in'], link: string, mac: Mac): Resource => ({ kind: 'address', in: stack, link, address: linkLocalOf(mac) });

const LINK_LOCAL_LENGTH = 64; // RFC 4291 §2.5.6
const linkLocalOf = (mac: Mac): InterfaceAddress => interfaceAddress(linkLocalFromMac(mac), LINK_LOCAL_LENGTH);

const needsLinkLocal = ({ network, options }: BridgeScene): boolean => network.ipv6 && options.mode[6] !== 'isolated';
const hasLoopback = ({ network }: BridgeScene): boolean => network.ipv4 && !network.internal;

const addresses = ({ network, options }: BridgeScene): readonly InterfaceAddress[] =>
  network.pools.flatMap((pool) => {
    const ip = bridgeAddress(pool, options);
    return ip === undefined ? [] : [interfaceAddress(ip, isLinkGateway(ip, pool.subnet) ? LINK_LOCAL_LENGTH : prefixLength(pool.subnet))];
  });

// A link-local gateway brings no route to the subnet along.
const subnetRoutes = ({ network, options }: BridgeScene, device: string): readonly Resource[] =>
  network.pools.flatMap((pool): Resource[] => {
    const ip = bridgeAddress(pool, options);
    return ip !== undefined && isLinkGateway(ip, pool.subnet) ? [{ kind: 'route', in: 'host', family: pool.family, to: pool.subnet, dev: device }] : [];
  });
