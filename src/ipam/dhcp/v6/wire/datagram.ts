import type { Datagram } from '../../wire/datagram.js';
import { encodePacket, readPacket } from './packet.js';

// RFC 768; RFC 8200 §8.1: over IPv6 the checksum is always there.
const [UDP, HEADER, CHECKSUM, HOPS] = [17, 8, 6, 64];

/** The octets of a frame. */
export function encodeDatagram6({ from, to, body }: Datagram): Uint8Array {
  const whole = new Uint8Array(HEADER + body.length);
  const view = new DataView(whole.buffer);
  view.setUint16(0, from.port);
  view.setUint16(2, to.port);
  view.setUint16(4, whole.length);
  whole.set(body, HEADER);
  return encodePacket({ from, to, protocol: UDP, hops: HOPS, body: whole }, CHECKSUM);
}

/** Reads a frame. `undefined` for what is none. Takes any octets. */
export function readDatagram6(bytes: Uint8Array): Datagram | undefined {
  const packet = readPacket(bytes, UDP, CHECKSUM);
  if (packet === undefined) return undefined;
  const { body, from, to } = packet;
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  if (view.getUint16(4) !== body.length) return undefined;
  return { from: { ...from, port: view.getUint16(0) }, to: { ...to, port: view.getUint16(2) }, body: body.subarray(HEADER) };
}
