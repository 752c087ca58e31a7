import { failure } from '../../base/error.js';
import { splitInterfaceAddress } from '../../ip/interface-address.js';
import { familyOf, ipNumber, isLinkLocal } from '../../ip/ip.js';
import { parseMac } from '../../ip/mac.js';
import type { Ip } from '../../ip/types.js';
import { contains, makePrefix } from '../../ip/prefix.js';
import type { HostFacts, PoolAsked, Scene } from '../../model/driver.js';
import { PARENT, PUBLISHING } from '../../model/publishing.js';
import { hostElement } from '../../resource/element.js';
import type { Resource } from '../../resource/resource.js';
import type { LinkSeen, Survey } from '../../resource/survey.js';
import { carriesIpv6 } from '../../ip/carries-ipv6.js';
import { judgeLink, judgeParent, listedAs, refuseClaimed } from '../parent.js';
import { requireKind } from '../require-kind.js';
import { type MadeVlan, vlanOf } from '../vlan-of.js';
import { kept } from './borrow.js';
import type { BridgeFacts } from './bridge-facts.js';
import type { BridgeOptions } from './options.js';

const PORT = { as: 'port' } as const;

/** What is to be known of the link of the host that is to be a port of the bridge `device`. Throws as `judgeParent` does. */
export function chooseParent(
  called: string,
  device: string,
  host: HostFacts,
): Required<Pick<BridgeFacts, 'mac' | 'parent' | 'parentUse' | 'parentMtu' | 'own' | 'inet6'>> & Pick<BridgeFacts, 'made'> {
  const parent = listedAs(called, host.survey);
  const links = host.survey.links.map((each) => (isLent(each, parent, device, host.survey) ? withoutMaster(each) : each));
  const survey = { ...host.survey, links };
  const made = vlanToMake(parent, survey);
  if (made) {
    refuseClaimed(parent, PORT, host.parents);
    requireKind('vlan', parent, host);
  }
  const { ours, type, mac, mtu } = made ? judgeLink(made.lower, survey) : judgeParent(parent, PORT, { ...host, survey });
  const unfit = (reason: string, mend: string) => failure('parent-unfit', { parent, reason, mend });
  if (ours) throw unfit("it is Fairlead's own", 'choose a link that leads outside, or a VLAN of one: eth1.50');
  if (type === 'bridge' && !made) throw unfit('it is a bridge itself', `leave ${PARENT} out and use it as it is: com.docker.network.bridge.name=${parent}`);
  if (mac === undefined) throw unfit('it carries no Ethernet', 'choose a link that does: ip link');
  return {
    mac,
    parent,
    ...(made && { made }),
    parentUse: PORT,
    parentMtu: mtu,
    own: made ? [] : ownOn(links, [parent, device]),
    inet6: host.survey.inet6,
  };
}

/** What of it is otherwise by now: somebody may give it another MTU or MAC address, and the host other addresses. */
export function parentNow({ parent, device, made }: BridgeFacts, links: readonly LinkSeen[]): Partial<Pick<BridgeFacts, 'mac' | 'parentMtu' | 'own'>> {
  const link = made ? undefined : links.find(({ name }) => name === parent);
  return link?.mac === undefined ? {} : { mac: link.mac, parentMtu: link.mtu, own: ownOn(links, [link.name, device]) };
}

const ownOn = (links: readonly LinkSeen[], names: readonly string[]): readonly Ip[] =>
  [...new Set(links.flatMap(({ name, addresses }) => (names.includes(name) ? addresses.map((each) => splitInterfaceAddress(each).ip) : [])))]
    .filter((ip) => !isLinkLocal(ip))
    .toSorted();

// One that is there is its owner's, and lent with all that the host has by it; one of ours was made for a network.
const vlanToMake = (parent: string, survey: Survey): MadeVlan | undefined =>
  survey.links.some(({ name, ours }) => name === parent && !ours) ? undefined : vlanOf(parent, survey);

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
 * sandbox is given an address of the host's. Throws `parent-claimed`, `parent-absent`, and `option-invalid` where nothing tells which subnet it is.
 */
export function meetSegment(called: string, request: PoolAsked, { survey, parents }: Pick<HostFacts, 'survey' | 'parents'>): PoolAsked {
  const parent = listedAs(called, survey);
  // First: that its subnet is another network's follows from it.
  refuseClaimed(parent, PORT, parents);
  const { family } = request;
  const { links, routes } = survey;
  const link = vlanToMake(parent, survey) ? undefined : (links.find(({ name }) => name === parent) ?? judgeLink(parent, survey));
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
  { device, mac: text, parent, made, parentMtu, docker, filtered, inet6 }: BridgeFacts,
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
      ...(options.promiscuous && { promiscuous: true }),
      underlay: true,
    },
    { kind: 'table', in: 'host', family: 'inet', name: 'fairlead', skeleton: 'host' },
    // None of `bridges`: to all other networks it is the host's way out.
    hostElement('same', `${device} . ${device}`),
    ...(network.ipv4 || network.ipv6 ? families.map((family): Resource => ({ kind: 'admission', in: 'host', family, iif: device, oif: device })) : []),
    ...(made && inet6 !== false && carriesIpv6(parentMtu) ? [unadvertised(device)] : []),
    { kind: 'up', in: 'host', link: device },
    ...(made ? ownPort(parent, device, made) : [{ kind: 'enslaved', in: 'host', link: parent, master: device } as const]),
  ];
}

/** A VLAN of a link of the host's, made to be a port. By that the host itself has nothing, so that nothing is lent. */
const ownPort = (name: string, master: string, { lower, id }: MadeVlan): readonly Resource[] => [
  { kind: 'link', in: 'host', name, spec: { type: 'vlan', parent: lower, id }, master },
  { kind: 'up', in: 'host', link: name },
];

// The host is to be no machine of that VLAN by what routers there say.
const unadvertised = (device: string): Resource => ({
  kind: 'sysctl',
  in: 'host',
  path: `net/ipv6/conf/${device}/accept_ra`,
  value: '0',
  link: device,
});
