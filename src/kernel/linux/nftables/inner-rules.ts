import { baseChain, type ChainSpec, hook, rule } from './chain.js';
import { ether_addr, ifname, ipv4_addr } from './datatype.js';
import { ends, rewrite } from './frame-statement.js';
import type { SetSpec } from './set.js';
import { accept, iifname, isNotIn, oifname } from './statement.js';

// Sandboxes that think to be somebody else: what comes in by their port leaves as their endpoint, before anybody else has seen it, and what goes to them is
// for whom they think to be. Both ways are rewritings of single packets, without a tracked connection. Only IPv4 and ARP.
//
//     inner address ──► endpoint's address          endpoint's address ──► inner address
//     inner gateway ──► network's gateway           from the network's gateway ──► from the inner one

export const innerSets: readonly SetSpec[] = [
  { name: 'inner', key: [ifname] }, // ports of such sandboxes
  { name: 'inner_mac', key: [ifname, ether_addr], value: [ether_addr] },
  { name: 'inner4', key: [ifname, ipv4_addr], value: [ipv4_addr] }, // its own, and its gateway
  { name: 'outer_mac', key: [ifname, ether_addr], value: [ether_addr] },
  { name: 'outer4', key: [ifname, ipv4_addr], value: [ipv4_addr] },
  { name: 'outer_gateway4', key: [ifname, ipv4_addr], value: [ipv4_addr] },
];

const [fromMac, fromArpMac, fromArp, from4] = ends.from;
const [toMac, toArpMac, toArp, to4] = ends.to;

export const innerChains: readonly ChainSpec[] = [
  baseChain(
    'from_inner',
    hook('filter', 'prerouting', '-311'),
    rule(isNotIn('inner', iifname), accept), // one comparison is all that others cost
    rule(rewrite('inner_mac', iifname, fromMac)),
    rule(rewrite('inner_mac', iifname, fromArpMac)),
    rule(rewrite('inner4', iifname, fromArp)),
    rule(rewrite('inner4', iifname, toArp)),
    rule(rewrite('inner4', iifname, from4)),
    rule(rewrite('inner4', iifname, to4)),
  ),
  baseChain(
    'to_inner',
    hook('filter', 'postrouting', '310'),
    rule(isNotIn('inner', oifname), accept),
    rule(rewrite('outer_mac', oifname, toMac)),
    rule(rewrite('outer_mac', oifname, toArpMac)),
    rule(rewrite('outer_gateway4', oifname, fromArp)),
    rule(rewrite('outer4', oifname, toArp)),
    rule(rewrite('outer_gateway4', oifname, from4)),
    rule(rewrite('outer4', oifname, to4)),
  ),
];
