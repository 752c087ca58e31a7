import { familyOf, ipBytes, ipFromBytes, isUnspecified } from '../../ip/ip.js';
import { macBytes, macFromBytes } from '../../ip/mac.js';
import type { Ip, Mac } from '../../ip/types.js';
import { encodePacket, readPacket } from '../../ipam/dhcp/v6/wire/packet.js';

/** Who has an address, or asks for it to have it. */
export interface Claim {
  readonly ip: Ip;
  readonly mac: Mac;
}

const [ETHERNET, ARP, ARP_LENGTH] = [14, 0x0806, 28];
// RFC 826: Ethernet, IPv4, lengths of their addresses; where the addresses are in it.
const ARP_HEADER = [0, 1, 8, 0, 6, 4];
const AT = { operation: 6, mac: 8, ip: 14, target: 24 } as const;
const REQUEST = 1;
// RFC 4861 §4.3 and §4.4.
const [ICMPV6, CHECKSUM, SOLICITATION, ADVERTISEMENT, HOPS, TARGET, LEAST] = [58, 2, 135, 136, 255, 8, 24];

/** The frame that asks whether somebody has an address, from this MAC address. */
export const probe = (ip: Ip, mac: Mac): Uint8Array => (familyOf(ip) === 4 ? probe4(ip, mac) : probe6(ip, mac));

/** What a frame says of who has an address. `undefined` for what says nothing of it. Takes any octets. */
export const claimOf = (frame: Uint8Array): Claim | undefined => claim4(frame) ?? claim6(frame);

// RFC 5227 §2.1.1: a request by nobody.
function probe4(ip: Ip, mac: Mac): Uint8Array {
  const bytes = new Uint8Array(ETHERNET + ARP_LENGTH);
  const own = macBytes(mac);
  bytes.fill(0xff, 0, 6);
  bytes.set(own, 6);
  bytes.set([ARP >> 8, ARP & 0xff, ...ARP_HEADER, 0, REQUEST, ...own], 12);
  bytes.set(ipBytes(ip), ETHERNET + AT.target);
  return bytes;
}

// RFC 4862 §5.4.2: from nobody, to the group of those whose address ends like it (RFC 4291 §2.7.1), without an option.
function probe6(ip: Ip, mac: Mac): Uint8Array {
  const end = ipBytes(ip).slice(-3);
  const group = ipFromBytes(Uint8Array.of(0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff, ...end));
  const body = new Uint8Array(LEAST);
  body[0] = SOLICITATION;
  body.set(ipBytes(ip), TARGET);
  const to = { mac: macFromBytes(Uint8Array.of(0x33, 0x33, 0xff, ...end)), ip: group };
  return encodePacket({ from: { mac, ip: '::' as Ip }, to, protocol: ICMPV6, hops: HOPS, body }, CHECKSUM);
}

// Whoever sends from an address has it, and who asks by nobody is about to.
function claim4(frame: Uint8Array): Claim | undefined {
  const [view, at] = [new DataView(frame.buffer, frame.byteOffset, frame.length), ETHERNET];
  if (frame.length < ETHERNET + ARP_LENGTH || view.getUint16(12) !== ARP || ARP_HEADER.some((octet, index) => frame[at + index] !== octet)) return undefined;
  const ip = (from: number) => ipFromBytes(frame.subarray(at + from, at + from + 4));
  const mac = macFromBytes(frame.subarray(at + AT.mac, at + AT.mac + 6));
  const [sender, target] = [ip(AT.ip), ip(AT.target)];
  if (!isUnspecified(sender)) return { ip: sender, mac };
  return view.getUint16(at + AT.operation) === REQUEST && !isUnspecified(target) ? { ip: target, mac } : undefined;
}

function claim6(frame: Uint8Array): Claim | undefined {
  const packet = readPacket(frame, ICMPV6, CHECKSUM);
  if (packet === undefined || packet.hops !== HOPS || packet.body.length < LEAST) return undefined;
  const { body, from } = packet;
  const ip = ipFromBytes(body.subarray(TARGET, TARGET + 16));
  const says = body[0] === ADVERTISEMENT || (body[0] === SOLICITATION && isUnspecified(from.ip));
  return says && !isUnspecified(ip) ? { ip, mac: from.mac } : undefined;
}
