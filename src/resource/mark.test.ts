import { describe, expect, it } from 'vitest';
import type { Mac } from '../ip/types.js';
import type { LinkResource } from './resource.js';
import { aliasOf, givenOf, instanceOf, mayDelete, nameOf } from './mark.js';

const instance = { id: 'x', group: 9 };
const mac = '02:00:00:00:00:01' as Mac;

describe('the mark of a link', () => {
  it('says what its description gave, where that is not the usual', () => {
    const bridge: LinkResource = { kind: 'link', in: 'host', name: 'br', spec: { type: 'bridge' } };
    const veth: LinkResource = { ...bridge, spec: { type: 'veth', peer: { in: 'ns/a', name: 'eth0', mac } } };
    expect(aliasOf(instance, { ...bridge, mac })).toBe('fairlead:x br');
    expect(aliasOf(instance, { ...veth, mac })).toBe('fairlead:x br');
    for (const [link, given] of [
      [
        { ...bridge, mac },
        { mac: true, peerMac: true, mtu: false, underlay: false, vlans: false },
      ],
      [bridge, { mac: false, peerMac: false, mtu: false, underlay: false, vlans: false }],
      [veth, { mac: false, peerMac: true, mtu: false, underlay: false, vlans: false }],
      [
        { ...veth, mac, vlans: [] },
        { mac: true, peerMac: true, mtu: false, underlay: false, vlans: true },
      ],
      [
        { ...veth, mac, mtu: 1500 },
        { mac: true, peerMac: true, mtu: true, underlay: false, vlans: false },
      ],
    ] as const) {
      expect(givenOf(instance, { alias: aliasOf(instance, link) })).toEqual(given);
      expect(nameOf(instance, { name: 'hugo', alias: aliasOf(instance, link) })).toBe('br');
    }
  });

  it('is the id, whatever became of the group, and not another instance’s', () => {
    expect(givenOf(instance, { alias: 'fairlead:x' })).toBeDefined();
    expect(givenOf(instance, { alias: 'fairlead:xy' })).toBeUndefined();
    expect(givenOf(instance, {})).toBeUndefined();
    expect([instanceOf('fairlead:xy br mac'), instanceOf('uplink'), instanceOf(undefined)]).toEqual(['xy', undefined, undefined]);
  });

  it('lets a link go that was made and not yet named, and no other’s', () => {
    expect(mayDelete(instance, { group: 9 })).toBe(true);
    expect(mayDelete(instance, { group: 9, alias: 'fairlead:x br mac' })).toBe(true);
    expect(mayDelete(instance, { group: 8, alias: 'fairlead:x' })).toBe(true);
    expect(mayDelete(instance, { group: 9, alias: 'fairlead:y' })).toBe(false);
    expect(mayDelete(instance, { group: 0 })).toBe(false);
  });
});
