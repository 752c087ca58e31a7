import { parseMac } from '../../ip/mac.js';
import type { Scene } from '../../model/driver.js';
import type { Network } from '../../model/records.js';
import { guardElement, hostElement } from '../../resource/element.js';
import type { Resource } from '../../resource/resource.js';
import type { BridgeFacts } from './bridge-facts.js';
import type { BridgeOptions } from './options.js';

// A bridge has 1,023 ports (BR_MAX_PORTS of net/bridge/br_private.h), and those of endpoints that have just left are still there for a while.
const SIZE = 256;
const MUTE = '8'; // of arp_ignore

/**
 * How many endpoints are on a bridge of ours before the next one is begun. Somebody else's bridge is all there is of it, on a segment of the host's the switch beyond counts
 * ports too, and who listens to all that passes would hear a part.
 */
export const leafOf = ({ parent, promiscuous, vlans }: BridgeOptions, { facts }: Network): number | undefined =>
  parent === undefined && !promiscuous && !vlans && !(facts as BridgeFacts | null)?.borrowed ? SIZE : undefined;

/** The bridge that these endpoints are ports of: the network's own, or a leaf of it. */
export const bridgeOf = ({ id }: Network, { device }: BridgeFacts, leaf: number | undefined): string => (leaf === undefined ? device : names(id, leaf).bridge);

/**
 * Further bridges of a network, each joined to its own by a veth pair. What sandboxes send to others of their leaf stays there; all else comes by the network's own bridge, and
 * so do addresses, routes and rules.
 *
 *     sandboxes ── bridge ── down ═══ up ── leaf ── sandboxes
 *                     └───── down ═══ up ── leaf ── sandboxes
 *
 * With br_netfilter frames meet the hooks of IP on a leaf as well: there they are left alone, untracked, since they meet them on the network's own bridge again.
 */
export const describeLeaves = (scene: Scene<BridgeOptions>, facts: BridgeFacts): readonly Resource[] =>
  Array.from({ length: scene.leaves ?? 0 }, (_, index) => leaf(scene, facts, index + 1)).flat();

function leaf({ network, options }: Scene<BridgeOptions>, facts: BridgeFacts, number: number): readonly Resource[] {
  const { device, docker, filtered } = facts;
  const { bridge, up, down } = names(network.id, number);
  const [mac, upMac, downMac] = MAC_STARTS.map((start) => macOf(start, network.id, number));
  const mtu = options.mtu === undefined ? {} : { mtu: options.mtu };
  const admitted = ([4, 6] as const).filter((family) => filtered.includes(`ipv${family}`) && docker[`ipv${family}`]);
  return [
    { kind: 'link', in: 'host', name: bridge, spec: { type: 'bridge' }, ...(mac && { mac }), ...mtu, ...(options.guard && { lldp: true }) },
    // Every link answers for all addresses of the host; the network's own bridge is the one to answer here.
    setting(bridge, 'arp_ignore', MUTE),
    {
      kind: 'link',
      in: 'host',
      name: up,
      spec: {
        type: 'veth',
        // Sandboxes that are to be kept apart reach no other leaf: among the ports of their own they are isolated themselves.
        peer: { in: 'host', name: down, ...(downMac && { mac: downMac }), master: device, ...(keepsApart(options, facts) && { isolated: true }) },
      },
      ...(upMac && { mac: upMac }),
      ...mtu,
      master: bridge,
    },
    hostElement('leaves', bridge),
    ...describeApart(options, facts, down),
    ...admitted.map((family) => ({ kind: 'admission', in: 'host', family: family === 4 ? 'ip' : 'ip6', oif: bridge }) as const),
    { kind: 'up', in: 'host', link: bridge },
    { kind: 'up', in: 'host', link: up },
    { kind: 'up', in: 'host', link: down },
  ];
}

/**
 * Whether ports of the network's own bridge are isolated from each other. They are not where br_netfilter has what is for a published port of a neighbour bridged: there the ruleset
 * keeps all else apart. A kernel without tables for bridges can do the one alone, and on somebody else's bridge there are others as well, whom the other would cut off.
 */
export const keepsApart = ({ icc }: BridgeOptions, { filtered, judged, borrowed }: BridgeFacts): boolean =>
  !icc && (filtered.length < 2 || !judged || borrowed !== undefined);

/** What has the ruleset keep a port of it apart where it is not isolated: as well when br_netfilter is turned off, which nobody tells. */
export const describeApart = (options: BridgeOptions, facts: BridgeFacts, port: string): readonly Resource[] =>
  options.icc || keepsApart(options, facts) ? [] : [guardElement('apart', port), guardElement('apart_to', `${port} . ${facts.mac}`)];

const setting = (link: string, name: string, value: string): Resource => ({ kind: 'sysctl', in: 'host', path: `net/ipv4/conf/${link}/${name}`, value, link });

// 15 characters at most (IFNAMSIZ), and none that begins as the ports of sandboxes do: the guard lets in what it does not know but by those.
const names = (id: string, leaf: number) => {
  const rest = `${id.slice(0, 9)}${leaf.toString(16).padStart(3, '0')}`;
  return { bridge: `fb-${rest}`, up: `fu-${rest}`, down: `fd-${rest}` };
};

// Locally administered (IEEE 802), and from the start: what udev gives a link that has none changes it later.
const MAC_STARTS = ['0a', '0e', '12'] as const;
const macOf = (start: string, id: string, leaf: number) =>
  parseMac([start, ...(`${id.slice(0, 6)}${leaf.toString(16).padStart(4, '0')}`.match(/../g) ?? [])].join(':'));
