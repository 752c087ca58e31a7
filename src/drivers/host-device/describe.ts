import { interfaceAddress } from '../../ip/interface-address.js';
import { familyOf } from '../../ip/ip.js';
import { linkLocalFromMac } from '../../ip/mac.js';
import type { Family, Mac } from '../../ip/types.js';
import { defaultGateway } from '../../model/default-gateway.js';
import type { Addressing, EndpointScene, Scene } from '../../model/driver.js';
import type { CommonEndpointOptions } from '../../model/endpoint-options.js';
import type { Endpoint } from '../../model/records.js';
import { advertised } from '../advertised.js';
import type { MovedResource, Resource } from '../../resource/resource.js';

const LINK_LOCAL_LENGTH = 64; // RFC 4291 §2.5.6

/** A link of the host, whole in a sandbox, with the endpoint's addresses, and the way out where a gateway was named. */
export function describeEndpoint(
  scene: EndpointScene<{ readonly mtu: number | undefined }, CommonEndpointOptions>,
  vf?: MovedResource['vf'],
): readonly Resource[] {
  const { network, options, endpoint, sandbox } = scene;
  const device = endpoint.facts?.['device'];
  if (!endpoint.link || typeof device !== 'string') return [];
  const { stack } = sandbox;
  const { inside } = endpoint.link;
  const mac = askedMac(endpoint);
  return [
    {
      kind: 'moved',
      in: 'host',
      link: device,
      to: { in: stack, name: inside },
      ...(mac && { mac }),
      ...(options.mtu !== undefined && { mtu: options.mtu }),
      ...(vf && { vf }),
    },
    ...endpoint.leases.map(({ address }): Resource => ({ kind: 'address', in: stack, link: inside, address })),
    ...linkLocal(endpoint).map((address): Resource => ({ kind: 'address', in: stack, link: inside, address })),
    ...endpoint.linkLocals.map((ip): Resource => ({ kind: 'address', in: stack, link: inside, address: interfaceAddress(ip, familyOf(ip) === 4 ? 16 : 64) })),
    ...(endpoint.facts?.['inet6'] === true ? advertised(scene, inside) : []),
    { kind: 'up', in: stack, link: inside },
    ...network.pools.flatMap((pool): Resource[] => {
      const [{ family }, via] = [pool, defaultGateway(pool)];
      return via && endpoint.gateway.includes(family) ? [{ kind: 'route', in: stack, family, to: 'default', via, dev: inside }] : [];
    }),
  ];
}

/** The MAC address that was asked for: its own stays where none was. */
export const askedMac = ({ mac, facts }: Endpoint): Mac | undefined => (facts?.['mac'] === undefined ? mac : undefined);

const linkLocal = ({ mac, leases }: Endpoint) =>
  mac && leases.some(({ family }) => family === 6) ? [interfaceAddress(linkLocalFromMac(mac), LINK_LOCAL_LENGTH)] : [];

/** Whoever is beyond the card is the gateway, if anybody: a network takes no address for itself. */
export const addressing = (): Addressing => ({ enabled: { 4: undefined, 6: undefined }, gateways: [] });

/** The families for which a gateway was named, and the endpoint has an address. */
export function waysOut({ network, endpoint }: Scene & { readonly endpoint: Endpoint }): readonly Family[] {
  if (network.internal) return [];
  const named = network.pools.filter((pool) => defaultGateway(pool) !== undefined).map(({ family }) => family);
  return named.filter((family) => endpoint.leases.some((lease) => lease.family === family));
}
