import type { networkInterfaces } from 'node:os';
import { expect, it } from 'vitest';
import { hostNameOf, ownAddress } from './own-address.js';

const links = {
  eth0: [{ address: 'fe80::1' }, { address: '192.0.2.1' }, { address: '2001:db8::1' }],
  eth1: [{ address: '2001:db8::2' }],
  lo: [{ address: '127.0.0.1' }],
} as unknown as ReturnType<typeof networkInterfaces>;

it.each([
  ['', '192.0.2.1'],
  ['eth1', '2001:db8::2'],
  ['198.51.100.7', '198.51.100.7'],
  ['eth9', 'eth9'],
])('finds of %j that others reach this host at %s', (wanted, address) => {
  expect(ownAddress(wanted, links)).toBe(address);
});

it('leaves it to the default route where there is no eth0', () => {
  expect(ownAddress('', {})).toBeUndefined();
});

it('makes a name of an address of either family', () => {
  expect([hostNameOf('192.0.2.1'), hostNameOf('2001:db8::2')]).toEqual(['192.0.2.1', '2001-db8--2']);
});
