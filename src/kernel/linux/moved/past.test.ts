import { describe, expect, it } from 'vitest';
import type { Facts } from '../../../base/json.js';
import { readPast } from './past.js';

const PAST: Facts = {
  at: 'host',
  index: 3,
  device: 'pci/0000:03:00.0',
  type: null,
  name: 'eth1',
  mac: '02:00:00:00:00:07',
  mtu: 1500,
  up: true,
  alias: 'to the provider',
  generation: 0,
  addresses: ['192.0.2.7/24'],
  kept: { at: 77, belongings: [{ kind: 'address', text: '192.0.2.7/24', told: '0218800003000000', automatic: false }], nexthops: ['00'], groups: [] },
  settings: { 'ipv4/conf/forwarding': '1' },
  traits: { numbers: { group: 5, promisc: 1 }, altnames: ['enp3s0'] },
  vf: { pf: 'eth0', index: 1, vlan: 7, trust: true, state: 'auto', mac: '02:00:00:00:00:08' },
};

describe('what was written down of a link', () => {
  it('is read as it was', () => {
    expect(readPast(PAST)).toEqual(PAST);
    expect(readPast({ ...PAST, asked: { to: 'ns/x' } })).toEqual(PAST);
  });

  it.each([
    ['nothing', undefined],
    ['no place', { ...PAST, at: 'there' }],
    ['no number', { ...PAST, index: -1 }],
    ['a number that is text', { ...PAST, index: '3' }],
    ['no MTU', { ...PAST, mtu: 1 }],
    ['no name', { ...PAST, name: null }],
  ] as readonly (readonly [string, Facts | undefined])[])('is nothing where it has %s', (_, was) => {
    expect(readPast(was)).toBeUndefined();
  });

  it('is without what makes no sense, and has the rest', () => {
    const hostile: Facts = {
      ...PAST,
      mac: 'x',
      up: 'yes',
      generation: 4000,
      device: 7,
      kept: { at: 1e300, belongings: [{ kind: 'rule', text: '', told: '00' }, { kind: 'route', text: '', told: 'zz' }, null], nexthops: ['0', 7], groups: 'x' },
      settings: { 'ipv4/conf/forwarding': '1\n2', 'ipv4/conf/rp_filter': 2, 'ipv6/conf/mtu': '1500' },
      traits: { numbers: { group: -1, promisc: 1.5, txqueuelen: 9, wings: 2 }, altnames: ['', 'a'.repeat(200), 'fine'] },
      vf: { pf: 'eth0', index: 1, vlan: 'seven', state: 'odd', trust: 1 },
    };
    expect(readPast(hostile)).toMatchObject({
      mac: null,
      up: false,
      generation: null,
      device: null,
      kept: { at: 0, belongings: [], nexthops: [], groups: [] },
      settings: { 'ipv6/conf/mtu': '1500' },
      traits: { numbers: { txqueuelen: 9 }, altnames: ['fine'] },
      vf: { pf: 'eth0', index: 1 },
    });
  });
});
