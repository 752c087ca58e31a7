import { resolverAddress } from '../../../ip/resolver-address.js';
import { baseChain, hook, rule } from './chain.js';
import type { Ruleset } from './ruleset.js';
import { accept, iif, ip, is, isNot, oif, setPort, tcp, udp } from './statement.js';

// A sandbox's ruleset: names. The resolver answers at 127.0.0.11 port 53, but listens on another port there: a socket on port 53
// itself would keep a name server of the user's from listening on 0.0.0.0:53.
//
//     program ── 127.0.0.11:53 ──► query: 53 becomes the resolver's port ──► resolver
//     program ◄── from port 53 ─── answer: the resolver's port becomes 53 ◄── resolver
//
// Ports are rewritten in packets, without NAT: a sandbox needs no connection tracking for its names, and where a program in it
// tracks connections, both directions of one look the same to it, since both rewritings lie on the client's side.

const DNS_PORT = 53;

/** The rules of a sandbox whose resolver listens on this port. */
export const sandboxRuleset = (resolver: number): Ruleset => ({
  family: 'inet',
  sets: [],
  chains: [
    baseChain(
      'query',
      hook('filter', 'output', 'raw'),
      rule(isNot(oif, 'lo'), accept), // one comparison is all that other traffic costs
      ...[udp, tcp].map(({ dport }) => rule(is(ip.daddr, resolverAddress), is(dport, String(DNS_PORT)), setPort(dport, resolver))),
    ),
    baseChain(
      'answer',
      hook('filter', 'input', 'raw'),
      rule(isNot(iif, 'lo'), accept),
      ...[udp, tcp].map(({ sport }) => rule(is(ip.saddr, resolverAddress), is(sport, String(resolver)), setPort(sport, DNS_PORT))),
    ),
  ],
});
