import { METADATA } from '../../../ip/metadata.js';
import { baseChain, type ChainSpec, chain, hook, rule } from './chain.js';
import { ifname, ipv4_addr, ipv6_addr } from './datatype.js';
import type { SetSpec } from './set.js';
import { accept, asked, back, ct, drop, firstOf, goTo, icmpv6, iifname, ip, ip6, is, isIn, jump, lastOf } from './statement.js';

// Where sandboxes may send: the part of the host's ruleset that decides it. An element names a source and a prefix by its first and its
// last address, so that a rule for each length of a prefix finds it in a hash: no interval set, which would be rebuilt for each change.
// Lengths are whole hexadecimal digits; a prefix of another length is up to eight of the next one. Only packets of a source that is
// limited are looked up, each of them: a connection that is no longer allowed ends at once, and none needs to be forgotten.

/** In the order in which they are tried: those that people write first. */
const LENGTHS4 = [32, 24, 16, 8, 28, 20, 12, 4];
const LENGTHS6 = [128, 64, 48, 56, 32, 40, 44, 52, 60, 36, 28, 24, 20, 16, 12, 8, 4, ...[124, 120, 116, 112, 108, 104, 100, 96, 92, 88, 84, 80, 76, 72, 68]];

export const egressSets: readonly SetSpec[] = [
  { name: 'watched', key: [ifname] }, // networks with a source that is limited: only known sources leave
  { name: 'strangers', key: [ifname] }, // bridges of somebody else's, whose other ports are no sandboxes
  { name: 'limited4', key: [ifname, ipv4_addr] }, // (br, source): leaves only for what egress4 has for it
  { name: 'limited6', key: [ifname, ipv6_addr] },
  { name: 'free4', key: [ifname, ipv4_addr] }, // (br, source): leaves for anywhere
  { name: 'free6', key: [ifname, ipv6_addr] },
  { name: 'egress4', key: [ipv4_addr, ipv4_addr, ipv4_addr] }, // (source, first and last address of a prefix)
  { name: 'egress6', key: [ipv6_addr, ipv6_addr, ipv6_addr] },
  { name: 'metadata4', key: [ifname, ipv4_addr, ipv4_addr] }, // (br, source, address): opened
  { name: 'metadata6', key: [ifname, ipv6_addr, ipv6_addr] },
];

/** Closed to all sandboxes, whoever has the address: another host, this one, a published port. So before any address is rewritten. */
export const metadataChains: readonly ChainSpec[] = [
  baseChain(
    'metadata_wire',
    hook('filter', 'prerouting', 'mangle'),
    ...METADATA.map((address) => rule(is(address.includes(':') ? ip6.daddr : ip.daddr, address), goTo('metadata'))),
  ),
  chain(
    'metadata',
    rule(ct.reply, accept), // it asked first
    rule(isIn('metadata4', iifname, ip.saddr, ip.daddr), accept),
    rule(isIn('metadata6', iifname, ip6.saddr, ip6.daddr), accept),
    rule(isIn('strangers', iifname), jump('metadata_others')),
    rule(isIn('bridges', iifname), drop),
  ),
  chain(
    'metadata_others',
    rule(isIn('limited4', iifname, ip.saddr), back),
    rule(isIn('limited6', iifname, ip6.saddr), back),
    rule(isIn('free4', iifname, ip.saddr), back),
    rule(isIn('free6', iifname, ip6.saddr), back),
    rule(accept), // no sandbox
  ),
];

/** Ends by going back where a packet may leave its network, as far as this goes. */
export const egressChains: readonly ChainSpec[] = [
  // What is for the host arrives by the network's own bridge; a frame for a leaf itself would pass by this.
  baseChain('to_host', hook('filter', 'input', 'filter'), rule(isIn('leaves', iifname), drop), rule(isIn('watched', iifname), goTo('host_services'))),
  chain(
    'host_services',
    rule(is(icmpv6.type, 'nd-neighbor-solicit'), accept), // without it nothing could be sent by the gateway
    rule(is(icmpv6.type, 'nd-neighbor-advert'), accept),
    rule(jump('egress')),
  ),
  chain(
    'egress',
    rule(ct.reply, back), // an answer to who was let in
    rule(isIn('limited4', iifname, ip.saddr), goTo('egress_v4')),
    rule(isIn('limited6', iifname, ip6.saddr), goTo('egress_v6')),
    rule(isIn('free4', iifname, ip.saddr), back),
    rule(isIn('free6', iifname, ip6.saddr), back),
    rule(isIn('strangers', iifname), back), // theirs: a guarded sandbox has its own alone
    rule(drop), // nobody's address
  ),
  chain('egress_v4', ...LENGTHS4.map((length) => rule(isIn('egress4', ip.saddr, ...ends(asked.ip, length)), back)), rule(drop)),
  chain('egress_v6', ...LENGTHS6.map((length) => rule(isIn('egress6', ip6.saddr, ...ends(asked.ip6, length)), back)), rule(drop)),
];

type Asked = (typeof asked)['ip'];

function ends(address: Asked, length: number): readonly [Asked, Asked] {
  return length === 8 * address.type.size ? [address, address] : [firstOf(address, length), lastOf(address, length)];
}
