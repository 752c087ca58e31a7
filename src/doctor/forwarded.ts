import { familyOf, isLoopback } from '../ip/ip.js';
import { prefixFamily } from '../ip/prefix.js';
import type { Family, Ip, Prefix } from '../ip/types.js';
import type { DoctorView } from '../model/check.js';
import { isTalking } from '../model/icc.js';
import { placeOn } from '../model/ports.js';
import { modeOf } from '../model/publishing.js';
import type { Network, PublishedPort } from '../model/records.js';
import type { ForwardedPacket } from '../resource/firewall.js';
import { joinedOn } from './joined.js';
import { deviceOf, familiesOf, isFiltered, uplinks } from './uplinks.js';

/** What a network needs the host to forward. */
export type Purpose =
  | { readonly is: 'out' | 'answers' | 'within' }
  | { readonly is: 'port'; readonly port: PublishedPort }
  /** A port at the endpoint's own address, where the network routes. */
  | { readonly is: 'own'; readonly port: PublishedPort; readonly ip: Ip };

/** One such need, and the packet that stands for it. */
export interface Need {
  readonly network: Network;
  readonly device: string;
  readonly purpose: Purpose;
  readonly packet: ForwardedPacket;
}

/** All that the networks of this host need to be forwarded: their ways out and what is answered there, their published ports and, where br_netfilter is on, what is said within them. */
export function needs(view: DoctorView): readonly Need[] {
  return view.networks.flatMap((network) => {
    const device = deviceOf(network);
    return device === undefined || !view.concerns(`network/${network.name}`)
      ? []
      : familiesOf(network).flatMap((family) => [...needsOf(view, network, device, family)]);
  });
}

function* needsOf(view: DoctorView, network: Network, device: string, family: Family): Generator<Need> {
  const need = (purpose: Purpose, packet: Omit<ForwardedPacket, 'family'>): Need => ({ network, device, purpose, packet: { family, ...packet } });
  const subnets = subnetsOf(network, family);
  if (isTalking(network) && isFiltered(network, family))
    for (const subnet of subnets)
      yield need({ is: 'within' }, { iif: device, oif: device, begins: true, protocol: 'tcp', ...(subnet && { from: subnet, to: subnet }) });
  if (network.internal || modeOf(network, family) === 'isolated') return;
  for (const uplink of outsideOf(view, family)) {
    for (const subnet of subnets) {
      for (const to of SOMEWHERE[family])
        yield need(
          { is: 'out' },
          { iif: device, ...(uplink && { oif: uplink }), begins: true, protocol: 'tcp', ...(subnet && { from: subnet }), to, port: HTTPS },
        );
      yield need({ is: 'answers' }, { ...(uplink && { iif: uplink }), oif: device, begins: false, protocol: 'tcp', ...(subnet && { to: subnet }) });
    }
    for (const { purpose, packet } of portsOf(view, network, device, family)) yield need(purpose, { ...packet, ...(uplink && { iif: uplink }) });
  }
}

// Firewalls often let pass by addresses. Who brings addresses along has any.
function subnetsOf({ pools }: Network, family: Family): readonly (Prefix | undefined)[] {
  const all = pools.flatMap(({ subnet }) => (prefixFamily(subnet) === family ? [subnet] : []));
  return all.length === 0 ? [undefined] : all;
}

// What firewalls that drop let pass for single hosts, or for pings, is no way out: the question is whether any web server is reached. One is
// asked for in each of several corners of the world: lists of what is to be kept out have this and that address, and seldom all.
const SOMEWHERE: Readonly<Record<Family, readonly Ip[]>> = {
  4: ['1.2.3.4', '81.2.69.160', '151.101.2.3', '203.2.218.1'] as readonly string[] as readonly Ip[],
  6: ['2a00::1', '2600::1', '2400::1', '2001:4860::1'] as readonly string[] as readonly Ip[],
};
const HTTPS = 443;

// Without a default route nothing is known of how the outside is reached.
function outsideOf({ host }: DoctorView, family: Family): readonly (string | undefined)[] {
  const ways = uplinks(host, family);
  return ways.length === 0 ? [undefined] : ways;
}

function* portsOf(view: DoctorView, network: Network, device: string, family: Family) {
  for (const { endpoint, sandbox } of joinedOn(view, network)) {
    const lease = endpoint.leases.find((each) => each.family === family);
    if (!lease || sandbox.ports.length === 0 || !view.concerns(`endpoint/${network.name}/${endpoint.name}`)) continue;
    for (const port of sandbox.ports) {
      const place = familyOf(port.ip) === family ? placeOn(port, endpoint, network) : undefined;
      const packet = { oif: device, begins: true, protocol: port.protocol, to: lease.ip, port: port.target } as const;
      // What is published on loopback is not forwarded: it comes from the host itself.
      if (place && 'host' in place && !isLoopback(place.host)) yield { purpose: { is: 'port', port } as const, packet: { ...packet, published: port.port } };
      if (place && 'own' in place) yield { purpose: { is: 'own', port, ip: lease.ip } as const, packet };
    }
  }
}
