import { interfaceAddress } from '../../ip/interface-address.js';
import { parseMac } from '../../ip/mac.js';
import type { Ip, Mac, Prefix } from '../../ip/types.js';
import type { EndpointScene } from '../../model/driver.js';
import { type TapOwner, OWNER, QUEUES } from '../../model/endpoint-kind.js';
import { guestOf } from '../../model/guest.js';
import type { Resource } from '../../resource/resource.js';
import type { BridgeFacts } from './bridge-facts.js';
import type { BridgeOptions } from './options.js';

type TapOptions = { readonly [OWNER]: TapOwner; readonly [QUEUES]: 'one' | 'many' };

/**
 * A tap, and all that makes it one machine with the sandbox's end of the link: what comes in by either is sent by the other, so that the guest is on the
 * network itself, with the endpoint's MAC address. What it asks for names or for its address at the gateway is answered here; so the tap passes for the
 * gateway, whose address and MAC address it has, and knows the guest alone.
 *
 *     guest ──► tap ──┬─────────────────► end of the link ──► bridge
 *                     └─► names, DHCP of this sandbox
 */
export function describeTap(scene: EndpointScene<BridgeOptions>, wire: string, mtu: number | undefined): readonly Resource[] {
  const { network, endpoint, endpointOptions, sandbox } = scene;
  if (!endpoint.link) return [];
  const { [OWNER]: owner, [QUEUES]: queues } = endpointOptions as TapOptions;
  const { stack } = sandbox;
  const { inside: tap } = endpoint.link;
  const guest = guestOf(endpoint, network, sandbox);
  const mac = parseMac((network.facts as BridgeFacts).mac);
  return [
    {
      kind: 'link',
      in: stack,
      name: tap,
      spec: { type: 'tap', owner: owner.user, ...(owner.group !== undefined && { group: owner.group }), ...(queues === 'many' && { many: true }) },
      ...(mac && { mac }),
      ...(mtu !== undefined && { mtu }),
    },
    { kind: 'up', in: stack, link: tap },
    { kind: 'up', in: stack, link: wire },
    ...(guest ? serving(stack, tap, guest) : []),
    { kind: 'redirect', in: stack, link: tap, to: wire, ...(guest && { but: guest.at }) },
    { kind: 'redirect', in: stack, link: wire, to: tap },
  ];
}

const serving = (stack: Resource['in'], link: string, { at, ip, mac }: { readonly at: Ip; readonly ip: Ip; readonly mac: Mac }): readonly Resource[] => [
  { kind: 'address', in: stack, link, address: interfaceAddress(at, 32) },
  { kind: 'route', in: stack, family: 4, to: `${ip}/32` as Prefix, dev: link },
  { kind: 'neighbour', in: stack, link, ip, mac },
];
