import { ipBytes, ipFromBytes, parseIp } from '../../../ip/ip.js';
import type { Ip, Mac } from '../../../ip/types.js';
import { macBytes, macFromBytes, parseMac } from '../../../ip/mac.js';
import { be16, text, u32 } from '../netlink/reader.js';
import type { Writer } from '../netlink/writer.js';
import { NFPROTO_IPV4, NFPROTO_IPV6 } from './constants.js';

/** One part of a set's key or value, as `type` names it in nft. */
export interface Datatype {
  readonly name: string;
  /** Bytes of a value, before it is padded to four in a concatenation. */
  readonly size: number;
  /** The number by which `nft list` recognises it: enum datatypes in nft's datatype.h. The kernel only stores it. */
  readonly id: number;
  /** What nft notes about the order of bytes, for printing: 0 not said, 1 the host's, 2 the network's. */
  readonly byteorder: 0 | 1 | 2;
  /** Writes `size` bytes. Throws for text that is no value of this type. */
  write(w: Writer, value: string): void;
  /** The text of `size` bytes; undefined if `write` could not have written them. */
  read(bytes: Uint8Array): string | undefined;
}

const refuse = (type: string, value: string): Error => new Error(`"${value}" is no ${type}`);

/** The number that a text of decimal digits means, at most `largest`. */
function decimal(type: string, value: string, largest: number): number {
  const number = /^\d{1,5}$/.test(value) ? Number(value) : Number.NaN;
  if (!(number <= largest)) throw refuse(type, value);
  return number;
}

// dev_valid_name in net/core/dev.c: no slash, no colon, no white space; and what is ours to join keys with is none either.
const NAME = /^[^\s/:\p{Cc}]+$/u;
const encoder = new TextEncoder();

/** The name of an interface, filled up with zeros to IFNAMSIZ (include/uapi/linux/if.h). */
export const ifname: Datatype = {
  name: 'ifname',
  size: 16,
  id: 41,
  byteorder: 1,
  write(w, value) {
    if (!NAME.test(value) || w.text(value, 16) > 15) throw refuse('ifname', value);
  },
  read(bytes) {
    const name = text(bytes);
    const length = encoder.encode(name).length;
    return length < 16 && NAME.test(name) && !name.includes('\ufffd') && bytes.subarray(length).every((byte) => byte === 0) ? name : undefined;
  },
};

/** The index of an interface. Only loopback's is known beforehand: it is 1 in every namespace. */
export const iface_index: Datatype = {
  name: 'iface_index',
  size: 4,
  id: 21,
  byteorder: 1,
  write(w, value) {
    if (value !== 'lo') throw refuse('iface_index', value);
    w.u32(1);
  },
  read: (bytes) => (u32(bytes) === 1 ? 'lo' : undefined),
};

const address = (name: string, size: 4 | 16, id: number): Datatype => ({
  name,
  size,
  id,
  byteorder: 2,
  write(w, value) {
    // The text is canonical; for IPv6 taking it apart tells as much as parsing it twice would.
    const ip = size === 4 ? parseIp(value) : (value as Ip);
    if (ip === undefined || ip.includes(':') !== (size === 16)) throw refuse(name, value);
    w.bytes(ipBytes(ip));
  },
  read: (bytes) => ipFromBytes(bytes),
});

export const ipv4_addr: Datatype = address('ipv4_addr', 4, 7);
export const ipv6_addr: Datatype = address('ipv6_addr', 16, 8);

const PROTOCOLS: ReadonlyMap<string, number> = new Map([
  ['icmp', 1],
  ['igmp', 2],
  ['tcp', 6],
  ['udp', 17],
  ['icmpv6', 58],
  ['pim', 103],
  ['sctp', 132],
]); // include/uapi/linux/in.h
const PROTOCOL_NAMES: ReadonlyMap<number, string> = new Map([...PROTOCOLS].map(([name, number]) => [number, name]));

/** A transport protocol by name; one that we have no name for, by number. */
export const inet_proto: Datatype = {
  name: 'inet_proto',
  size: 1,
  id: 12,
  byteorder: 2,
  write(w, value) {
    w.u8(PROTOCOLS.get(value) ?? decimal('inet_proto', value, 255));
  },
  read([number = 0]) {
    return PROTOCOL_NAMES.get(number) ?? String(number);
  },
};

/** A port. */
export const inet_service: Datatype = {
  name: 'inet_service',
  size: 2,
  id: 13,
  byteorder: 2,
  write(w, value) {
    w.be16(decimal('inet_service', value, 0xffff));
  },
  read: (bytes) => String(be16(bytes)),
};

// RFC 4861 §4.3 and §4.4, by the names that nft has for them.
const ICMPV6_TYPES: ReadonlyMap<string, number> = new Map([
  ['nd-neighbor-solicit', 135],
  ['nd-neighbor-advert', 136],
]);
const ICMPV6_TYPE_NAMES: ReadonlyMap<number, string> = new Map([...ICMPV6_TYPES].map(([name, number]) => [number, name]));

/** What a message of ICMPv6 is about: neighbour discovery by name, all else by number. */
export const icmpv6_type: Datatype = {
  name: 'icmpv6_type',
  size: 1,
  id: 29,
  byteorder: 2,
  write(w, value) {
    w.u8(ICMPV6_TYPES.get(value) ?? decimal('icmpv6_type', value, 255));
  },
  read: ([number = 0]) => ICMPV6_TYPE_NAMES.get(number) ?? String(number),
};

/** The IP version of a packet: `ipv4` or `ipv6`. */
export const nf_proto: Datatype = {
  name: 'nf_proto',
  size: 1,
  id: 2,
  byteorder: 0,
  write(w, value) {
    if (value !== 'ipv4' && value !== 'ipv6') throw refuse('nf_proto', value);
    w.u8(value === 'ipv4' ? NFPROTO_IPV4 : NFPROTO_IPV6);
  },
  read([number]) {
    return number === NFPROTO_IPV4 ? 'ipv4' : number === NFPROTO_IPV6 ? 'ipv6' : undefined;
  },
};

/** A MAC address. */
export const ether_addr: Datatype = {
  name: 'ether_addr',
  size: 6,
  id: 9,
  byteorder: 2,
  write(w, value) {
    const mac = parseMac(value);
    if (mac === undefined) throw refuse('ether_addr', value);
    w.bytes(macBytes(mac));
  },
  read: (bytes) => macFromBytes(bytes),
};

// enum datatypes in nft's datatype.h.
const TYPE_INTEGER = 4;
const HEX = /^0x[\da-f]+$/;

/** A number of so many bytes as it lies in a packet, in digits or, with 0x, in hexadecimal ones: what nft compares with any bytes of a header. */
export const integer = (size: number): Datatype => ({
  name: 'integer',
  size,
  id: TYPE_INTEGER,
  byteorder: 2,
  write(w, value) {
    const digits = HEX.test(value) ? value.slice(2) : /^\d{1,9}$/.test(value) ? Number(value).toString(16) : '';
    if (digits === '' || digits.length > 2 * size) throw refuse('integer', value);
    w.bytes(Buffer.from(digits.padStart(2 * size, '0'), 'hex'));
  },
  read: (bytes) => `0x${Buffer.from(bytes).toString('hex')}`,
});

const MAC = /^[\da-f]{2}(:[\da-f]{2}){5}$/;

/** A MAC address in a set that is asked for any six bytes of a packet. */
export const raw_mac: Datatype = {
  ...integer(6),
  name: 'raw_mac',
  write(w, value) {
    if (!MAC.test(value)) throw refuse('MAC address', value);
    w.bytes(macBytes(value as Mac));
  },
  read: (bytes) => macFromBytes(bytes),
};

/** An IPv4 address in a set that is asked for any four bytes of a packet. */
export const raw_ipv4: Datatype = { ...ipv4_addr, name: 'raw_ipv4', id: TYPE_INTEGER };
/** An IPv6 address in a set that is asked for any sixteen bytes of a packet. */
export const raw_ipv6: Datatype = { ...ipv6_addr, name: 'raw_ipv6', id: TYPE_INTEGER };
