import { interfaceAddress, splitInterfaceAddress } from '../../ip/interface-address.js';
import { familyOf } from '../../ip/ip.js';
import { contains } from '../../ip/prefix.js';
import type { Prefix } from '../../ip/types.js';
import { defaultGateway } from '../../model/default-gateway.js';
import { isTap, wireOf } from '../../model/endpoint-kind.js';
import { type Inner, innerOf } from '../../model/inner.js';
import type { EndpointScene, Scene } from '../../model/driver.js';
import { DOWN } from '../../model/link-down.js';
import { outsideMac } from '../../model/outside-mac.js';
import { hostElement } from '../../resource/element.js';
import type { Resource } from '../../resource/resource.js';
import { carriesIpv6 } from '../../ip/carries-ipv6.js';
import { advertised } from '../advertised.js';
import { boundMtu, leasedRoutes } from '../leased.js';
import type { BridgeFacts } from './bridge-facts.js';
import { linkLocal, ourBridge, theirBridge } from './describe-bridge.js';
import { bridgeOf, describeApart, describeLeaves, keepsApart } from './leaves.js';
import { describeTap } from './describe-tap.js';
import type { BridgeEndpointOptions, BridgeOptions } from './options.js';
import { describeStation } from './station.js';
import { describeUnderlay } from './underlay.js';
import { vlansOfPort } from './vlans.js';
import { describeWhereabouts, knownMac } from './whereabouts.js';

/** The bridge, its addresses, its place in the ruleset and the forwarding that it needs. */
export function describeNetwork(scene: Scene<BridgeOptions>): readonly Resource[] {
  const { network, options } = scene;
  if (network.facts === null) return [];
  const facts = network.facts as BridgeFacts;
  const { device } = facts;
  const bare = network.pools.length === 0;
  const leadsOut = !network.internal && !bare;
  // Sandboxes are machines among others there, which somebody else may lead out.
  const isLeftAlone = bare && !network.internal && facts.borrowed !== undefined;
  const station = facts.station ? describeStation(facts, facts.station, vlansOfPort(options, facts.borrowed)) : [];
  if (facts.parent !== undefined) return [...describeUnderlay({ network, options }, facts), ...station];
  return [
    ...(facts.borrowed ? theirBridge({ network, options }, facts, facts.borrowed) : ourBridge({ network, options }, facts)),
    { kind: 'table', in: 'host', family: 'inet', name: 'fairlead', skeleton: 'host' },
    ...(isLeftAlone ? [] : whatPasses(scene, facts)),
    ...(leadsOut ? towardsOutside(device, options) : []),
    ...(leadsOut ? forwarding(network.ipv4, network.ipv6, facts) : []),
    ...admissions(network, options, facts),
    ...(facts.borrowed ? [] : [{ kind: 'up', in: 'host', link: device } as const]),
    ...describeLeaves(scene, facts),
    ...station,
    ...(network.ipv6 && !network.internal ? [loopback6(facts)] : []),
  ];
}

/** What of the packets that pass this host by the bridge is the network's to judge. A network without addresses leads nowhere. */
function whatPasses({ network, options }: Scene<BridgeOptions>, { device, borrowed }: BridgeFacts): readonly Resource[] {
  return [
    hostElement('bridges', device),
    hostElement('same', `${device} . ${device}`),
    // Who else is on somebody's bridge is none of ours to limit; without a guard a sandbox could pass for one of them.
    ...(borrowed && options.guard ? [hostElement('strangers', device)] : []),
    ...(network.internal || network.pools.length === 0 ? [hostElement('internal', device)] : []),
    ...(options.icc ? [] : [hostElement('icc_off', device)]),
  ];
}

/** The link between sandbox and bridge, its addresses, and the way out where this endpoint is it. */
export function describeEndpoint(scene: EndpointScene<BridgeOptions, BridgeEndpointOptions>): readonly Resource[] {
  const { network, options, endpoint, sandbox } = scene;
  if (network.facts === null || !endpoint.link) return [];
  const facts = network.facts as BridgeFacts;
  const { filtered, borrowed, parent, parentMtu } = facts;
  const { outside, leaf } = endpoint.link;
  const { stack } = sandbox;
  const [inside, tap] = [wireOf({ ...endpoint, link: endpoint.link }), isTap(endpoint)];
  const own = innerOf(endpoint)?.mac ?? endpoint.mac;
  const mac = outsideMac(endpoint, borrowed !== undefined);
  const mtu = options.mtu ?? boundMtu(endpoint, borrowed?.mtu ?? parentMtu);
  return [
    ...endpoint.leases.map(({ ip }): Resource => ({ kind: 'flows', in: 'host', ip })),
    {
      kind: 'link',
      in: 'host',
      name: outside,
      spec: { type: 'veth', peer: { in: stack, name: inside, ...(own && { mac: own }) } },
      ...(mac && { mac }),
      ...(mtu !== undefined && { mtu }),
      master: bridgeOf(network, facts, leaf),
      ...vlansOfPort(options, borrowed),
      ...((keepsApart(options, facts) || (!options.icc && (parent !== undefined || leaf !== undefined))) && { isolated: true }),
      ...(knownMac(scene) && { told: true }),
      // With br_netfilter a sandbox that calls a port of its own is answered on the port by which it called.
      ...((options.hairpin || (filtered.length > 0 && parent === undefined && sandbox.ports.length > 0)) && { hairpin: true }),
    },
    ...(parent === undefined && leaf === undefined ? describeApart(options, facts, outside) : []),
    { kind: 'up', in: 'host', link: outside },
    ...(tap ? describeTap(scene, inside, mtu) : describeInside(scene, inside, facts, mtu)),
    ...describeWhereabouts(scene, inside),
  ];
}

/** The end in the sandbox, as programs there see it. */
function describeInside(
  scene: EndpointScene<BridgeOptions, BridgeEndpointOptions>,
  inside: string,
  { inet6, borrowed, parent }: BridgeFacts,
  mtu: number | undefined,
): readonly Resource[] {
  const { network, endpoint, endpointOptions, sandbox } = scene;
  const { stack } = sandbox;
  const inner = innerOf(endpoint);
  return [
    ...(inner ? [inner] : endpoint.leases).map(({ address }): Resource => ({ kind: 'address', in: stack, link: inside, address })),
    ...(endpoint.mac && endpoint.leases.some(({ family }) => family === 6) ? [linkLocal(stack, inside, endpoint.mac)] : []),
    ...endpoint.linkLocals.map((ip): Resource => ({ kind: 'address', in: stack, link: inside, address: interfaceAddress(ip, familyOf(ip) === 4 ? 16 : 64) })),
    ...(inet6 !== false && carriesIpv6(mtu) && (borrowed !== undefined || parent !== undefined) ? advertised(scene, inside) : []),
    ...(endpointOptions[DOWN] ? [] : [{ kind: 'up', in: stack, link: inside } as const]),
    ...network.pools.flatMap((pool): Resource[] => {
      const [{ family }, via] = [pool, inner?.gateway ?? defaultGateway(pool)];
      return via && endpoint.gateway.includes(family) ? [{ kind: 'route', in: stack, family, to: 'default', via, dev: inside }] : [];
    }),
    ...(inner ? describeOuter(scene, inside, inner) : []),
    ...leasedRoutes(endpoint, stack, inside),
  ];
}

// To who thinks that it is elsewhere its network is behind its gateway: where that is not its way out, this leads there. Where the network has none, its neighbours are on the link.
const describeOuter = ({ network, endpoint, sandbox }: EndpointScene, inside: string, { address, gateway: via }: Inner): readonly Resource[] =>
  network.pools.flatMap(({ family, subnet: to, gateway }): Resource[] => {
    const leads = family === 4 && !endpoint.gateway.includes(4) && !contains(to, splitInterfaceAddress(address).ip);
    return leads ? [{ kind: 'route', in: sandbox.stack, family, to, ...(gateway !== undefined && { via }), dev: inside }] : [];
  });

/** Which addresses packets to the outside carry, and what of the outside may come in beside published ports. */
function towardsOutside(device: string, { masquerade, mode, source, trusted }: BridgeOptions): readonly Resource[] {
  const families = ([4, 6] as const).map((family) => ({ family, mode: mode[family], key: `ipv${family} . ${device}` }));
  const sources = families.flatMap(({ family, mode }) => {
    const ip = source[family];
    return ip !== undefined && mode !== 'routed' && masquerade ? [hostElement(`snat${family}`, device, ip)] : [];
  });
  return [
    ...(masquerade ? [hostElement('masq', device)] : []),
    ...sources,
    ...families.flatMap(({ mode, key }) => (mode === 'routed' ? [hostElement('routed', key)] : [])),
    ...families.flatMap(({ mode, key }) => (mode === 'nat-unprotected' ? [hostElement('unfiltered', key)] : [])),
    ...trusted.map((link) => hostElement('trusted', `${link} . ${device}`)),
  ];
}

/**
 * Where Docker drops what it does not know: what goes into this network passes there, because the ruleset says what may, and what goes out by
 * a way out of the host. Not what goes to any other link: that may be a network of Docker's.
 */
function admissions(
  { ipv4, ipv6, internal, pools }: Scene['network'],
  { mode }: BridgeOptions,
  { device, docker, filtered }: BridgeFacts,
): readonly Resource[] {
  // Whatever its sandboxes speak.
  const bare = pools.length === 0;
  const families = [
    ...((ipv4 || bare) && docker.ipv4 ? [{ family: 'ip' as const, name: 'ipv4', ways: mode[4] === 'isolated' ? [] : docker.ipv4 }] : []),
    ...((ipv6 || bare) && docker.ipv6 ? [{ family: 'ip6' as const, name: 'ipv6', ways: mode[6] === 'isolated' ? [] : docker.ipv6 }] : []),
  ];
  return families.flatMap(({ family, name, ways }): Resource[] => [
    ...((internal || bare) && !filtered.includes(name) ? [] : [{ kind: 'admission', in: 'host', family, oif: device } as const]),
    ...(internal || bare ? [] : ways.map((oif) => ({ kind: 'admission', in: 'host', family, iif: device, oif }) as const)),
  ]);
}

/**
 * What ::1 needs to lead into a sandbox: answers to it by the bridge are for the host. Where br_netfilter is on they are lost all the
 * same, and a call is refused at once rather than left without an answer.
 */
const loopback6 = ({ device, filtered }: BridgeFacts): Resource =>
  filtered.includes('ipv6')
    ? hostElement('no_lo6', '::1')
    : { kind: 'route', in: 'host', family: 6, to: LOOPBACK6, dev: device, metric: BEHIND_LO, local: true };

const LOOPBACK6 = '::1/128' as Prefix;
// Behind every route of the kernel's own to ::1 by lo, so that the host's own services there stay as they are.
const BEHIND_LO = 2048;

function forwarding(ipv4: boolean, ipv6: boolean, { fenced, uplinks }: BridgeFacts): Resource[] {
  const resources: Resource[] = fenced.map((family) => hostElement('fenced', family));
  if (ipv4) resources.push({ kind: 'sysctl', in: 'host', path: 'net/ipv4/ip_forward', value: '1' });
  if (!ipv6) return resources;
  for (const uplink of uplinks) resources.push({ kind: 'sysctl', in: 'host', path: `net/ipv6/conf/${uplink}/accept_ra`, value: '2' });
  resources.push({ kind: 'sysctl', in: 'host', path: 'net/ipv6/conf/all/forwarding', value: '1' });
  return resources;
}
