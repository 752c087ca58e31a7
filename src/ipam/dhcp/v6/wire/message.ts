import { encodeOptions, type Options, readOptions } from './options.js';

/** A message between client and server: RFC 8415 §8. */
export interface Message {
  readonly type: number;
  /** What an answer is known by, 24 bits. */
  readonly xid: number;
  readonly options: Options;
}

const HEADER = 4;

/** The octets of a message. */
export function encodeMessage({ type, xid, options }: Message): Uint8Array {
  const rest = encodeOptions(options);
  const bytes = new Uint8Array(HEADER + rest.length);
  new DataView(bytes.buffer).setUint32(0, type * 2 ** 24 + xid);
  bytes.set(rest, HEADER);
  return bytes;
}

/** Reads one. `undefined` for what is none. Takes any octets. */
export function readMessage(bytes: Uint8Array): Message | undefined {
  if (bytes.length < HEADER) return undefined;
  const first = new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint32(0);
  const options = readOptions(bytes.subarray(HEADER));
  return options && { type: first >>> 24, xid: first & 0xff_ffff, options };
}
