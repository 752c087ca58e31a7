import {
  NLA_F_NESTED,
  NLA_HDRLEN,
  NLA_TYPE_MASK,
  NLM_F_ACK_TLVS,
  NLM_F_CAPPED,
  NLMSG_ERROR,
  NLMSG_HDRLEN,
  NLMSGERR_ATTR_MSG,
  NLMSGERR_ATTR_OFFS,
} from './constants.js';
import { NetlinkFormatError } from './format-error.js';

export { NetlinkFormatError } from './format-error.js';

/** One message as it came from a socket. `payload` is a view into the buffer, without the header. */
export interface NetlinkMessage {
  readonly type: number;
  readonly flags: number;
  readonly sequence: number;
  readonly port: number;
  readonly payload: Uint8Array;
}

/** One attribute: the type without its flag bits, the body as a view without the header. Not every family sets the nested flag. */
export interface NetlinkAttribute {
  readonly type: number;
  readonly nested: boolean;
  readonly body: Uint8Array;
}

const aligned = (length: number): number => (length + 3) & ~3;

const within = (bytes: Uint8Array, offset: number, count: number): void => {
  if (offset < 0 || offset + count > bytes.length) throw new NetlinkFormatError(`${count} bytes at ${offset} of ${bytes.length}`);
};

export function u8(bytes: Uint8Array, offset = 0): number {
  within(bytes, offset, 1);
  return bytes[offset] ?? 0;
}

export function u16(bytes: Uint8Array, offset = 0): number {
  within(bytes, offset, 2);
  return (bytes[offset + 1] ?? 0) * 0x100 + (bytes[offset] ?? 0);
}

export function u32(bytes: Uint8Array, offset = 0): number {
  within(bytes, offset, 4);
  return (bytes[offset + 3] ?? 0) * 0x1000000 + (((bytes[offset + 2] ?? 0) << 16) | ((bytes[offset + 1] ?? 0) << 8) | (bytes[offset] ?? 0));
}

export function u64(bytes: Uint8Array, offset = 0): bigint {
  return (BigInt(u32(bytes, offset + 4)) << 32n) | BigInt(u32(bytes, offset));
}

export function be16(bytes: Uint8Array, offset = 0): number {
  return u8(bytes, offset) * 0x100 + u8(bytes, offset + 1);
}

export function be32(bytes: Uint8Array, offset = 0): number {
  return be16(bytes, offset) * 0x10000 + be16(bytes, offset + 2);
}

export function be64(bytes: Uint8Array, offset = 0): bigint {
  return (BigInt(be32(bytes, offset)) << 32n) | BigInt(be32(bytes, offset + 4));
}

const decoder = new TextDecoder();

/** The text up to the first NUL, or all of it. */
export function text(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  const length = end < 0 ? bytes.length : end;
  // Names of links and kinds: few letters, for which a decoder is a long way.
  let short = '';
  if (length > SHORT) return decoder.decode(bytes.subarray(0, length));
  for (let at = 0; at < length; at++) {
    const byte = bytes[at] ?? 0;
    if (byte > 0x7f) return decoder.decode(bytes.subarray(0, length));
    short += String.fromCharCode(byte);
  }
  return short;
}

const SHORT = 16;

/** The messages in what one `recv` gave. Throws `NetlinkFormatError` where a header's length is not that of a message within it. */
export function* messages(buffer: Uint8Array): Generator<NetlinkMessage> {
  let at = 0;
  while (at < buffer.length) {
    within(buffer, at, NLMSG_HDRLEN);
    const length = u32(buffer, at);
    if (length < NLMSG_HDRLEN) throw new NetlinkFormatError(`a message of ${length} bytes, shorter than its header`);
    within(buffer, at, length);
    yield {
      type: u16(buffer, at + 4),
      flags: u16(buffer, at + 6),
      sequence: u32(buffer, at + 8),
      port: u32(buffer, at + 12),
      payload: buffer.subarray(at + NLMSG_HDRLEN, at + length),
    };
    at += aligned(length);
  }
}

/** The attributes from `offset` (behind the family's own header) to the end, in their order. Throws `NetlinkFormatError`. */
export function* attributeList(payload: Uint8Array, offset = 0): Generator<NetlinkAttribute> {
  for (let at = first(payload, offset); at < payload.length; ) {
    const length = lengthAt(payload, at);
    const type = u16(payload, at + 2);
    yield { type: type & NLA_TYPE_MASK, nested: (type & NLA_F_NESTED) !== 0, body: payload.subarray(at + NLA_HDRLEN, at + length) };
    at += aligned(length);
  }
}

function first(payload: Uint8Array, offset: number): number {
  if (offset > payload.length) within(payload, offset, 0);
  return offset;
}

function lengthAt(payload: Uint8Array, at: number): number {
  within(payload, at, NLA_HDRLEN);
  const length = u16(payload, at);
  if (length < NLA_HDRLEN) throw new NetlinkFormatError(`an attribute of ${length} bytes, shorter than its header`);
  within(payload, at, length);
  return length;
}

/** The attributes by type; where a type comes twice the last one holds, as in the kernel's nla_parse. Throws `NetlinkFormatError`. */
export function attributes(payload: Uint8Array, offset = 0): Map<number, Uint8Array> {
  const found = new Map<number, Uint8Array>();
  // As the list above, without an object for each: a link that is told of has fifty.
  for (let at = first(payload, offset); at < payload.length; ) {
    const length = lengthAt(payload, at);
    found.set(u16(payload, at + 2) & NLA_TYPE_MASK, payload.subarray(at + NLA_HDRLEN, at + length));
    at += aligned(length);
  }
  return found;
}

/** Where the attribute of this type begins between two offsets, its header first; the last of several, as above; -1 where there is none. Throws `NetlinkFormatError`. */
export function findAttribute(bytes: Uint8Array, from: number, to: number, type: number): number {
  let found = -1;
  for (let at = from; at < to; ) {
    const length = lengthAt(bytes, at);
    if (at + length > to) throw new NetlinkFormatError(`an attribute of ${length} bytes at ${at}, which reaches beyond ${to}`);
    if ((u16(bytes, at + 2) & NLA_TYPE_MASK) === type) found = at;
    at += aligned(length);
  }
  return found;
}

/** The errno of an NLMSG_ERROR as a positive number, 0 if it is an acknowledgement, undefined if the message is of another type. */
export function errorOf(message: NetlinkMessage): number | undefined {
  if (message.type !== NLMSG_ERROR) return undefined;
  return -(u32(message.payload) | 0) || 0;
}

/** What the kernel says about an error beside its number, on a socket with NETLINK_EXT_ACK. */
export interface ErrorDetail {
  readonly message?: string;
  /** Where the attribute that it refused begins, in bytes from the start of the request's header. */
  readonly offset?: number;
}

/** The extended acknowledgement of an NLMSG_ERROR; empty where there is none. Throws `NetlinkFormatError`. */
export function detailOf(message: NetlinkMessage): ErrorDetail {
  if (message.type !== NLMSG_ERROR || (message.flags & NLM_F_ACK_TLVS) === 0) return {};
  // struct nlmsgerr: the error, the request's header and, unless the answer is capped, the rest of the request.
  const request = (message.flags & NLM_F_CAPPED) === 0 ? aligned(u32(message.payload, 4)) : NLMSG_HDRLEN;
  const found = attributes(message.payload, 4 + request);
  const words = found.get(NLMSGERR_ATTR_MSG);
  const offset = found.get(NLMSGERR_ATTR_OFFS);
  return { ...(words && { message: text(words) }), ...(offset && { offset: u32(offset) }) };
}
