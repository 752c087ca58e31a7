import fc from 'fast-check';
import { expect, it } from 'vitest';
import { interfaceAddress, splitInterfaceAddress } from './interface-address.js';
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
