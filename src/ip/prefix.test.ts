import { BlockList } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { familyOf, ipBytes, ipFromBytes, ipFromNumber, ipNumber } from './ip.js';
import {
  bitsOf,
  broadcast,
  contains,
  firstOf,
  knownPrefix,
  lastOf,
  makePrefix,
  networkAddress,
  overlaps,
  parsePrefix,
  parsePrefixLoose,
  prefixFamily,
  prefixLength,
  prefixParts,
  sizeOf,
  subnets,
} from './prefix.js';
import type { Ip, Prefix } from './types.js';

const ip = fc.oneof(fc.uint8Array({ minLength: 4, maxLength: 4 }), fc.uint8Array({ minLength: 16, maxLength: 16 })).map(ipFromBytes);
// Few different bits, so that prefixes and addresses meet.
const near = fc.oneof(
  fc.bigInt(0n, 15n).map((n) => ipFromNumber((10n << 24n) + (n << 6n), 4)),
  fc.bigInt(0n, 15n).map((n) => ipFromNumber((0xfdn << 120n) + (n << 62n), 6)),
);
const prefixAt = (address: Ip, part: number): Prefix => makePrefix(familyOf(address), ipNumber(address), Math.floor(part * bitsOf(familyOf(address))));
const prefix = fc.tuple(fc.oneof(ip, near), fc.double({ min: 0, max: 1, noNaN: true })).map(([address, part]) => prefixAt(address, part));
const closePrefix = fc.tuple(near, fc.double({ min: 0.4, max: 1, noNaN: true })).map(([address, part]) => prefixAt(address, part));

const bit = (bytes: Uint8Array, index: number) => ((bytes[index >> 3] ?? 0) >> (7 - (index & 7))) & 1;
const inside = (outer: Prefix, address: Ip) => {
  const list = new BlockList();
  list.addSubnet(networkAddress(outer), prefixLength(outer), prefixFamily(outer) === 4 ? 'ipv4' : 'ipv6');
  return familyOf(address) === prefixFamily(outer) && list.check(address, familyOf(address) === 4 ? 'ipv4' : 'ipv6');
};

describe('parsePrefix', () => {
  it('takes an address and a length exactly when no bit behind it is set', () => {
    fc.assert(
      fc.property(ip, fc.integer({ min: 0, max: 140 }), (address, length) => {
        const bits = bitsOf(familyOf(address));
        const bytes = ipBytes(address);
        const clean = Array.from({ length: Math.max(bits - length, 0) }, (_, index) => bit(bytes, length + index)).every((each) => each === 0);
        expect(parsePrefix(`${address}/${length}`)).toBe(length <= bits && clean ? `${address}/${length}` : undefined);
      }),
    );
  });

  it('reads its own text again', () => {
    fc.assert(fc.property(prefix, (each) => void expect(parsePrefix(each)).toBe(each)));
  });

  it('never throws, and says only what it can say again', () => {
    const pieces = fc.array(fc.constantFrom('10.0.0.0', '::', 'fd00::', '/', '8', '24', '032', '129', '-1', ' ', '%1', '1e1', '.', ''), { maxLength: 6 });
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          pieces.map((each) => each.join('')),
        ),
        (text) => {
          const strict = parsePrefix(text);
          const loose = parsePrefixLoose(text);
          if (strict !== undefined) expect(loose).toBe(strict);
          if (loose !== undefined) expect(parsePrefix(loose)).toBe(loose);
        },
      ),
      { numRuns: 3_000 },
    );
  });

  it.each([
    '10.0.0.0',
    '10.0.0.0/',
    '10.0.0.0/08',
    '10.0.0.0/33',
    '10.0.0.0/+8',
    '10.0.0.0/8/8',
    '10/8',
    '::/129',
    '::/1e1',
    '::/ 8',
    '/8',
    '10.0.0.0/255.0.0.0',
  ])('refuses %j, loosely too', (text) => {
    expect(parsePrefix(text)).toBeUndefined();
    expect(parsePrefixLoose(text)).toBeUndefined();
    expect(() => knownPrefix(text)).toThrow('no prefix');
  });

  it('clears host bits only loosely', () => {
    expect(parsePrefix('10.0.0.7/24')).toBeUndefined();
    expect(parsePrefixLoose('10.0.0.7/24')).toBe('10.0.0.0/24');
    expect(parsePrefix('FD00:0:0::/64')).toBe('fd00::/64');
    expect(parsePrefixLoose('fd00::1/64')).toBe('fd00::/64');
    expect(parsePrefixLoose('255.255.255.255/0')).toBe('0.0.0.0/0');
  });
});

describe('what a prefix says', () => {
  it('is one thing however it is asked', () => {
    fc.assert(
      fc.property(prefix, (each) => {
        const { family, base, length } = prefixParts(each);
        expect([family, base, length]).toEqual([prefixFamily(each), firstOf(each), prefixLength(each)]);
        expect(makePrefix(family, base, length)).toBe(each);
        expect(ipNumber(networkAddress(each))).toBe(base);
        expect(lastOf(each) - base + 1n).toBe(sizeOf(each));
        expect(sizeOf(each)).toBe(2n ** BigInt(bitsOf(family) - length));
        expect(contains(each, ipFromNumber(lastOf(each), family))).toBe(true);
      }),
    );
  });

  it('knows the broadcast address of IPv4 where there is one', () => {
    expect(broadcast(knownPrefix('10.0.0.0/24'))).toBe('10.0.0.255');
    expect(broadcast(knownPrefix('10.0.0.4/30'))).toBe('10.0.0.7');
    for (const none of ['10.0.0.4/31', '10.0.0.4/32', 'fd00::/64']) expect(broadcast(knownPrefix(none))).toBeUndefined();
  });

  it('is made only with a length of its family', () => {
    for (const length of [-1, 33, 1.5, Number.NaN]) expect(() => makePrefix(4, 0n, length)).toThrow('bits');
    expect(() => makePrefix(4, 1n << 32n, 8)).toThrow('no number');
    expect(makePrefix(4, 0x0a0000ffn, 24)).toBe('10.0.0.0/24');
  });
});

describe('contains and overlaps', () => {
  it('find addresses as the block list of node:net does', () => {
    fc.assert(
      fc.property(closePrefix, near, ip, (outer, close, far) => {
        for (const address of [close, far]) expect(contains(outer, address)).toBe(inside(outer, address));
      }),
      { numRuns: 1_000 },
    );
  });

  it('find prefixes by their ends', () => {
    fc.assert(
      fc.property(closePrefix, closePrefix, (a, b) => {
        const same = prefixFamily(a) === prefixFamily(b);
        expect(contains(a, b)).toBe(same && firstOf(a) <= firstOf(b) && lastOf(b) <= lastOf(a));
        expect(overlaps(a, b)).toBe(same && firstOf(a) <= lastOf(b) && firstOf(b) <= lastOf(a));
        expect(overlaps(b, a)).toBe(overlaps(a, b));
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('subnets', () => {
  it('tile the prefix, in order', () => {
    fc.assert(
      fc.property(closePrefix, fc.integer({ min: 0, max: 6 }), (outer, more) => {
        const length = Math.min(prefixLength(outer) + more, bitsOf(prefixFamily(outer)));
        let next = firstOf(outer);
        for (const inner of subnets(outer, length)) {
          expect([firstOf(inner), prefixLength(inner)]).toEqual([next, length]);
          next = lastOf(inner) + 1n;
        }
        expect(next).toBe(lastOf(outer) + 1n);
      }),
    );
  });

  it('are none where the length is shorter than its own', () => {
    expect([...subnets(knownPrefix('10.0.0.0/24'), 16)]).toEqual([]);
    expect([...subnets(knownPrefix('10.0.0.0/30'), 31)]).toEqual(['10.0.0.0/31', '10.0.0.2/31']);
  });
});
