import type { ForwardedPacket } from '../../../resource/firewall.js';
import * as nf from '../nftables/constants.js';
import { CT_STATE } from '../nftables/constants.js';
import { Writer } from '../netlink/writer.js';
import * as own from './constants.js';
import { addressBytes, type KnownBytes, unknown } from './known-bytes.js';
import { PacketMark } from './packet-mark.js';

/** What is known of a packet, as the expressions of nf_tables load it. */
export interface PacketView {
  readonly packet: ForwardedPacket;
  /** It changes with the rules that the packet passes. */
  readonly mark: PacketMark;
  meta(key: number): KnownBytes;
  ct(key: number, direction: number | undefined): KnownBytes;
  payload(base: number, offset: number, length: number): KnownBytes;
}

const REGISTER = 16;
// Headers as long as the longest register can hold; RFC 791 §3.1 and RFC 8200 §3 say what lies where.
const HEADER = 60;

/** The same packet as bytes. */
export function viewOf(packet: ForwardedPacket, mark = new PacketMark()): PacketView {
  const headers = new Map([
    [nf.NFT_PAYLOAD_NETWORK_HEADER, networkHeader(packet)],
    [nf.NFT_PAYLOAD_TRANSPORT_HEADER, transportHeader(packet)],
  ]);
  return {
    packet,
    mark,
    meta: (key) => (key === own.NFT_META_MARK ? mark.bytes : meta(packet, key)),
    ct: (key, direction) => ct(packet, key, direction),
    payload: (base, offset, length) => bytesOf(headers.get(base), offset, length),
  };
}

function bytesOf(header: KnownBytes = [], offset: number, length: number): KnownBytes {
  const bytes: (number | undefined)[] = [];
  for (let at = offset; at < offset + length; at++) bytes.push(header[at]);
  return bytes;
}

function meta({ family, iif, oif, protocol }: ForwardedPacket, key: number): KnownBytes {
  switch (key) {
    case nf.NFT_META_IIFNAME:
      return name(iif);
    case nf.NFT_META_OIFNAME:
      return name(oif);
    case nf.NFT_META_NFPROTO:
      return [family === 4 ? nf.NFPROTO_IPV4 : nf.NFPROTO_IPV6, 0, 0, 0];
    case own.NFTA_META_PROTOCOL:
      return [
        ...new Writer(4)
          .be16(family === 4 ? own.ETH_P_IP : own.ETH_P_IPV6)
          .u16(0)
          .take(),
      ];
    case nf.NFT_META_L4PROTO:
      return [protocol && own.IPPROTO[protocol], 0, 0, 0];
    default:
      return unknown(REGISTER);
  }
}

function ct({ begins, published, port }: ForwardedPacket, key: number, direction: number | undefined): KnownBytes {
  switch (key) {
    case nf.NFT_CT_STATE:
      return u32(begins ? CT_STATE.new : CT_STATE.established);
    case nf.NFT_CT_STATUS:
      return u32(statusOf({ begins, published }));
    case own.NFT_CT_PROTO_DST: {
      const begun = published ?? (begins ? port : undefined);
      return direction !== own.IP_CT_DIR_ORIGINAL || begun === undefined ? unknown(REGISTER) : [...new Writer(4).be16(begun).u16(0).take()];
    }
    default:
      return unknown(REGISTER);
  }
}

/** A connection's status as a mask of IPS_ bits, when its packet is on the forward hook. */
export const statusOf = ({ begins, published }: { readonly begins: boolean; readonly published?: number | undefined }): number =>
  (begins ? 0 : own.IPS_SEEN_REPLY | own.IPS_CONFIRMED) | (published === undefined ? 0 : own.IPS_DST_NAT | own.IPS_DST_NAT_DONE);

function networkHeader({ family, from, to, protocol }: ForwardedPacket): KnownBytes {
  const header: (number | undefined)[] = [...unknown(HEADER)];
  const [proto, saddr, daddr] = family === 4 ? [9, 12, 16] : [6, 8, 24];
  if (protocol) header[proto] = own.IPPROTO[protocol];
  for (const [index, byte] of addressBytes(from).entries()) header[saddr + index] = byte;
  for (const [index, byte] of addressBytes(to).entries()) header[daddr + index] = byte;
  return header;
}

// TCP, UDP and SCTP have the destination's port at the same place (RFC 9293 §3.1, RFC 768, RFC 9260 §3.1).
function transportHeader({ port }: ForwardedPacket): KnownBytes {
  const header: (number | undefined)[] = [...unknown(HEADER)];
  if (port !== undefined) [header[2], header[3]] = new Writer(2).be16(port).take();
  return header;
}

const encoder = new TextEncoder();
const name = (link: string | undefined): KnownBytes => {
  if (link === undefined) return unknown(REGISTER);
  const bytes = encoder.encode(link);
  return Array.from({ length: REGISTER }, (_, index) => bytes[index] ?? 0);
};

const u32 = (value: number): KnownBytes => [...new Writer(4).u32(value).take()];
