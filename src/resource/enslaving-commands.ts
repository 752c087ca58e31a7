import type { EnslavedResource } from './resource.js';

/** Makes a link a port of a bridge, with all that the host has by it on the bridge. */
export const enslaving = ({ link, master }: EnslavedResource, ip: string): readonly string[] => {
  const heeding = `net/ipv6/conf/${master}/accept_ra`;
  return [
    // As the link, though the host may forward.
    `case $(sysctl -n net/ipv6/conf/${link}/accept_ra 2>/dev/null) in 0) sysctl -q -w ${heeding}=0;; 1|2) sysctl -q -w ${heeding}=2;; esac`,
    ...laying(ip, link, master),
    `${ip} link set ${link} master ${master} up`,
    ...clearing(ip, link, master),
  ];
};

/** Gives it all that back. */
export const releasing = ({ link, master }: EnslavedResource, ip: string): readonly string[] => [
  ...laying(ip, master, link),
  `${ip} link set ${link} nomaster`,
  ...clearing(ip, master, link),
];

// Beside what is there, so that the host is never without.
const laying = (ip: string, from: string, to: string): readonly string[] => [
  `${ip} -o address show dev ${from} | ${ASKED_OF_ADDRESS} | while read -r a; do ${ip} address replace $a dev ${to}; done`,
  `${routesBy(ip, '-4', from)} do ${ip} -4 route append $r dev ${to}; done`,
];

// Of two routes of IPv6 that differ in their links alone the kernel makes one with two ways, which is not told of either link: one by one. An equal one
// would keep it from taking what a router advertises, so that what was advertised stands behind.
const clearing = (ip: string, from: string, to: string): readonly string[] => [
  `${routesBy(ip, '-6', from)} do ${ip} -6 route append $(echo "$r" | sed 's/ra metric 1024/ra metric 1025/') dev ${to}; ${ip} -6 route delete $r dev ${from}; done`,
  `${ip} -4 route flush dev ${from}`,
  `${ip} address flush dev ${from}`,
];

// What a kernel makes by itself is in the table local, or comes with the addresses.
const routesBy = (ip: string, family: '-4' | '-6', link: string): string =>
  `${ip} ${family} route show table all dev ${link} | grep -v -e 'table local' -e 'proto kernel' | ${ASKED_OF_ROUTE} | ${GATEWAYS_LAST} | while read -r r;`;

// What ip(8) shows and takes, of an address: with broadcast, peer, scope, flags and lifetimes.
const ASKED_OF_ADDRESS = String.raw`sed -E 's/^.* inet (.*)/\1/; s/^.* inet6 ([^ ]*)/\1 nodad/; s/ (dynamic|secondary|tentative|deprecated|temporary|stable-privacy|optimistic|dadfailed|proto [^ ]+)\b//g; s/ [^ ]*\\ +/ /; s/([0-9])sec/\1/g'`;
const ASKED_OF_ROUTE = `sed -E 's/ (linkdown|dead|offload|trap|rt_trap)\\b//g; s/expires ([0-9]+)sec/expires \\1/'`;
const GATEWAYS_LAST = String.raw`awk '/ via /{v=v $0"\n";next}1;END{printf "%s",v}'`;
