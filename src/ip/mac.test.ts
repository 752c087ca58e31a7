import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isLinkLocal, parseIp } from './ip.js';
import { linkLocalFromMac, macBytes, macFromBytes, macFromIp, parseMac, randomMac } from './mac.js';
import type { Ip, Mac } from './types.js';

const six = fc.uint8Array({ minLength: 6, maxLength: 6 });

describe('parseMac', () => {
  it('reads all three forms, whatever the case', () => {
    fc.assert(
      fc.property(six, fc.boolean(), (bytes, upper) => {
        const hex = Buffer.from(bytes).toString('hex');
        const pairs = hex.match(/../g) ?? [];
        const mac = pairs.join(':');
        for (const form of [mac, pairs.join('-'), (hex.match(/..../g) ?? []).join('.')]) expect(parseMac(upper ? form.toUpperCase() : form)).toBe(mac);
        expect(macBytes(mac as Mac)).toEqual(Uint8Array.from(bytes));
        expect(macFromBytes(bytes)).toBe(mac);
      }),
    );
  });

  it('never throws, and gives only the canonical form', () => {
    const near = fc.string({ unit: fc.constantFrom(...'0189abfFgx:-. '), maxLength: 18 });
    fc.assert(
      fc.property(fc.oneof(fc.string(), near), (text) => {
        const mac = parseMac(text);
        if (mac !== undefined) expect(mac).toMatch(/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each(['', '02:42:0a:00:00', '02:42:0a:00:00:09:01', '2:42:a:0:0:9', '02:42-0a:00:00:09', '02420a000009', '02:42:0a:00:00:0g', '02:42:0a:00:00:09\n'])(
    'refuses %j',
    (text) => expect(parseMac(text)).toBeUndefined(),
  );

  it('refuses octets that are not six', () => {
    for (const length of [0, 5, 7]) expect(() => macFromBytes(new Uint8Array(length))).toThrow('octets');
  });
});

describe('addresses that are made', () => {
  it('are of one interface, and locally administered', () => {
    const made = Array.from({ length: 500 }, randomMac);
    for (const mac of made) expect((macBytes(mac)[0] ?? 0) & 3).toBe(2);
    expect(new Set(made).size).toBe(500);
  });

  it('come from an IP address as Docker makes them', () => {
    expect(macFromIp(parseIp('172.17.0.2') as Ip)).toBe('02:42:ac:11:00:02');
    expect(macFromIp(parseIp('fd00::a:b') as Ip)).toBe('02:42:00:0a:00:0b');
  });

  it('give the link-local address of RFC 4291', () => {
    expect(linkLocalFromMac('34:56:78:9a:bc:de' as Mac)).toBe('fe80::3656:78ff:fe9a:bcde');
    expect(linkLocalFromMac('02:42:ac:11:00:02' as Mac)).toBe('fe80::42:acff:fe11:2');
    fc.assert(
      fc.property(six, (bytes) => {
        const ip = linkLocalFromMac(macFromBytes(bytes));
        expect(isLinkLocal(ip) && parseIp(ip) === ip).toBe(true);
      }),
    );
  });
});
