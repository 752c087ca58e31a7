import { isIPv4, isIPv6 } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { familyOf, ipBytes, ipFromBytes, ipFromNumber, ipNumber, isLinkLocal, isLoopback, isMulticast, isUnspecified, parseIp } from './ip.js';
import type { Ip } from './types.js';

const octet = fc.integer({ min: 0, max: 255 });
const bytes4 = fc.uint8Array({ minLength: 4, maxLength: 4 });
// Zeros in rows are what the short form is about.
const bytes6 = fc.array(fc.oneof(fc.constant(0), octet), { minLength: 16, maxLength: 16 }).map((octets) => Uint8Array.from(octets));
const ipish = fc.string({ unit: fc.constantFrom(...'0123456789abcdefABCDEFx.:%/ g'), maxLength: 48 });
// Pieces of addresses, so that most of what is made is nearly one.
const pieces = fc.array(fc.constantFrom(':', '::', '0', '1', 'ffff', 'FE80', '00', '.', '1.2.3.4', '010.0.0.1', '0x1', '%eth0', '255', '256', '1:2:3:4'), {
  maxLength: 9,
});
const anything = fc.oneof(
  ipish,
  pieces.map((each) => each.join('')),
  fc.ipV4(),
  fc.ipV6(),
  fc.string(),
);

describe('parseIp', () => {
  it('takes exactly what inet_pton takes', () => {
    fc.assert(
      fc.property(anything, (text) => {
        const valid = (isIPv4(text) || isIPv6(text)) && !text.includes('%');
        expect(parseIp(text) !== undefined).toBe(valid);
      }),
      { numRuns: 5_000 },
    );
  });

  it('prints IPv6 as a URL does, but for IPv4-mapped addresses', () => {
    fc.assert(
      fc.property(fc.oneof(bytes6.map(ipFromBytes), fc.ipV6()), (text) => {
        const ip = parseIp(text);
        if (ip === undefined || ip.startsWith('::ffff:')) return;
        expect(`[${ip}]`).toBe(new URL(`http://[${text}]/`).hostname);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is the same text when read again', () => {
    fc.assert(
      fc.property(fc.oneof(bytes4, bytes6), (bytes) => {
        const ip = ipFromBytes(bytes);
        expect(parseIp(ip)).toBe(ip);
      }),
    );
  });

  it.each([
    ['2001:DB8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['::FFFF:10.0.0.1', '::ffff:10.0.0.1'],
    ['::ffff:a00:1', '::ffff:10.0.0.1'],
    ['0:0:0:0:0:0:0:0', '::'],
    ['255.255.255.255', '255.255.255.255'],
  ])('reads %s as %s', (text, ip) => expect(parseIp(text)).toBe(ip));

  it.each(['10.1', '10', '0x7f.0.0.1', '0x7f000001', '010.0.0.1', '10.0.0.01', '10.0.0.256', '10.0.0.1/8', ' 10.0.0.1', '10.0.0.1\n', '', 'fe80::1%eth0'])(
    'refuses %j',
    (text) => expect(parseIp(text)).toBeUndefined(),
  );

  it.each(['::ffff:10.1', '::ffff:010.0.0.1', '::ffff:0x0a.0.0.1', '1::2::3', ':1', '1:2:3:4:5:6:7:8:9', '[::1]', '12345::', ':::', '1:2:3:4:5:6:7::8:9'])(
    'refuses %j',
    (text) => expect(parseIp(text)).toBeUndefined(),
  );
});

describe('octets and numbers', () => {
  it('lead back to the address', () => {
    fc.assert(
      fc.property(fc.oneof(bytes4, bytes6), (bytes) => {
        const ip = ipFromBytes(bytes);
        expect(ipBytes(ip)).toEqual(Uint8Array.from(bytes));
        expect(familyOf(ip)).toBe(bytes.length === 4 ? 4 : 6);
        expect(ipFromNumber(ipNumber(ip), familyOf(ip))).toBe(ip);
      }),
    );
  });

  it('count as the octets do, the first the highest', () => {
    fc.assert(
      fc.property(fc.oneof(bytes4, bytes6), (bytes) => {
        const slow = [...bytes].reduce((number, each) => number * 256n + BigInt(each), 0n);
        expect(ipNumber(ipFromBytes(bytes))).toBe(slow);
      }),
    );
  });

  it('refuse what is no address', () => {
    for (const length of [0, 3, 5, 15, 17]) expect(() => ipFromBytes(new Uint8Array(length))).toThrow('octets');
    for (const number of [-1n, 1n << 32n]) expect(() => ipFromNumber(number, 4)).toThrow('no number');
    expect(() => ipFromNumber(1n << 128n, 6)).toThrow('no number');
    expect(ipFromNumber((1n << 128n) - 1n, 6)).toBe('ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff');
  });
});

describe('kinds of addresses', () => {
  const kinds = (text: string) => {
    const ip = parseIp(text) as Ip;
    return [isLinkLocal(ip) && 'link', isMulticast(ip) && 'multicast', isUnspecified(ip) && 'none', isLoopback(ip) && 'loopback'].filter(Boolean).join();
  };

  it.each([
    ['169.253.255.255', ''],
    ['169.254.0.0', 'link'],
    ['169.254.255.255', 'link'],
    ['169.255.0.0', ''],
    ['223.255.255.255', ''],
    ['224.0.0.0', 'multicast'],
    ['239.255.255.255', 'multicast'],
    ['240.0.0.0', ''],
    ['126.255.255.255', ''],
    ['127.0.0.0', 'loopback'],
    ['127.255.255.255', 'loopback'],
    ['128.0.0.0', ''],
    ['0.0.0.0', 'none'],
    ['0.0.0.1', ''],
    ['::', 'none'],
    ['::1', 'loopback'],
    ['::2', ''],
    ['fe7f::', ''],
    ['fe80::', 'link'],
    ['febf:ffff::', 'link'],
    ['fec0::', ''],
    ['feff::', ''],
    ['ff00::', 'multicast'],
    ['ff02::1', 'multicast'],
    ['::ffff:127.0.0.1', ''],
  ])('%s: %j', (text, kind) => expect(kinds(text)).toBe(kind));
});
