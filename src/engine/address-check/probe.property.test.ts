import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ipFromNumber, isUnspecified } from '../../ip/ip.js';
import { macFromBytes } from '../../ip/mac.js';
import type { Ip } from '../../ip/types.js';
import { claimOf, probe } from './probe.js';

const mac = fc.uint8Array({ minLength: 6, maxLength: 6 }).map(macFromBytes);
const ip: fc.Arbitrary<Ip> = fc.oneof(
  fc.integer({ min: 1, max: 0xffff_ffff }).map((number) => ipFromNumber(BigInt(number), 4)),
  fc.bigInt({ min: 2n, max: 2n ** 128n - 1n }).map((number) => ipFromNumber(number, 6)),
);

describe('a question whether somebody has an address', () => {
  it('is a claim of who asks to whoever hears it', () => {
    fc.assert(
      fc.property(ip, mac, (address, from) => {
        expect(claimOf(probe(address, from))).toEqual({ ip: address, mac: from });
      }),
    );
  });

  it('cut short is nothing, and any octets hurt nobody', () => {
    fc.assert(
      fc.property(ip, mac, fc.nat(41), (address, from, length) => {
        expect(claimOf(probe(address, from).subarray(0, length))).toBeUndefined();
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => {
        const claim = claimOf(bytes);
        if (claim) expect(isUnspecified(claim.ip)).toBe(false);
      }),
    );
  });
});
