import { baseChain, type ChainSpec, chain, hook, rule } from './chain.js';
import { ether_addr, ifname, raw_ipv4, raw_ipv6, raw_mac } from './datatype.js';
import { carries, ends, fragment4, isFragment6, laterFragment4, laterFragment6, raw, toGroup } from './frame-statement.js';
import { innerChains, innerSets } from './inner-rules.js';
import type { Ruleset } from './ruleset.js';
import type { SetSpec } from './set.js';
import { accept, begins, drop, goTo, iifname, is, isBelow, isIn, isNot, isNotIn, l4proto, oifname } from './statement.js';

// The guard: what a sandbox may send into its network. It matches our ports by the name that all of them have, so that a port is closed
// until it has its elements. What is let in has been seen to be harmless: a packet whose headers cannot be read to where that is told
// is not. Other frames than ARP, IPv4 and IPv6 are not let in, and so neither is what hides behind the tag of a VLAN.

// Fields of headers, in bits: IEEE 802.3, RFC 826, RFC 791 §3.1, RFC 8200 §3, RFC 768, RFC 4443 §2.1, RFC 4861 §4.
const linkDestination = raw('ll', 0, 40); // all but its last octet
const linkSource = raw('ll', 48, 48);
const arpForm = raw('nh', 0, 48);
const arpSender = raw('nh', 64, 48);
const arpSenderIp = raw('nh', 112, 32);
const arpTargetIp = raw('nh', 192, 32);
const ip4Source = raw('nh', 96, 32);
const ip4Destination = raw('nh', 128, 32);
const ip6Source = raw('nh', 64, 128);
const ip6Destination = raw('nh', 192, 128);
const ip6Length = raw('nh', 32, 16); // of what follows the header
const ip6Next = raw('nh', 48, 8);
const fragmentNext = raw('nh', 320, 8); // behind a header of fragments that comes first
const sourcePort = raw('th', 0, 16);
const targetPort = raw('th', 16, 16);
const bothPorts = raw('th', 0, 32);
const messageType = raw('th', 0, 8);
const ndTarget = raw('th', 64, 128);
// Whom the packet was for that an error quotes, from its header on.
const quoted4 = raw('th', 192, 32);
const quoted6 = raw('th', 256, 128);
// The first option: its type and length, and the MAC address that it tells.
const [ndOption, ndMac] = [raw('th', 192, 16), raw('th', 208, 48)];
const [solicitingOption, solicitingMac] = [raw('th', 64, 16), raw('th', 80, 48)];
const [SOURCE_MAC, TARGET_MAC] = ['0x0101', '0x0201'];

const ETHERNET_ARP = '0x000108000604'; // Ethernet, IPv4, addresses of 6 and 4 octets
const LINK_GROUPS = '0x0180c20000'; // 01:80:c2:00:00:…, which bridges do not pass on (IEEE 802.1D §7.12.6)
// The groups of routers and of those who keep track of groups, 224.0.0.2 and .22, ff02::2 and ::16, and how MAC addresses begin that they share with others (RFC 1112 §6.4, RFC 2464 §7).
const GROUPS4 = { begin: '0x01005e0000', routers: '0xe0000002', trackers: '0xe0000016' };
const GROUPS6 = { begin: '0x3333000000', routers: '0xff020000000000000000000000000002', trackers: '0xff020000000000000000000000000016' };
const ICMP = { echoReply: '0', redirect: '5', echo: '8', routerAdvertisement: '9' }; // RFC 792, RFC 1256
const ICMP_ERRORS = ['3', '4', '11', '12']; // what quotes a packet, redirects left out (RFC 792)
const FIRST_NO_ERROR6 = '128'; // RFC 4443 §2.1
const IGMP = { query: '17', router: '48' }; // RFC 3376 §4, RFC 4286 §8
const DHCP = { server: '67', client: '68', request: '0x00440043' }; // RFC 2131 §4.1
const DHCP6 = { server: '547', client: '546' }; // RFC 8415 §7.2
const NEXT = { tcp: '6', udp: '17', fragment: '44', icmpv6: '58', sctp: '132' };
const ND = { routerSolicit: '133', solicit: '135', advert: '136' }; // RFC 4861 §4
const MLD = { query: '130', report: '131', done: '132', report2: '143' }; // RFC 2710 §3, RFC 3810 §5

export const guardSets: readonly SetSpec[] = [
  { name: 'unguarded', key: [ifname] }, // ports that may send what they like
  { name: 'own_mac', key: [ifname, raw_mac], raw: linkSource },
  { name: 'only_mac', key: [ifname, raw_mac], raw: linkSource }, // of those whose addresses nobody knows
  { name: 'no_host', key: [ifname] }, // ports of bridges on which the host is nobody
  { name: 'own4', key: [ifname, raw_ipv4], raw: ip4Source },
  { name: 'own6', key: [ifname, raw_ipv6], raw: ip6Source }, // the link-local address too
  { name: 'apart', key: [ifname] }, // ports that others of their bridge are kept from
  { name: 'apart_to', key: [ifname, ether_addr] }, // (port, bridge): to whom alone they send
  ...innerSets,
];

const own4 = isIn('own4', iifname, ip4Source);
const own6 = isIn('own6', iifname, ip6Source);

const chains: readonly ChainSpec[] = [
  ...innerChains,
  // Kept apart whether br_netfilter is on or not, since others turn it. What is for the host, or by it for a neighbour's published port, is addressed to the bridge: br_netfilter sees
  // that behind this, and may pass it on by another address.
  baseChain('apart_in', hook('filter', 'prerouting', '-311'), rule(isIn('apart', iifname), goTo('apart_frame'))),
  chain('apart_frame', rule(isIn('apart_to', iifname, ends.to[0]), accept), rule(toGroup, accept), rule(drop)),
  baseChain('apart_on', hook('filter', 'forward', '-311'), rule(toGroup, isIn('apart', iifname), drop)),
  // Before br_netfilter, which takes packets to the hooks of IP with the bridge as the interface that they came in by.
  baseChain('from_ports', hook('filter', 'prerouting', '-310'), rule(begins(iifname, 'fl'), goTo('port'))),
  // What a bridge does not pass on, it hands to the host as having come in by the port itself, and no other rule sees it.
  baseChain(
    'to_host',
    hook('filter', 'input', '-310'),
    rule(begins(iifname, 'fl'), isNotIn('unguarded', iifname), is(linkDestination, LINK_GROUPS), drop),
    rule(isIn('no_host', iifname), drop), // it would answer for each of its addresses
  ),
  // What routers alone listen to, reports of groups and solicitations, is for no port that may not be one (RFC 4541 §2.1.1). Each link with
  // IPv6 sends some when it comes up, and a bridge would give every one of them to every port: more, among hundreds, than the kernel can queue.
  baseChain(
    'to_ports',
    hook('filter', 'forward', '-310'),
    rule(is(linkDestination, GROUPS6.begin), carries('ip6'), goTo('to_routers6')),
    rule(is(linkDestination, GROUPS4.begin), carries('ip'), goTo('to_routers4')),
  ),
  chain('to_routers6', rule(is(ip6Destination, GROUPS6.trackers), goTo('to_routers')), rule(is(ip6Destination, GROUPS6.routers), goTo('to_routers'))),
  chain('to_routers4', rule(is(ip4Destination, GROUPS4.trackers), goTo('to_routers')), rule(is(ip4Destination, GROUPS4.routers), goTo('to_routers'))),
  chain(
    'to_routers',
    rule(isIn('unguarded', oifname), accept),
    rule(isIn('no_host', oifname), accept), // nobody knows what is spoken there
    rule(begins(oifname, 'fl'), drop),
  ),
  chain(
    'port',
    rule(isIn('own_mac', iifname, linkSource), goTo('frame')),
    rule(isIn('only_mac', iifname, linkSource), accept),
    rule(isIn('unguarded', iifname), accept),
    rule(drop),
  ),
  chain('frame', rule(carries('ip'), goTo('packet4')), rule(carries('ip6'), goTo('packet6')), rule(carries('arp'), goTo('arp_packet')), rule(drop)),
  chain(
    'arp_packet',
    rule(isNot(arpForm, ETHERNET_ARP), drop),
    rule(isNotIn('own_mac', iifname, arpSender), drop),
    rule(isIn('own4', iifname, arpSenderIp), accept),
    rule(is(arpSenderIp, '0'), isIn('own4', iifname, arpTargetIp), accept), // a probe before it uses its address (RFC 5227)
    rule(drop),
  ),
  chain(
    'packet4',
    rule(is(l4proto, 'tcp'), own4, accept),
    rule(is(l4proto, 'udp'), goTo('udp4')),
    rule(is(l4proto, 'icmp'), goTo('icmp4')),
    rule(is(l4proto, 'igmp'), is(messageType, IGMP.query), drop), // the bridge would take it for the one who keeps track of groups
    rule(is(l4proto, 'igmp'), is(messageType, IGMP.router), drop), // and it for a router, who is sent what all others listen to
    rule(is(l4proto, 'pim'), drop), // as it would whoever says hello in this one
    rule(isNot(l4proto, 'udp'), own4, accept),
    rule(drop),
  ),
  // No router's messages, and errors only about what was sent to the sandbox. One that quotes another's packet belongs to that one's connection
  // for everybody who tracks connections, and would pass where that does, with whatever it quotes. Later fragments tell no type.
  chain(
    'icmp4',
    rule(is(messageType, ICMP.echo), own4, accept),
    rule(is(messageType, ICMP.echoReply), own4, accept),
    rule(is(messageType, ICMP.redirect), drop),
    rule(is(messageType, ICMP.routerAdvertisement), drop),
    ...ICMP_ERRORS.map((type) => rule(is(messageType, type), goTo('error4'))),
    rule(own4, accept),
    rule(drop),
  ),
  // What a fragment seems to quote may be bytes beyond its end.
  chain('error4', rule(fragment4, drop), rule(own4, isIn('own4', iifname, quoted4), accept), rule(drop)),
  chain(
    'udp4',
    rule(is(sourcePort, DHCP.server), drop),
    rule(is(targetPort, DHCP.client), drop), // clients take an answer from any port
    rule(isNot(sourcePort, DHCP.server), own4, accept),
    rule(laterFragment4, own4, accept),
    rule(is(ip4Source, '0'), is(bothPorts, DHCP.request), accept),
    rule(drop),
  ),
  chain(
    'packet6',
    rule(is(ip6Next, NEXT.tcp), own6, accept),
    rule(isFragment6, goTo('fragment6')),
    rule(is(l4proto, 'udp'), goTo('udp6')),
    rule(is(l4proto, 'icmpv6'), goTo('icmp6')),
    rule(isNot(l4proto, 'udp'), own6, accept), // its headers could be read to the last
    rule(drop),
  ),
  // The first one tells what all carry: at once, since what stands behind further headers may be no part of it, but bytes beyond its end.
  chain(
    'fragment6',
    rule(laterFragment6, own6, accept),
    rule(isNot(ip6Next, NEXT.fragment), drop),
    rule(is(fragmentNext, NEXT.udp), goTo('udp6')),
    rule(is(fragmentNext, NEXT.icmpv6), goTo('icmp6')),
    rule(is(fragmentNext, NEXT.tcp), own6, accept),
    rule(is(fragmentNext, NEXT.sctp), own6, accept),
    rule(drop),
  ),
  chain(
    'udp6',
    rule(is(sourcePort, DHCP6.server), drop),
    rule(is(targetPort, DHCP6.client), drop),
    rule(isNot(sourcePort, DHCP6.server), own6, accept),
    rule(drop),
  ),
  // No router's messages: neither advertisements nor redirects nor queries for groups.
  chain(
    'icmp6',
    rule(isNotIn('own6', iifname, ip6Source), goTo('nobody6')),
    rule(isBelow(messageType, FIRST_NO_ERROR6), goTo('error6')),
    rule(isBelow(messageType, MLD.query), accept), // echo
    rule(is(messageType, MLD.report), accept),
    rule(is(messageType, MLD.done), accept),
    rule(is(messageType, MLD.report2), accept),
    rule(isNot(ip6Next, NEXT.icmpv6), drop), // neighbour discovery has no fragments (RFC 6980), and no headers to hide behind (RFC 7113)
    rule(is(messageType, ND.solicit), goTo('solicit')),
    rule(is(messageType, ND.advert), goTo('advert')),
    rule(is(messageType, ND.routerSolicit), goTo('router_solicit')),
    rule(drop),
  ),
  chain('error6', rule(is(ip6Next, NEXT.icmpv6), isIn('own6', iifname, quoted6), accept), rule(drop)),
  // Before there is an address (RFC 4862 §5.4, RFC 3590 §4).
  chain(
    'nobody6',
    rule(isNot(ip6Source, '0'), drop),
    rule(is(messageType, MLD.report), accept),
    rule(is(messageType, MLD.report2), accept),
    rule(isNot(ip6Next, NEXT.icmpv6), drop),
    rule(is(messageType, ND.solicit), isIn('own6', iifname, ndTarget), accept),
    rule(is(messageType, ND.routerSolicit), is(ip6Length, '8'), accept),
    rule(drop),
  ),
  // One option at most, and in it no other's MAC address.
  chain('solicit', rule(is(ip6Length, '24'), accept), rule(is(ip6Length, '32'), is(ndOption, SOURCE_MAC), isIn('own_mac', iifname, ndMac), accept), rule(drop)),
  chain(
    'advert',
    rule(isNotIn('own6', iifname, ndTarget), drop),
    rule(is(ip6Length, '24'), accept),
    rule(is(ip6Length, '32'), is(ndOption, TARGET_MAC), isIn('own_mac', iifname, ndMac), accept),
    rule(drop),
  ),
  chain(
    'router_solicit',
    rule(is(ip6Length, '8'), accept),
    rule(is(ip6Length, '16'), is(solicitingOption, SOURCE_MAC), isIn('own_mac', iifname, solicitingMac), accept),
    rule(drop),
  ),
];

/** The ruleset of the table that judges what sandboxes send. */
export const guardRuleset: Ruleset = { family: 'bridge', sets: guardSets, chains };
