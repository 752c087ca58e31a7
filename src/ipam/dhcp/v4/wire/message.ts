import { ipBytes, ipFromBytes, isUnspecified } from '../../../../ip/ip.js';
import { macBytes, macFromBytes } from '../../../../ip/mac.js';
import type { Ip, Mac } from '../../../../ip/types.js';
import { BOOTREPLY, BOOTREQUEST, BROADCAST_FLAG, ETHERNET, MAC_OCTETS, MAGIC, OPTION } from './constants.js';

/** What a client sends: RFC 2131 §2. What is left out is 0. */
export interface Request {
  /** What an answer is known by, 32 bits. */
  readonly xid: number;
  /** Seconds since the client began to ask. */
  readonly seconds: number;
  readonly broadcast: boolean;
  /** The address that the client has and answers at. */
  readonly ciaddr?: Ip;
  readonly mac: Mac;
  /** In the order in which they are written; none is longer than 255 octets. */
  readonly options: ReadonlyMap<number, Uint8Array>;
}

/** What a server answers. */
export interface Reply {
  readonly xid: number;
  /** The address that it gives. */
  readonly yiaddr: Ip;
  readonly mac: Mac;
  /** Those that came in parts are whole. */
  readonly options: ReadonlyMap<number, Uint8Array>;
}

// Where fields are: RFC 2131 §2, figure 1.
const AT = { htype: 1, hlen: 2, xid: 4, secs: 8, flags: 10, ciaddr: 12, yiaddr: 16, giaddr: 24, chaddr: 28, sname: 44, file: 108, magic: 236, options: 240 };
// What is shorter is thrown away by old servers and relays (RFC 1542 §2.1).
const LEAST = 300;

/** The octets of a request. */
export function encodeRequest({ xid, seconds, broadcast, ciaddr, mac, options }: Request): Uint8Array {
  const size = [...options.values()].reduce((sum, { length }) => sum + 2 + length, AT.options + 1);
  const bytes = new Uint8Array(Math.max(LEAST, size));
  const view = new DataView(bytes.buffer);
  bytes.set([BOOTREQUEST, ETHERNET, MAC_OCTETS]);
  view.setUint32(AT.xid, xid);
  view.setUint16(AT.secs, Math.min(seconds, 0xffff));
  view.setUint16(AT.flags, broadcast ? BROADCAST_FLAG : 0);
  if (ciaddr !== undefined) bytes.set(ipBytes(ciaddr), AT.ciaddr);
  bytes.set(macBytes(mac), AT.chaddr);
  view.setUint32(AT.magic, MAGIC);
  let at = AT.options;
  for (const [code, value] of options) {
    bytes.set([code, value.length, ...value], at);
    at += 2 + value.length;
  }
  bytes[at] = OPTION.end;
  return bytes;
}

/** What a server reads of a request. */
export interface Asking extends Pick<Request, 'xid' | 'broadcast' | 'mac' | 'options'> {
  /** 0.0.0.0 where the client has none yet. */
  readonly ciaddr: Ip;
}

/** Reads a request that came from the segment itself, past no relay. `undefined` for what is none. Takes any octets. */
export function readRequest(bytes: Uint8Array): Asking | undefined {
  const read = readMessage(bytes, BOOTREQUEST);
  const address = (at: number): Ip => ipFromBytes(bytes.subarray(at, at + 4));
  if (!read || !isUnspecified(address(AT.giaddr))) return undefined;
  const flags = ((bytes[AT.flags] ?? 0) << 8) | (bytes[AT.flags + 1] ?? 0);
  return { xid: read.xid, broadcast: (flags & BROADCAST_FLAG) !== 0, ciaddr: address(AT.ciaddr), mac: read.mac, options: read.options };
}

/** The octets of a server's answer to a request. */
export function encodeReply({ xid, broadcast, ciaddr, mac }: Asking, { yiaddr, options }: Pick<Reply, 'yiaddr' | 'options'>): Uint8Array {
  const bytes = encodeRequest({ xid, seconds: 0, broadcast, ciaddr, mac, options });
  bytes[0] = BOOTREPLY;
  bytes.set(ipBytes(yiaddr), AT.yiaddr);
  return bytes;
}

/** Reads an answer. `undefined` for what is none. Takes any octets. */
export const readReply = (bytes: Uint8Array): Reply | undefined => readMessage(bytes, BOOTREPLY);

function readMessage(bytes: Uint8Array, kind: number): Reply | undefined {
  if (bytes.length < AT.options || bytes[0] !== kind || bytes[AT.htype] !== ETHERNET || bytes[AT.hlen] !== MAC_OCTETS) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (view.getUint32(AT.magic) !== MAGIC) return undefined;
  const options = readOptions(bytes);
  return (
    options && {
      xid: view.getUint32(AT.xid),
      yiaddr: ipFromBytes(bytes.subarray(AT.yiaddr, AT.yiaddr + 4)),
      mac: macFromBytes(bytes.subarray(AT.chaddr, AT.chaddr + MAC_OCTETS)),
      options,
    }
  );
}

// Options may go on in two fields that are of no other use then (RFC 2132 §9.3), in this order (RFC 3396 §5).
function readOptions(bytes: Uint8Array): ReadonlyMap<number, Uint8Array> | undefined {
  const options = new Map<number, Uint8Array>();
  if (!gather(bytes.subarray(AT.options), options)) return undefined;
  const overload = options.get(OPTION.overload)?.[0] ?? 0;
  if ((overload & 1) !== 0 && !gather(bytes.subarray(AT.file, AT.magic), options)) return undefined;
  if ((overload & 2) !== 0 && !gather(bytes.subarray(AT.sname, AT.file), options)) return undefined;
  return options;
}

// Of one code that comes again the parts are put together (RFC 3396 §7). False where an option ends behind the end.
function gather(bytes: Uint8Array, options: Map<number, Uint8Array>): boolean {
  for (let at = 0; at < bytes.length; ) {
    const code = bytes[at] as number;
    if (code === OPTION.end) return true;
    at++;
    if (code === OPTION.pad) continue;
    const length = bytes[at];
    if (length === undefined || at + 1 + length > bytes.length) return false;
    const [before, part] = [options.get(code), bytes.slice(at + 1, at + 1 + length)];
    options.set(code, before === undefined ? part : Uint8Array.of(...before, ...part));
    at += 1 + length;
  }
  return true;
}
