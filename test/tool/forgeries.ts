import { arp, destinationOptions, ether, fragment, icmp4, icmp6, ip4, ip6, join, linkOption, neighbour, routerAdvert, routerAlert, udp } from './packet.js';

/** Who somebody is on a network. */
export interface Identity {
  readonly mac: string;
  readonly ip: string;
  readonly ip6: string;
  readonly linkLocal: string;
}

type Named = readonly (readonly [what: string, frame: Uint8Array])[];

const [IP, IP6, ARP] = ['0800', '86dd', '0806'];
const [ALL4, ALL6, ALL6_MAC] = ['224.0.0.1', 'ff02::1', '33:33:00:00:00:01'];
const [ICMP, IGMP, UDP, PIM, ICMP6, HOPS, FRAGMENT, OPTIONS, NOTHING] = [1, 2, 17, 103, 58, 0, 44, 60, 59];
const PREFIX = '2001:db8:bad::';

const advert = (from: string, body: Uint8Array) => icmp6(from, ALL6, 136, body);
const solicit = (from: string, body: Uint8Array) => icmp6(from, ALL6, 135, body);
const router = (from: string) => icmp6(from, ALL6, 134, routerAdvert(PREFIX));

// The body of an error behind its checksum, with the packet that it is about (RFC 792, RFC 4443 §3).
const quoting4 = (from: string, to: string) => join(Buffer.alloc(4), ip4(from, to, UDP, udp(5000, 5001)));
const quoting6 = (from: string, to: string) => join(Buffer.alloc(4), ip6(from, to, UDP, udp(5000, 5001)));

/** What a hostile sandbox sends: none of it may leave its port. */
export function forgeries(me: Identity, other: Identity, gateway: Identity): Named {
  const four = (body: Uint8Array) => ether(me.mac, IP, body);
  const six = (next: number, body: Uint8Array, from = me.linkLocal) => ether(me.mac, IP6, ip6(from, ALL6, next, body), ALL6_MAC);
  const sayArp = (...of: Parameters<typeof arp>) => ether(me.mac, ARP, arp(...of));
  const mine = ip4(me.ip, other.ip, UDP, udp(5000, 5000));
  const mine6 = ip6(me.ip6, ALL6, UDP, udp(5000, 5000));
  return [
    // whose it is
    ["another's MAC address", ether(other.mac, IP, mine)],
    ["the gateway's MAC address", ether(gateway.mac, IP, mine)],
    ["nobody's MAC address", ether('02:00:00:00:00:99', IP6, mine6)],
    ["another's IPv4 address", four(ip4(other.ip, '255.255.255.255', UDP, udp(5000, 5000)))],
    ["the gateway's IPv4 address", four(ip4(gateway.ip, other.ip, UDP, udp(5000, 5000)))],
    ["another's IPv4 address, in TCP", four(ip4(other.ip, gateway.ip, 6, Buffer.alloc(20)))],
    ["another's IPv4 address, in a fragment", four(ip4(other.ip, gateway.ip, UDP, Buffer.alloc(64), 0x2008))],
    ["another's IPv4 address, in a tunnel's protocol", four(ip4(other.ip, gateway.ip, 47, Buffer.alloc(20)))],
    ['an IPv4 address of the loopback', four(ip4('127.0.0.1', gateway.ip, UDP, udp(5000, 5000)))],
    ['no IPv4 address', four(ip4('0.0.0.0', '255.255.255.255', UDP, udp(5000, 5000)))],
    ["another's IPv6 address", six(UDP, udp(5000, 5000), other.ip6)],
    ["another's link-local address", six(UDP, udp(5000, 5000), other.linkLocal)],
    ["the gateway's IPv6 address", six(UDP, udp(5000, 5000), gateway.ip6)],
    ["another's IPv6 address, in a fragment", six(FRAGMENT, join(fragment(UDP, 64, false), Buffer.alloc(64)), other.ip6)],
    ["another's IPv6 address, in an echo", six(ICMP6, icmp6(other.ip6, ALL6, 128, Buffer.alloc(12)), other.ip6)],
    ['no IPv6 address', six(UDP, udp(5000, 5000), '::')],
    // ARP
    ["ARP: another's address is mine", sayArp(2, me.mac, other.ip, gateway.ip)],
    ["ARP: the gateway's address is mine", sayArp(2, me.mac, gateway.ip, other.ip)],
    ["ARP: the gateway's address is mine, unasked", sayArp(1, me.mac, gateway.ip, gateway.ip)],
    ["ARP: my address is at another's MAC address", sayArp(2, other.mac, me.ip, gateway.ip)],
    ['ARP: my address is at everybody', sayArp(2, 'ff:ff:ff:ff:ff:ff', me.ip, gateway.ip)],
    ["ARP: is another's address free?", sayArp(1, me.mac, '0.0.0.0', other.ip)],
    ['ARP with addresses of other lengths', sayArp(2, me.mac, me.ip, other.ip, '0001 0800 08 04')],
    ['ARP of another network', sayArp(2, me.mac, me.ip, other.ip, '0006 0800 06 04')],
    ['ARP that is cut off', ether(me.mac, ARP, arp(2, me.mac, me.ip, other.ip).subarray(0, 12))],
    // neighbour discovery
    ["ND: another's address is mine", six(ICMP6, advert(me.linkLocal, neighbour(other.ip6, linkOption(2, me.mac))))],
    ["ND: the gateway's address is mine", six(ICMP6, advert(me.ip6, neighbour(gateway.ip6, linkOption(2, me.mac))), me.ip6)],
    ["ND: another's link-local address is mine", six(ICMP6, advert(me.linkLocal, neighbour(other.linkLocal)))],
    ["ND: my address is at another's MAC address", six(ICMP6, advert(me.ip6, neighbour(me.ip6, linkOption(2, other.mac))), me.ip6)],
    ['ND: my address is at everybody, asking', six(ICMP6, solicit(me.ip6, neighbour(other.ip6, linkOption(1, 'ff:ff:ff:ff:ff:ff'))), me.ip6)],
    ['ND: two answers in one', six(ICMP6, advert(me.ip6, neighbour(me.ip6, linkOption(2, me.mac), linkOption(2, other.mac))), me.ip6)],
    ['ND: as another, asking', six(ICMP6, solicit(other.ip6, neighbour(gateway.ip6, linkOption(1, me.mac))), other.ip6)],
    ["ND: is another's address free?", six(ICMP6, solicit('::', neighbour(other.ip6)), '::')],
    [
      "ND: another's address is mine, behind options",
      six(OPTIONS, join(destinationOptions(ICMP6), advert(me.linkLocal, neighbour(other.ip6, linkOption(2, me.mac))))),
    ],
    [
      "ND: another's address is mine, in a fragment that is all",
      six(FRAGMENT, join(fragment(ICMP6, 0, false), advert(me.linkLocal, neighbour(other.ip6, linkOption(2, me.mac))))),
    ],
    // routers
    ['a router advertisement', six(ICMP6, router(me.linkLocal))],
    ['a router advertisement as the gateway', six(ICMP6, router(gateway.linkLocal), gateway.linkLocal)],
    ['a router advertisement behind options', six(OPTIONS, join(destinationOptions(ICMP6), router(me.linkLocal)))],
    ['a router advertisement behind options of each hop', six(HOPS, join(routerAlert(ICMP6), router(me.linkLocal)))],
    ['a router advertisement behind options twice', six(OPTIONS, join(destinationOptions(OPTIONS), destinationOptions(ICMP6), router(me.linkLocal)))],
    ['a router advertisement in a fragment that is all', six(FRAGMENT, join(fragment(ICMP6, 0, false), router(me.linkLocal)))],
    ['a router advertisement, the first fragment of it', six(FRAGMENT, join(fragment(ICMP6, 0, true), router(me.linkLocal).subarray(0, 16)))],
    ['a first fragment that ends before its ICMPv6 begins', six(FRAGMENT, join(fragment(OPTIONS, 0, true), destinationOptions(ICMP6)))],
    ['a first fragment that ends before its UDP begins', six(FRAGMENT, join(fragment(OPTIONS, 0, true), destinationOptions(UDP)))],
    ['a first fragment that ends within its options', six(FRAGMENT, join(fragment(OPTIONS, 0, true), '3a 02 0104 00000000'))],
    [
      'a first fragment that looks longer than it is',
      join(six(FRAGMENT, join(fragment(OPTIONS, 0, true), destinationOptions(OPTIONS))), destinationOptions(6), Buffer.alloc(20)),
    ],
    ['a first fragment that looks longer than it is, at once', join(six(FRAGMENT, join(fragment(OPTIONS, 0, true), destinationOptions(ICMP6))), '80 00 0000')],
    ['a first fragment behind options', six(OPTIONS, join(destinationOptions(FRAGMENT), fragment(OPTIONS, 0, true), destinationOptions(ICMP6)))],
    ['a redirect', six(ICMP6, icmp6(me.linkLocal, ALL6, 137, join(Buffer.alloc(4), Buffer.alloc(32))))],
    ['a redirect of IPv4', four(ip4(me.ip, other.ip, ICMP, icmp4(5, Buffer.alloc(32))))],
    ['a router advertisement of IPv4', four(ip4(me.ip, ALL4, ICMP, icmp4(9, Buffer.alloc(12))))],
    // errors about what was not sent to it
    ...['3', '4', '11', '12'].map(
      (type) =>
        [`an error of type ${type} about another's packet`, four(ip4(me.ip, other.ip, ICMP, icmp4(Number(type), quoting4(gateway.ip, other.ip))))] as const,
    ),
    ['an error about a packet of its own', four(ip4(me.ip, gateway.ip, ICMP, icmp4(3, quoting4(me.ip, gateway.ip))))],
    ['an error that tells not whose packet it was', four(ip4(me.ip, other.ip, ICMP, icmp4(11, quoting4(gateway.ip, me.ip).subarray(0, 20))))],
    ["an error about another's packet, behind options of IP", four(ip4(me.ip, other.ip, ICMP, icmp4(3, quoting4(gateway.ip, other.ip)), 0, 64, '01010101'))],
    ['an error in a fragment', four(ip4(me.ip, other.ip, ICMP, icmp4(3, quoting4(gateway.ip, me.ip)), 0x2000))],
    ['an error in a fragment that looks longer than it is', four(join(ip4(me.ip, other.ip, ICMP, icmp4(3), 0x2000), quoting4(gateway.ip, me.ip).subarray(4)))],
    ...[1, 2, 3, 4, 100].map(
      (type) =>
        [`an error of type ${type} about another's packet over IPv6`, six(ICMP6, icmp6(me.ip6, ALL6, type, quoting6(gateway.ip6, other.ip6)), me.ip6)] as const,
    ),
    ['an error that tells not whose packet it was over IPv6', six(ICMP6, icmp6(me.ip6, ALL6, 1, quoting6(gateway.ip6, me.ip6).subarray(0, 40)), me.ip6)],
    [
      "an error about another's packet behind options",
      six(OPTIONS, join(destinationOptions(ICMP6), icmp6(me.ip6, ALL6, 1, quoting6(gateway.ip6, other.ip6))), me.ip6),
    ],
    [
      'an error in a fragment that looks longer than it is, over IPv6',
      join(six(FRAGMENT, join(fragment(ICMP6, 0, true), icmp6(me.ip6, ALL6, 1, Buffer.alloc(4))), me.ip6), quoting6(gateway.ip6, me.ip6).subarray(4)),
    ],
    // services
    ['an offer of DHCP', four(ip4(me.ip, '255.255.255.255', UDP, udp(67, 68, Buffer.alloc(240))))],
    ['an offer of DHCP from another port', four(ip4(me.ip, '255.255.255.255', UDP, udp(5000, 68, Buffer.alloc(240))))],
    ['a relay of DHCP', four(ip4(me.ip, other.ip, UDP, udp(67, 67, Buffer.alloc(240))))],
    ['an offer of DHCP, the first fragment of it', four(ip4(me.ip, other.ip, UDP, udp(67, 68, Buffer.alloc(16)), 0x2000))],
    ['an answer of DHCPv6', six(UDP, udp(547, 546, Buffer.alloc(40)))],
    ['an answer of DHCPv6 from another port', six(UDP, udp(5000, 546, Buffer.alloc(40)))],
    ['an answer of DHCPv6 behind options', six(OPTIONS, join(destinationOptions(UDP), udp(547, 546, Buffer.alloc(40))))],
    // what hides what it carries
    ['a tag of a VLAN', ether(me.mac, '8100 0005 0800', ip4(other.ip, gateway.ip, UDP, udp(5000, 5000)))],
    ['a tag of priority alone', ether(me.mac, '8100 0000 86dd', ip6(me.linkLocal, ALL6, ICMP6, router(me.linkLocal)))],
    ['a tag of a provider', ether(me.mac, '88a8 0005 0806', arp(2, me.mac, gateway.ip, other.ip))],
    ['two tags', ether(me.mac, '88a8 0005 8100 0006 0800', ip4(other.ip, gateway.ip, UDP, udp(5000, 5000)))],
    ['a tag, though it is my own', ether(me.mac, '8100 0005 0800', mine)],
    ['IPv4 in SNAP', ether(me.mac, '0040 aaaa03 000000 0800', ip4(other.ip, gateway.ip, UDP, udp(5000, 5000, Buffer.alloc(24))))],
    ['PPPoE', ether(me.mac, '8863 11 09 0000 0000', Buffer.alloc(40))],
    ['RARP', ether(me.mac, '8035', arp(2, me.mac, gateway.ip, other.ip))],
    ['a BPDU', ether(me.mac, '0026 424203', Buffer.alloc(35), '01:80:c2:00:00:00')],
    ['IPv6 with a header that goes beyond its end', six(OPTIONS, join('3a ff 0104 00000000', router(me.linkLocal)))],
    // who keeps track of groups: last, since a bridge believes it where it gets through
    ['a multicast router', ether(me.mac, IP, ip4(me.ip, '224.0.0.106', IGMP, icmp4(0x30, Buffer.alloc(4)), 0, 1), '01:00:5e:00:00:6a')],
    ['a hello of PIM', ether(me.mac, IP, ip4(me.ip, '224.0.0.13', PIM, icmp4(0x20, join('0001 0002 0069')), 0, 1), '01:00:5e:00:00:0d')],
    ['a query of IGMP', four(ip4(me.ip, ALL4, IGMP, icmp4(0x11, Buffer.alloc(4)), 0, 1))],
    [
      'a query of MLD',
      ether(me.mac, IP6, ip6(me.linkLocal, ALL6, HOPS, join(routerAlert(ICMP6), icmp6(me.linkLocal, ALL6, 130, Buffer.alloc(20))), 1), ALL6_MAC),
    ],
  ].map(([what, frame]) => [what, frame] as [string, Uint8Array]);
}

/** What an honest one sends. `whole` alone where fragments are put together on their way. */
export function honest(me: Identity, other: Identity, whole: boolean): Named {
  const four = (body: Uint8Array) => ether(me.mac, IP, body);
  const six = (next: number, body: Uint8Array, from = me.linkLocal, to = ALL6, hops = 255) => ether(me.mac, IP6, ip6(from, to, next, body, hops), ALL6_MAC);
  const sayArp = (...of: Parameters<typeof arp>) => ether(me.mac, ARP, arp(...of));
  const report = (from: string, type: number, body: Uint8Array) => join(routerAlert(ICMP6), icmp6(from, ALL6, type, body));
  const all: Named = [
    ['UDP', four(ip4(me.ip, '255.255.255.255', UDP, udp(5000, 5000)))],
    ['UDP to a group', ether(me.mac, IP, ip4(me.ip, ALL4, UDP, udp(5353, 5353)), '01:00:5e:00:00:01')],
    ['an echo', four(ip4(me.ip, other.ip, ICMP, icmp4(8, Buffer.alloc(12))))],
    ...[3, 4, 11, 12].map((type) => [`an error of type ${type}`, four(ip4(me.ip, other.ip, ICMP, icmp4(type, quoting4(other.ip, me.ip))))] as const),
    ['a report of IGMP', four(ip4(me.ip, ALL4, IGMP, icmp4(0x16, join('efff0001')), 0, 1))],
    ['a request of DHCP', four(ip4('0.0.0.0', '255.255.255.255', UDP, udp(68, 67, Buffer.alloc(240))))],
    ['a renewal of DHCP', four(ip4(me.ip, '255.255.255.255', UDP, udp(68, 67, Buffer.alloc(240))))],
    ['ARP, asking', sayArp(1, me.mac, me.ip, other.ip)],
    ['ARP, answering', sayArp(2, me.mac, me.ip, other.ip)],
    ['ARP, unasked', sayArp(1, me.mac, me.ip, me.ip)],
    ['ARP: is my address free?', sayArp(1, me.mac, '0.0.0.0', me.ip)],
    ['UDP over IPv6', six(UDP, udp(5000, 5000), me.ip6)],
    ['UDP over IPv6, link-local', six(UDP, udp(5000, 5000))],
    ['UDP behind options', six(OPTIONS, join(destinationOptions(UDP), udp(5000, 5000)), me.ip6)],
    ['a request of DHCPv6', six(UDP, udp(546, 547, Buffer.alloc(40)))],
    ['an echo over IPv6', six(ICMP6, icmp6(me.ip6, ALL6, 128, Buffer.alloc(12)), me.ip6)],
    ...[1, 2, 3, 4].map((type) => [`an error of type ${type} over IPv6`, six(ICMP6, icmp6(me.ip6, ALL6, type, quoting6(other.ip6, me.ip6)), me.ip6)] as const),
    ['an error over IPv6 about what came to its link-local address', six(ICMP6, icmp6(me.linkLocal, ALL6, 1, quoting6(other.linkLocal, me.linkLocal)))],
    ['ND, asking', six(ICMP6, solicit(me.ip6, neighbour(other.ip6, linkOption(1, me.mac))), me.ip6)],
    ['ND, asking without an option', six(ICMP6, solicit(me.linkLocal, neighbour(other.linkLocal)))],
    ['ND, answering', six(ICMP6, advert(me.ip6, neighbour(me.ip6, linkOption(2, me.mac))), me.ip6)],
    ['ND, unasked', six(ICMP6, advert(me.linkLocal, neighbour(me.linkLocal, linkOption(2, me.mac))))],
    ['ND: is my address free?', six(ICMP6, solicit('::', neighbour(me.ip6)), '::')],
    ['ND: is my link-local address free?', six(ICMP6, solicit('::', neighbour(me.linkLocal, join('0e01 010203040506'))), '::')],
    ['ND: is a router there?', six(ICMP6, icmp6(me.linkLocal, ALL6, 133, join(Buffer.alloc(4), linkOption(1, me.mac))))],
    ['ND: is a router there, before an address?', six(ICMP6, icmp6('::', ALL6, 133, Buffer.alloc(4)), '::')],
    ['a report of MLD', six(HOPS, report(me.linkLocal, 143, Buffer.alloc(4)), me.linkLocal, ALL6, 1)],
    ['a report of MLD before an address', six(HOPS, report('::', 143, Buffer.alloc(4)), '::', ALL6, 1)],
    ['no next header', six(NOTHING, Buffer.alloc(8), me.ip6)],
  ];
  const fragments: Named = [
    ['a first fragment of UDP', four(ip4(me.ip, other.ip, UDP, udp(5000, 5000, Buffer.alloc(32)), 0x2000))],
    ['a later fragment of UDP', four(ip4(me.ip, other.ip, UDP, Buffer.alloc(32), 0x0005))],
    ['a first fragment of UDP over IPv6', six(FRAGMENT, join(fragment(UDP, 0, true), udp(5000, 5000, Buffer.alloc(24))), me.ip6)],
    ['a later fragment of UDP over IPv6', six(FRAGMENT, join(fragment(UDP, 64, false), Buffer.alloc(32)), me.ip6)],
    ['a first fragment of an echo over IPv6', six(FRAGMENT, join(fragment(ICMP6, 0, true), icmp6(me.ip6, ALL6, 128, Buffer.alloc(28))), me.ip6)],
    ['a later fragment of an echo over IPv6', six(FRAGMENT, join(fragment(ICMP6, 64, false), Buffer.alloc(32)), me.ip6)],
    ['a later fragment of options', six(FRAGMENT, join(fragment(OPTIONS, 64, false), Buffer.alloc(32)), me.ip6)],
  ];
  return whole ? all : [...all, ...fragments];
}

/** What an honest one sends for routers alone, to their groups. */
export function forRouters(me: Identity): Named {
  const six = (type: number, to: string, group: string, body: Uint8Array) =>
    ether(me.mac, IP6, ip6(me.linkLocal, to, HOPS, join(routerAlert(ICMP6), icmp6(me.linkLocal, to, type, body)), 1), group);
  const four = (to: string, group: string, body: Uint8Array) => ether(me.mac, IP, ip4(me.ip, to, IGMP, body, 0, 1), group);
  const solicitation = icmp6(me.linkLocal, 'ff02::2', 133, join(Buffer.alloc(4), linkOption(1, me.mac)));
  return [
    ['is a router there?', ether(me.mac, IP6, ip6(me.linkLocal, 'ff02::2', ICMP6, solicitation), '33:33:00:00:00:02')],
    ['a report of MLD', six(143, 'ff02::16', '33:33:00:00:00:16', Buffer.alloc(4))],
    ['the end of MLD', six(132, 'ff02::2', '33:33:00:00:00:02', Buffer.alloc(20))],
    ['a report of IGMP', four('224.0.0.22', '01:00:5e:00:00:16', icmp4(0x22))],
    ['the end of IGMP', four('224.0.0.2', '01:00:5e:00:00:02', icmp4(0x17, join('efff0001')))],
  ];
}
