import { familyOf, ipBytes } from '../../ip/ip.js';
import { macBytes } from '../../ip/mac.js';
import type { Ip, Mac } from '../../ip/types.js';
import { AF_PACKET } from './constants/socket.js';
import { Writer } from './netlink/writer.js';

// include/uapi/linux/if_ether.h, if_arp.h, icmpv6.h
const ETH_P_IP = 0x0800;
const ETH_P_ARP = 0x0806;
const ETH_P_IPV6 = 0x86dd;
const ARPHRD_ETHER = 1;
const ARPOP_REQUEST = 1;
const IPPROTO_ICMPV6 = 58;
const NDISC_NEIGHBOUR_ADVERTISEMENT = 136;
const ND_OPT_TARGET_LL_ADDR = 2;
const OVERRIDE = 0x2000_0000;

const BROADCAST = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff, 0xff);
// ff02::1, and its group of Ethernet (RFC 2464 §7).
const ALL_NODES = Uint8Array.of(0xff, 2, ...Array<number>(13).fill(0), 1);
const ALL_NODES_MAC = Uint8Array.of(0x33, 0x33, 0, 0, 0, 1);

/** The frame that tells everybody on a link which MAC address has this address. */
export const announcement = (ip: Ip, mac: Mac): Uint8Array => (familyOf(ip) === 4 ? arp(ip, mac) : advertisement(ip, mac));

/** struct sockaddr_ll (include/uapi/linux/if_packet.h): family u16, protocol be16, index s32, hatype u16, pkttype u8, halen u8, addr 8. */
export const toLink = (index: number): Uint8Array => new Writer(20).u16(AF_PACKET).be16(0).u32(index).u16(0).u8(0).u8(6).bytes(BROADCAST).zero(2).take();

// RFC 5227 §3: a request for one's own address.
function arp(ip: Ip, mac: Mac): Uint8Array {
  const [from, own] = [macBytes(mac), ipBytes(ip)];
  const header = new Writer(42).bytes(BROADCAST).bytes(from).be16(ETH_P_ARP).be16(ARPHRD_ETHER).be16(ETH_P_IP).u8(6).u8(4).be16(ARPOP_REQUEST);
  return header.bytes(from).bytes(own).zero(6).bytes(own).take();
}

// RFC 4861 §4.4 and §7.2.6: unsolicited, to all nodes, replacing what they have; the hop limit says that no router has passed it on.
function advertisement(ip: Ip, mac: Mac): Uint8Array {
  const [from, own] = [macBytes(mac), ipBytes(ip)];
  const body = (checksum: number) =>
    new Writer(32).u8(NDISC_NEIGHBOUR_ADVERTISEMENT).u8(0).be16(checksum).be32(OVERRIDE).bytes(own).u8(ND_OPT_TARGET_LL_ADDR).u8(1).bytes(from).take();
  const length = body(0).length;
  const pseudo = new Writer(40).bytes(own).bytes(ALL_NODES).be32(length).be32(IPPROTO_ICMPV6).take();
  const packet = new Writer(86).bytes(ALL_NODES_MAC).bytes(from).be16(ETH_P_IPV6).be32(0x6000_0000).be16(length).u8(IPPROTO_ICMPV6).u8(255);
  return packet
    .bytes(own)
    .bytes(ALL_NODES)
    .bytes(body(checksumOf([...pseudo, ...body(0)])))
    .take();
}

// RFC 1071; both parts have an even number of octets.
function checksumOf(octets: readonly number[]): number {
  let sum = 0;
  for (let at = 0; at < octets.length; at += 2) sum += ((octets[at] ?? 0) << 8) | (octets[at + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
