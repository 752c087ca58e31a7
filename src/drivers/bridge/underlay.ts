import { failure } from '../../base/error.js';
import { splitInterfaceAddress } from '../../ip/interface-address.js';
import { familyOf, ipNumber, isLinkLocal } from '../../ip/ip.js';
import { parseMac } from '../../ip/mac.js';
import { contains, makePrefix } from '../../ip/prefix.js';
import { defaultGateway } from '../../model/default-gateway.js';
import type { EndpointScene, HostFacts, PoolAsked, Scene } from '../../model/driver.js';
import { PARENT, PUBLISHING } from '../../model/publishing.js';
import { hostElement } from '../../resource/element.js';
import type { Resource } from '../../resource/resource.js';
import type { LinkSeen, Survey } from '../../resource/survey.js';
import { judgeParent } from '../parent.js';
import { kept } from './borrow.js';
import type { BridgeFacts } from './bridge-facts.js';
import type { BridgeOptions } from './options.js';

/** What is to be known of the link of the host that is to be a port of the bridge `device`. Throws as `judgeParent` does. */
export function chooseParent(
  parent: string,
  device: string,
  host: HostFacts,
): Required<Pick<BridgeFacts, 'mac' | 'parent' | 'parentUse' | 'parentMtu' | 'inet6'>> {
  const use = { as: 'port' } as const;
  const links = host.survey.links.map((each) => (isLent(each, parent, device, host.survey) ? withoutMaster(each) : each));
  const { ours, type, mac, mtu } = judgeParent(parent, use, { ...host, survey: { ...host.survey, links } });
  const unfit = (reason: string, mend: string) => failure('parent-unfit', { parent, reason, mend });
  if (ours) throw unfit("it is Fairlead's own", 'choose a link that leads outside, or make a VLAN of one: ip link add link eth1 name eth1.50 type vlan id 50');
  if (type === 'bridge') throw unfit('it is a bridge itself', `leave ${PARENT} out and use it as it is: com.docker.network.bridge.name=${parent}`);
  if (mac === undefined) throw unfit('it carries no Ethernet', 'choose a link that does: ip link');
  return { mac, parent, parentUse: use, parentMtu: mtu, inet6: links.some(({ addresses }) => addresses.some((each) => each === '::1/128')) };
}

// The network's own bridge has it from before: what this boot knew of it was lost.
const isLent = ({ name, master }: LinkSeen, parent: string, device: string, { links }: Survey): boolean =>
  name === parent && master === device && links.some((link) => link.name === device && link.ours);

const withoutMaster = ({ master: _, ...rest }: LinkSeen): LinkSeen => rest;

/** Refuses options that mean nothing where the host is no gateway. Throws `option-invalid`. */
export function checkUnderlay({ network, options }: Scene<BridgeOptions>): void {
  const { parent, mode, source, trusted, inhibit4 } = options;
  if (parent === undefined) return;
  const vain = (option: string, value: string) => {
    const reason = `in vain where sandboxes are on the segment of ${parent}, and the host is not their gateway`;
    return failure('option-invalid', { option, value, reason, mend: 'leave it out' });
  };
  if (network.internal)
    throw failure('option-invalid', {
      option: PARENT,
      value: parent,
      reason: 'what an internal network must not have: a way out',
      mend: 'leave one of the two out',
    });
  for (const family of [4, 6] as const) {
    if (mode[family] !== 'nat' && mode[family] !== 'routed') throw vain(PUBLISHING.mode[family], mode[family]);
    if (source[family] !== undefined) throw vain(`com.docker.network.host_ipv${family}`, source[family]);
  }
  if (trusted.length > 0) throw vain(PUBLISHING.trusted, trusted.join(':'));
  if (inhibit4) throw vain('com.docker.network.bridge.inhibit_ipv4', 'true');
}

/**
 * The segment's own subnet, its router and the host's addresses there, as far as the user does not say: from what the host has by the link. No
 * sandbox is given an address of the host's. Throws `option-invalid` where nothing tells which subnet it is.
 */
export function meetSegment(parent: string, request: PoolAsked, { links, routes }: Survey): PoolAsked {
  const { family } = request;
  const link = links.find(({ name }) => name === parent);
  // A network that was there before may have it still.
  const holders = links.filter(({ name }) => name === parent || name === link?.master);
  const there = holders
    .flatMap(({ addresses }) => addresses.map((address) => splitInterfaceAddress(address)))
    .filter(({ ip }) => familyOf(ip) === family && !isLinkLocal(ip));
  const [first] = there;
  const subnet = request.subnet ?? (first && makePrefix(family, ipNumber(first.ip), first.length));
  if (subnet === undefined) {
    const reason = `without an address of IPv${family}, so that nothing tells which subnet is its segment's`;
    throw failure('option-invalid', { option: PARENT, value: parent, reason, mend: 'say which: --subnet' });
  }
  const router = routes.find(
    ({ to, via, dev, family: of }) => of === family && to === 'default' && via !== undefined && holders.some(({ name }) => name === dev),
  );
  const via = router?.via !== undefined && (contains(subnet, router.via) || isLinkLocal(router.via)) ? router.via : undefined;
  const gateway = request.gateway ?? via;
  const own = there.map(({ ip }) => ip).filter((ip) => contains(subnet, ip) && !Object.values(request.aux).includes(ip));
  return { ...request, subnet, ...(gateway !== undefined && { gateway }), aux: { ...kept(own, gateway), ...request.aux } };
}

/** The bridge of which the host's link is a port, and what lets bridged packets through where the host's rules see them (br_netfilter). */
export function describeUnderlay(
  { network, options }: Scene<BridgeOptions>,
  { device, mac: text, parent, parentMtu, docker, filtered }: BridgeFacts,
): readonly Resource[] {
  const mac = parseMac(text);
  const families = [
    ...(docker.ipv4 && filtered.includes('ipv4') ? ['ip' as const] : []),
    ...(docker.ipv6 && filtered.includes('ipv6') ? ['ip6' as const] : []),
  ];
  if (parent === undefined) return [];
  return [
    {
      kind: 'link',
      in: 'host',
      name: device,
      spec: { type: 'bridge' },
      // That of the link, so that neighbours know the host by the same.
      ...(mac && { mac }),
      ...(parentMtu !== undefined && { mtu: parentMtu }),
      ...(options.guard && { lldp: true }),
      underlay: true,
    },
    { kind: 'table', in: 'host', family: 'inet', name: 'fairlead', skeleton: 'host' },
    // None of `bridges`: to all other networks it is the host's way out.
    hostElement('same', `${device} . ${device}`),
    ...(network.ipv4 || network.ipv6 ? families.map((family): Resource => ({ kind: 'admission', in: 'host', family, iif: device, oif: device })) : []),
    { kind: 'up', in: 'host', link: device },
    { kind: 'enslaved', in: 'host', link: parent, master: device },
  ];
}

/**
 * Routers there speak to sandboxes too: an address that one made of an advertisement would be none of those it was given, so that the guard drops what
 * it sends by that. Where no gateway is known, the way that is advertised is taken.
 */
export function describeAdvertised({ network, endpoint, sandbox }: EndpointScene<BridgeOptions>, link: string): readonly Resource[] {
  if ((network.facts as BridgeFacts).inet6 !== true) return [];
  const led = network.pools.some((pool) => pool.family === 6 && defaultGateway(pool) !== undefined);
  const name = !led && endpoint.leases.some(({ family }) => family === 6) ? 'autoconf' : 'accept_ra';
  return [{ kind: 'sysctl', in: sandbox.stack, path: `net/ipv6/conf/${link}/${name}`, value: '0', link }];
}
