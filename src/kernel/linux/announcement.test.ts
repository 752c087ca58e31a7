import { describe, expect, it } from 'vitest';
import type { Ip, Mac } from '../../ip/types.js';
import { announcement } from './announcement.js';

const mac = '02:00:00:00:00:09' as Mac;
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

describe('an announcement', () => {
  it('of IPv4 is a request for the own address, to everybody (RFC 5227)', () => {
    expect(hex(announcement('10.64.0.9' as Ip, mac))).toBe(
      `${'f'.repeat(12)}0200000000090806${'0001080006040001'}0200000000090a400009${'0'.repeat(12)}0a400009`,
    );
  });

  it('of IPv6 is an advertisement to all nodes that overrides (RFC 4861), its checksum right', () => {
    const frame = announcement('fd64::9' as Ip, mac);
    expect(frame).toHaveLength(14 + 40 + 32);
    const [ethernet, source, target] = [hex(frame.subarray(0, 14)), hex(frame.subarray(22, 38)), hex(frame.subarray(38, 54))];
    expect([ethernet, source, target]).toEqual(['33330000000102000000000986dd', 'fd640000000000000000000000000009', `ff02${'0'.repeat(27)}1`]);
    expect(hex(frame.subarray(14, 22))).toBe('6000000000203aff');
    const message = frame.subarray(54);
    expect(hex(message).replace(/^(8800)..../, '$1____')).toBe('8800____20000000fd6400000000000000000000000000090201020000000009');
    // RFC 1071: over the pseudo header and the message, checksum included, the sum is all ones.
    const summed = [...frame.subarray(22, 54), 0, 0, 0, 32, 0, 0, 0, 58, ...message];
    let sum = 0;
    for (let at = 0; at < summed.length; at += 2) sum += (summed[at] ?? 0) * 256 + (summed[at + 1] ?? 0);
    expect((sum & 0xffff) + Math.floor(sum / 0x10000)).toBe(0xffff);
  });
});
