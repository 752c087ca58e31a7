import { interfaceAddress } from '../../ip/interface-address.js';
import { familyOf } from '../../ip/ip.js';
import { linkLocalFromMac, parseMac } from '../../ip/mac.js';
import type { Family, Ip } from '../../ip/types.js';
import type { Peer } from '../../model/cluster.js';
import type { EndpointScene, Scene } from '../../model/driver.js';
import type { Network } from '../../model/records.js';
import type { Resource, Stack } from '../../resource/resource.js';
import { securePath } from '../../resource/wireguard.js';
import { answering } from './answering.js';
import type { OverlayOptions } from './options.js';
import type { OverlayFacts, OverlayShared } from './overlay-facts.js';
import { requireHere } from './realize.js';

const BRIDGE = 'br0';
const TUNNEL = 'vxlan0';

/** The segment on this host: a namespace with a bridge, and the tunnel as a port of it. */
export function describeNetwork({ network, options, here }: Scene<OverlayOptions>): readonly Resource[] {
  if (network.facts === null) return [];
  const { stack, mtu, by, ...macs } = network.facts as OverlayFacts;
  const { vni } = network.shared as OverlayShared;
  const [bridgeMac, tunnelMac] = [parseMac(macs.bridgeMac), parseMac(macs.tunnelMac)];
  const { address } = requireHere(here, network.name);
  return [
    ...policies(options, familyOf(address)),
    ...(by ? securePath(by, address) : []),
    { kind: 'namespace', in: stack },
    { kind: 'link', in: stack, name: BRIDGE, spec: { type: 'bridge' }, ...(bridgeMac && { mac: bridgeMac }), mtu },
    {
      kind: 'link',
      in: stack,
      name: TUNNEL,
      spec: { type: 'vxlan', id: vni, port: options.port, local: address, ...(by && { by: by.stack }) },
      ...(tunnelMac && { mac: tunnelMac }),
      mtu,
      master: BRIDGE,
      told: true,
    },
    { kind: 'up', in: stack, link: BRIDGE },
    { kind: 'up', in: stack, link: TUNNEL },
    ...answersOf(network, options, stack),
  ];
}

function answersOf(network: Network, options: OverlayOptions, stack: Stack): readonly Resource[] {
  const ips = new Set(answering(network, options));
  return network.pools.flatMap(({ gateway, subnet }): readonly Resource[] =>
    gateway !== undefined && ips.has(gateway) ? [{ kind: 'address', in: stack, link: BRIDGE, address: interfaceAddress(gateway, subnet) }] : [],
  );
}

// They are there before the tunnel and go after it.
const policies = ({ encrypted, port }: OverlayOptions, family: Family): readonly Resource[] =>
  encrypted === 'ipsec' ? (['out', 'in'] as const).map((direction) => ({ kind: 'policy', in: 'host', family, direction, port })) : [];

/** The link between sandbox and segment, and its addresses. What goes elsewhere goes by another network. */
export function describeEndpoint({ network, endpoint, sandbox }: EndpointScene<OverlayOptions>): readonly Resource[] {
  if (network.facts === null || !endpoint.link) return [];
  const { stack: segment, mtu } = network.facts as OverlayFacts;
  const { outside, inside } = endpoint.link;
  const { stack } = sandbox;
  const mac = parseMac(`06:${(endpoint.id.match(/../g) ?? []).slice(0, 5).join(':')}`);
  return [
    {
      kind: 'link',
      in: segment,
      name: outside,
      spec: { type: 'veth', peer: { in: stack, name: inside, ...(endpoint.mac && { mac: endpoint.mac }) } },
      ...(mac && { mac }),
      mtu,
      master: BRIDGE,
      ...(endpoint.mac && { told: true }),
    },
    ...(endpoint.mac ? [{ kind: 'behind', in: segment, link: outside, mac: endpoint.mac } as const] : []),
    { kind: 'up', in: segment, link: outside },
    ...endpoint.leases.map(({ address }): Resource => ({ kind: 'address', in: stack, link: inside, address })),
    ...linkLocals(endpoint).map((ip): Resource => ({ kind: 'address', in: stack, link: inside, address: interfaceAddress(ip, familyOf(ip) === 4 ? 16 : 64) })),
    { kind: 'up', in: stack, link: inside },
  ];
}

/** What leads to an endpoint of another host: who has its addresses is answered here, and what is for it goes there. */
export function describePeer({ network, here }: Scene<OverlayOptions>, { endpoint, host }: Peer): readonly Resource[] {
  const { mac, leases } = endpoint;
  const { address } = requireHere(here, network.name);
  // A tunnel of one family leads to none of the other.
  if (network.facts === null || mac === undefined || familyOf(host.address) !== familyOf(address)) return [];
  const { stack } = network.facts as OverlayFacts;
  const ips = [...leases.map(({ ip }) => ip), ...linkLocals(endpoint)];
  return [
    { kind: 'forward', in: stack, link: TUNNEL, mac, to: host.address },
    { kind: 'behind', in: stack, link: TUNNEL, mac },
    ...ips.map((ip): Resource => ({ kind: 'neighbour', in: stack, link: TUNNEL, ip, mac })),
    // Whoever asked before this host knew was answered by nobody, and would ask again only after a second.
    ...ips.map((ip): Resource => ({ kind: 'announced', in: stack, link: BRIDGE, ip, mac, times: 1, every: 0, behind: true })),
  ];
}

const LINK_LOCAL_FAMILY = 6;
const linkLocals = ({ mac, leases, linkLocals: asked }: Peer['endpoint']): readonly Ip[] => [
  ...asked,
  ...(mac !== undefined && leases.some(({ family }) => family === LINK_LOCAL_FAMILY) ? [linkLocalFromMac(mac)] : []),
];
