import { baseChain, type ChainSpec, chain, hook, rule } from './chain.js';
import { ifname, inet_proto, inet_service, ipv4_addr, ipv6_addr, nf_proto } from './datatype.js';
import { egressChains, egressSets, metadataChains } from './egress-rules.js';
import type { Ruleset } from './ruleset.js';
import type { SetSpec } from './set.js';
import {
  accept,
  ct,
  daddrIsLocal,
  dnat,
  drop,
  fullyRandom,
  goTo,
  hasNoIif,
  iifname,
  ip,
  ip6,
  is,
  isIn,
  isNot,
  jump,
  l4proto,
  masquerade,
  notrack,
  nfproto,
  oifname,
  saddrIsNotLocal,
  snat,
  th,
} from './statement.js';

// The host's ruleset: one table, constant in size; whatever varies is an element. `printTable` prints it in nft's syntax.
// A drop here is final. An accept is not: every other table on the hook still judges, so the host's firewall has the last word.
// Needs Linux 5.7: iifname in postrouting.

/** Counts up when the meaning of the rules changes while their text does not, so that a table of an older version is replaced. */
export const SKELETON_VERSION = 2;

export const TABLE_NAME = 'fairlead';

/** Every set and map. All are hashes: interval sets are read again by libnftables, or rebuilt by the kernel, for each change. */
export const sets: readonly SetSpec[] = [
  // one element a network
  { name: 'bridges', key: [ifname] }, // the interfaces that are ours
  { name: 'same', key: [ifname, ifname] }, // (br, br): the packet stays in its network
  { name: 'leaves', key: [ifname] }, // bridges whose frames all come to a network's own bridge, or stay
  { name: 'icc_off', key: [ifname] }, // enable_icc=false
  { name: 'internal', key: [ifname] }, // --internal
  { name: 'masq', key: [ifname] }, // enable_ip_masquerade, gateway mode nat
  { name: 'snat4', key: [ifname], value: [ipv4_addr] }, // host_ipv4: this source instead of masquerade
  { name: 'snat6', key: [ifname], value: [ipv6_addr] }, // host_ipv6
  { name: 'cloned4', key: [ipv4_addr] }, // endpoints whose sandboxes may be one snapshot's: as one, they choose the same ports at the same time
  { name: 'unfiltered', key: [nf_proto, ifname] }, // gateway mode nat-unprotected
  { name: 'routed', key: [nf_proto, ifname] }, // gateway mode routed: sources are kept, ICMP passes
  { name: 'trusted', key: [ifname, ifname] }, // (outside, br): trusted_host_interfaces
  // one element an IP version for which forwarding is on only because of us
  { name: 'fenced', key: [nf_proto] },
  // one element a published port
  { name: 'port4', key: [ipv4_addr, inet_proto, inet_service], value: [ipv4_addr, inet_service] }, // a chosen host address
  { name: 'port6', key: [ipv6_addr, inet_proto, inet_service], value: [ipv6_addr, inet_service] },
  { name: 'port4_any', key: [inet_proto, inet_service], value: [ipv4_addr, inet_service] }, // 0.0.0.0
  { name: 'port6_any', key: [inet_proto, inet_service], value: [ipv6_addr, inet_service] }, // [::]
  { name: 'self4', key: [ipv4_addr, ipv4_addr] }, // (ep, ep): an endpoint that calls its own published port; (host, ep): the host by its address on another network of that sandbox
  { name: 'self6', key: [ipv6_addr, ipv6_addr] },
  { name: 'beside4', key: [ipv4_addr, ifname] }, // (ep, br): its sandbox is on that network too, and would answer there
  { name: 'beside6', key: [ipv6_addr, ifname] },
  { name: 'open4', key: [ipv4_addr, inet_proto, inet_service] }, // gateway mode routed: (endpoint, its own port)
  { name: 'open6', key: [ipv6_addr, inet_proto, inet_service] },
  { name: 'direct4', key: [ipv4_addr, inet_proto, inet_service] }, // the same from trusted_host_interfaces alone
  { name: 'direct6', key: [ipv6_addr, inet_proto, inet_service] },
  { name: 'no_lo6', key: [ipv6_addr] }, // holds ::1 while br_netfilter is on: refuse, do not black-hole
  // elements of networks and endpoints whose way out is limited
  ...egressSets,
];

/** Every chain with its rules, in order. */
export const chains: readonly ChainSpec[] = [
  // Loopback addresses never come from a wire: route_localnet on our bridges stays harmless (CVE-2020-8558).
  baseChain(
    'guard_loopback',
    hook('filter', 'prerouting', 'raw'),
    rule(isNot(iifname, 'lo'), is(ip.daddr, '127.0.0.0/8'), drop),
    rule(isNot(iifname, 'lo'), is(ip.saddr, '127.0.0.0/8'), drop),
    rule(isNot(iifname, 'lo'), is(ip6.daddr, '::1'), drop),
    rule(isNot(iifname, 'lo'), is(ip6.saddr, '::1'), drop),
  ),
  // With br_netfilter what a leaf passes on meets all of this on the network's own bridge again.
  baseChain('leaf', hook('filter', 'prerouting', 'raw'), rule(isIn('leaves', iifname), notrack)),
  ...metadataChains,
  // Published ports: a chosen address wins over the wildcard.
  baseChain('ports_wire', hook('nat', 'prerouting', 'dstnat'), rule(isIn('internal', iifname), accept), rule(daddrIsLocal, jump('ports'))),
  baseChain('ports_host', hook('nat', 'output', '-100'), rule(isIn('no_lo6', ip6.daddr), accept), rule(daddrIsLocal, jump('ports'))),
  chain(
    'ports',
    rule(dnat('ip', 'port4', ip.daddr, l4proto, th.dport)),
    rule(dnat('ip6', 'port6', ip6.daddr, l4proto, th.dport)),
    rule(dnat('ip', 'port4_any', l4proto, th.dport)),
    rule(dnat('ip6', 'port6_any', l4proto, th.dport)),
  ),
  // Who may speak to whom.
  baseChain(
    'forward',
    hook('filter', 'forward', 'filter'),
    rule(isIn('leaves', iifname), goTo('from_leaf')),
    rule(isIn('same', iifname, oifname), goTo('inside')),
    rule(isIn('bridges', iifname), goTo('ours')),
    rule(isIn('bridges', oifname), goTo('ours')),
    rule(isIn('fenced', nfproto), drop), // neither from nor to a network of ours: the host is no router only because we need forwarding
  ),
  chain(
    'ours',
    rule(isIn('watched', iifname), jump('egress')),
    rule(isIn('internal', iifname), drop),
    rule(isIn('internal', oifname), drop),
    rule(ct.state('established', 'related'), accept),
    rule(ct.state('invalid'), drop),
    rule(ct.status('dnat'), accept), // a published port, from anywhere, other networks included
    rule(isIn('bridges', oifname), goTo('inbound')),
    rule(accept), // from a network to the outside
  ),
  // What is bridged there. A frame for the leaf itself is nobody's business: it would pass by the rules of its network.
  chain('from_leaf', rule(isIn('leaves', oifname), accept), rule(drop)),
  ...egressChains,
  // Hairpin through the gateway; bridged packets if br_netfilter is on.
  chain('inside', rule(ct.state('established', 'related'), accept), rule(ct.status('dnat'), accept), rule(isIn('icc_off', iifname), drop), rule(accept)),
  // New, and not through a published port.
  chain(
    'inbound',
    rule(isIn('open4', ip.daddr, l4proto, th.dport), accept),
    rule(isIn('open6', ip6.daddr, l4proto, th.dport), accept),
    rule(isIn('routed', nfproto, oifname), is(l4proto, 'icmp'), accept),
    rule(isIn('routed', nfproto, oifname), is(l4proto, 'icmpv6'), accept),
    rule(isIn('bridges', iifname), drop), // isolation between networks
    rule(isIn('unfiltered', nfproto, oifname), accept),
    rule(isIn('trusted', iifname, oifname), isIn('direct4', ip.daddr, l4proto, th.dport), accept),
    rule(isIn('trusted', iifname, oifname), isIn('direct6', ip6.daddr, l4proto, th.dport), accept),
    rule(drop), // no direct routing to an endpoint's address
  ),
  // Source addresses.
  baseChain(
    'sources',
    hook('nat', 'postrouting', 'srcnat'),
    rule(isIn('same', iifname, oifname), ct.status('dnat'), fullyRandom(masquerade)), // hairpin inside one network
    rule(ct.status('dnat'), isIn('self4', ip.saddr, ip.daddr), masquerade), // the same to itself: with br_netfilter there is no iif
    rule(ct.status('dnat'), isIn('self6', ip6.saddr, ip6.daddr), masquerade),
    // From a network that the sandbox is on as well: it has a shorter way back, on which nobody would know the answer.
    rule(ct.status('dnat'), isIn('beside4', ip.daddr, iifname), fullyRandom(masquerade)),
    rule(ct.status('dnat'), isIn('beside6', ip6.daddr, iifname), fullyRandom(masquerade)),
    // Bridged to a neighbour whose answer would have to pass directly, as nothing else between the two may. With br_netfilter there is no iif, as there is none of the host's own.
    rule(ct.status('dnat'), hasNoIif, isIn('icc_off', oifname), saddrIsNotLocal, fullyRandom(masquerade)),
    rule(isIn('bridges', oifname), is(ip.saddr, '127.0.0.0/8'), masquerade), // the host by loopback
    rule(isIn('bridges', oifname), is(ip6.saddr, '::1'), masquerade), // needs: ip -6 route add local ::1 dev BR table local metric 2048
    rule(isIn('bridges', oifname), accept), // else the client's address is kept
    rule(isIn('routed', nfproto, iifname), accept),
    rule(isIn('cloned4', ip.saddr), goTo('sources_cloned')),
    rule(snat('ip', 'snat4', iifname)),
    rule(snat('ip6', 'snat6', iifname)),
    rule(isIn('masq', iifname), masquerade),
  ),
  // Two first packets of one port, at once on two processors, get that port both, since neither is known yet: one of them would be dropped.
  chain('sources_cloned', rule(fullyRandom(snat('ip', 'snat4', iifname))), rule(isIn('masq', iifname), fullyRandom(masquerade))),
];

/** The host's ruleset. */
export const hostRuleset: Ruleset = { family: 'inet', sets, chains };
