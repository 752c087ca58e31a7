import fc from 'fast-check';
import { expect, it } from 'vitest';
import { NetlinkFormatError } from './netlink/reader.js';
import { Writer } from './netlink/writer.js';
import { getWaiting, waitingSocket } from './waiting-sockets.js';

const bytes = (family: 4 | 6, protocol: 'tcp' | 'udp') => {
  const w = new Writer();
  getWaiting(family, protocol)(w, 7, 0x301);
  return Buffer.from(w.take()).toString('hex');
};
// struct inet_diag_msg: what comes before the addresses, both of them, and the rest.
const told = (family: number, port: number, address: readonly number[]): Uint8Array =>
  Uint8Array.from([family, 10, 0, 0, port >> 8, port & 0xff, 0, 0, ...address, ...Array<number>(64 - address.length).fill(0)]);

it('asks for sockets of TCP that listen, and for those of UDP without a peer', () => {
  const nobody = '0'.repeat(96);
  expect(bytes(4, 'tcp')).toBe(`48000000140001030700000000000000${'0206000000040000'}${nobody}`);
  expect(bytes(6, 'udp')).toBe(`48000000140001030700000000000000${'0a11000080000000'}${nobody}`);
});

it('reads where they wait', () => {
  expect(waitingSocket(told(2, 8080, [127, 0, 0, 1]), 'tcp')).toEqual({ protocol: 'tcp', address: '127.0.0.1', port: 8080 });
  expect(waitingSocket(told(10, 53, Array<number>(16).fill(0)), 'udp')).toEqual({ protocol: 'udp', address: '::', port: 53 });
  expect(() => waitingSocket(told(2, 1, [0, 0, 0, 0]).subarray(0, 71), 'tcp')).toThrow(NetlinkFormatError);
  expect(() => waitingSocket(told(1, 1, [0, 0, 0, 0]), 'tcp')).toThrow(NetlinkFormatError);
});

it('takes nothing for a socket that is none', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 90 }), (payload) => {
      try {
        expect(waitingSocket(payload, 'tcp').port).toBeLessThan(65_536);
      } catch (error) {
        expect(error).toBeInstanceOf(NetlinkFormatError);
      }
    }),
  );
});
