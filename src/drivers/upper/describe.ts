import { interfaceAddress } from '../../ip/interface-address.js';
import { familyOf, ipNumber } from '../../ip/ip.js';
import { linkLocalFromDigits, linkLocalFromMac } from '../../ip/mac.js';
import { bitsOf, makePrefix } from '../../ip/prefix.js';
import type { Ip, Prefix } from '../../ip/types.js';
import { defaultGateway } from '../../model/default-gateway.js';
import type { CommonEndpointOptions } from '../../model/endpoint-options.js';
import { HOST_AUX } from '../../model/ipam.js';
import type { EndpointScene, Scene } from '../../model/driver.js';
import type { Endpoint, Lease, Pool } from '../../model/records.js';
import type { LinkResource, Resource } from '../../resource/resource.js';
import { carriesIpv6 } from '../../ip/carries-ipv6.js';
import { advertised } from '../advertised.js';
import { boundMtu, leasedRoutes } from '../leased.js';
import type { Kind } from './kind.js';
import type { UpperOptions } from './options.js';
import type { UpperFacts } from './upper-facts.js';

// Behind the way that a router of the wire advertises, whose metric is 1024 (IP6_RT_PRIO_USER), where one does.
const BEHIND_ROUTERS = 2048;

/** The parent, where it is ours, and the host's own link upon it. */
export function describeNetwork<N extends UpperOptions>(kind: Kind<N>, { network, options }: Scene<N>): readonly Resource[] {
  if (network.facts === null) return [];
  const facts = network.facts as UpperFacts;
  return [...ownParent(facts), ...(facts.shim ? shim(kind, options, facts, facts.shim) : [])];
}

function ownParent({ parent, made }: UpperFacts): readonly Resource[] {
  if (!made) return [];
  const link: LinkResource =
    'id' in made
      ? { kind: 'link', in: 'host', name: parent, spec: { type: 'vlan', parent: made.lower, id: made.id } }
      : { kind: 'link', in: 'host', name: parent, spec: { type: 'dummy' }, mac: made.mac };
  return [link, { kind: 'up', in: 'host', link: parent }];
}

/**
 * The host's own link to its endpoints: a parent exchanges nothing with what stands upon it. It answers for its own addresses alone, and asks with
 * them: Linux answers for all of the host's by every link, and the wire would learn a wrong MAC address for them.
 */
function shim<N extends UpperOptions>(
  kind: Kind<N>,
  options: N,
  { parent }: UpperFacts,
  { link, mac, addresses }: NonNullable<UpperFacts['shim']>,
): readonly Resource[] {
  const setting = (name: string, value: string): Resource => ({ kind: 'sysctl', in: 'host', path: `net/ipv4/conf/${link}/${name}`, value, link });
  return [
    {
      kind: 'link',
      in: 'host',
      name: link,
      spec: kind.spec(parent, options),
      ...(kind.ownMac(options) && { mac }),
      ...(options.mtu !== undefined && { mtu: options.mtu }),
    },
    setting('arp_ignore', '1'),
    setting('arp_announce', '2'),
    ...addresses.map((ip): Resource => ({ kind: 'address', in: 'host', link, address: interfaceAddress(ip, bitsOf(familyOf(ip))) })),
    { kind: 'up', in: 'host', link },
  ];
}

/** The link in the sandbox, made there upon the parent, its addresses, and the way out where this endpoint is it. */
export function describeEndpoint<N extends UpperOptions>(kind: Kind<N>, scene: EndpointScene<N, CommonEndpointOptions>): readonly Resource[] {
  const { network, options, endpoint, sandbox } = scene;
  if (network.facts === null || !endpoint.link) return [];
  const facts = network.facts as UpperFacts;
  const { inside } = endpoint.link;
  const { stack } = sandbox;
  const { mac, leases } = endpoint;
  // The user's own, or what a lease says; without either the kernel gives it the parent's, and lets it follow. Where leases may say one it is set
  // without a lease as well: a link that is to have none any more would be made anew.
  const mtu = options.mtu ?? (network.pools.some(({ outside }) => outside) ? boundMtu(endpoint, facts.parentMtu) : undefined);
  const own = linkLocalOf(endpoint);
  return [
    {
      kind: 'link',
      in: stack,
      name: inside,
      spec: kind.spec(facts.parent, options),
      ...(mac && { mac }),
      ...(mtu !== undefined && { mtu }),
    },
    ...leases.map(({ address }): Resource => ({ kind: 'address', in: stack, link: inside, address })),
    ...(own ? [{ kind: 'address', in: stack, link: inside, address: interfaceAddress(own, 64) } as const] : []),
    ...endpoint.linkLocals.map((ip): Resource => ({ kind: 'address', in: stack, link: inside, address: interfaceAddress(ip, familyOf(ip) === 4 ? 16 : 64) })),
    ...(facts.inet6 !== false && carriesIpv6(mtu ?? facts.parentMtu) ? advertised(scene, inside) : []),
    { kind: 'up', in: stack, link: inside },
    // What a lease brought is among its routes.
    ...endpoint.gateway
      .filter((family) => !leases.some((lease) => lease.family === family && lease.learned))
      .map((family): Resource => {
        const via = kind.viaGateway(options)
          ? gatewayOf(
              network.pools,
              leases.find((lease) => lease.family === family),
            )
          : undefined;
        return { kind: 'route', in: stack, family, to: 'default', ...(via !== undefined ? { via } : family === 6 && { metric: BEHIND_ROUTERS }), dev: inside };
      }),
    ...leasedRoutes(endpoint, stack, inside),
    ...(facts.shim ? leases.map((lease) => wayFromHost(network.pools, lease, facts.shim?.link ?? '')) : []),
  ];
}

// The host speaks to each with its address of that one's subnet. IPv6 chooses that by itself (RFC 6724, rule 8), IPv4 takes the first of the link.
function wayFromHost(pools: readonly Pool[], { family, ip, subnet }: Lease, dev: string): Resource {
  const source = family === 4 ? pools.find((pool) => pool.subnet === subnet)?.aux[HOST_AUX] : undefined;
  return { kind: 'route', in: 'host', family, to: only(ip), dev, ...(source && { source }) };
}

// Who asks the routers of a segment (RFC 4861 §6.3.7) does it from one of its own. Links that have their parent's MAC address would all have the same by that.
function linkLocalOf({ id, mac, leases, linkLocals }: Endpoint): Ip | undefined {
  const six = leases.filter(({ family }) => family === 6);
  if (mac) return six.length > 0 ? linkLocalFromMac(mac) : undefined;
  const needed = six.some(({ learned }) => learned) && !linkLocals.some((ip) => familyOf(ip) === 6);
  return needed ? linkLocalFromDigits(id) : undefined;
}

// That of the subnet which the address is of: a network has several.
function gatewayOf(pools: readonly Pool[], lease: Lease | undefined): Ip | undefined {
  const pool = pools.find(({ subnet }) => subnet === lease?.subnet);
  return pool && defaultGateway(pool);
}

const only = (ip: Ip): Prefix => makePrefix(familyOf(ip), ipNumber(ip), bitsOf(familyOf(ip)));
