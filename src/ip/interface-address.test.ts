import fc from 'fast-check';
import { expect, it } from 'vitest';
import { interfaceAddress, parseInterfaceAddress, splitInterfaceAddress } from './interface-address.js';
import { ipFromBytes } from './ip.js';
import { knownPrefix } from './prefix.js';
import type { Ip } from './types.js';

it('is the address with the length, or that of the network', () => {
  expect(interfaceAddress('10.0.0.2' as Ip, 24)).toBe('10.0.0.2/24');
  expect(interfaceAddress('fd00::2' as Ip, knownPrefix('fd00::/64'))).toBe('fd00::2/64');
});

it('splits into what it was made of', () => {
  const octets = fc.oneof(fc.uint8Array({ minLength: 4, maxLength: 4 }), fc.uint8Array({ minLength: 16, maxLength: 16 }));
  fc.assert(
    fc.property(octets, fc.integer({ min: 0, max: 32 }), (bytes, length) => {
      const ip = ipFromBytes(bytes);
      expect(splitInterfaceAddress(interfaceAddress(ip, length))).toEqual({ ip, length });
    }),
  );
});

it('reads what it prints, and nothing else', () => {
  expect(parseInterfaceAddress('10.0.0.2/24')).toBe('10.0.0.2/24');
  expect(parseInterfaceAddress('FD00:0::2/64')).toBe('fd00::2/64');
  for (const wrong of ['', '/', '10.0.0.2', '10.0.0.2/', '10.0.0.2/33', '10.0.0.2/024', '10.0.0.2/24/1', 'fd00::2/129', '10.0.0/24', '10.0.0.2/-1'])
    expect(parseInterfaceAddress(wrong)).toBe(undefined);
});
