import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import type { Mac } from '../ip/types.js';
import { commands } from './commands.js';
import { isBorrowed } from './borrow.js';
import { order } from './order.js';
import { askedOfMoved, movedAsIs, movedMark, readMovedMark, rememberedMoved } from './moved.js';
import type { MovedResource, Operation, Resource } from './resource.js';

const card: MovedResource = {
  kind: 'moved',
  in: 'host',
  link: 'enp3s0f0v1',
  to: { in: 'ns/box', name: 'eth0' },
  mac: '02:00:00:00:00:07' as Mac,
  mtu: 9000,
  vf: { pf: 'enp3s0f0', index: 1, vlan: 100, qos: 3, spoofCheck: true, trust: false, state: 'auto', maxRate: 1000 },
};
const past = { at: 'host', name: 'enp3s0f0v1', mac: null, mtu: 1500, up: false, addresses: [] } as const;

describe('a moved link', () => {
  it('is given and taken back by these commands', () => {
    expect(commands([{ do: 'create', resource: card }])).toEqual([
      'ip link set enp3s0f0 vf 1 vlan 100 qos 3',
      'ip link set enp3s0f0 vf 1 spoofchk on',
      'ip link set enp3s0f0 vf 1 trust off',
      'ip link set enp3s0f0 vf 1 state auto',
      'ip link set enp3s0f0 vf 1 max_tx_rate 1000',
      'ip link set enp3s0f0v1 netns box name eth0',
      'ip -n box link set eth0 address 02:00:00:00:00:07',
      'ip -n box link set eth0 mtu 9000',
      'ip -n box link set eth0 addrgenmode none',
    ]);
    expect(commands([{ do: 'delete', resource: card }])).toEqual(['ip -n box link set eth0 netns 1 name enp3s0f0v1']);
  });

  it('is given after the namespace is made and before what is on it, and comes home before that ends', () => {
    const all: readonly Resource[] = [
      { kind: 'up', in: 'ns/box', link: 'eth0' },
      card,
      { kind: 'functions', in: 'host', link: 'enp3s0f0', count: 2 },
      { kind: 'namespace', in: 'ns/box' },
    ];
    const kinds = (how: 'create' | 'delete') =>
      order(all.map((resource): Operation => ({ do: how, resource }))).map((each) => (each.do === 'change' ? '' : each.resource.kind));
    expect(kinds('create')).toEqual(['namespace', 'functions', 'moved', 'up']);
    // That it is up ends with its leaving.
    expect(kinds('delete')).toEqual(['moved', 'functions', 'namespace']);
  });

  it('is borrowed, and known by what was written down', () => {
    expect(isBorrowed(card)).toBe(true);
    const { mac: _, mtu: __, ...asked } = card;
    expect(askedOfMoved(card.link, rememberedMoved(past, card))).toEqual(asked);
  });

  it('is what was asked of it, where it is in its sandbox', () => {
    expect(movedAsIs(card, past)).toBeUndefined();
    const inside = { ...past, at: 'inside', name: 'other', mac: '02:00:00:00:00:08' as Mac, vf: { pf: 'enp3s0f0', index: 1, vlan: 7, trust: true } } as const;
    const is = movedAsIs(card, inside);
    expect(is).toMatchObject({ to: { name: 'other' }, mac: '02:00:00:00:00:08', mtu: 1500, vf: { vlan: 7, qos: 3, trust: true } });
  });

  it('carries a mark that says where it is and where it belongs, and nobody else’s alias is one', () => {
    const mark = movedMark({ id: 'abc' }, card);
    expect(readMovedMark(mark)).toEqual({ instance: 'abc', to: card.to, link: card.link });
    fc.assert(fc.property(fc.string(), (text) => (text === mark ? true : readMovedMark(text) === undefined || text.startsWith('fairlead-moved:'))));
    expect(['fairlead:abc eth0', 'fairlead-moved:abc host eth0 eth1', 'fairlead-moved:abc ns/box eth0', ''].map(readMovedMark)).toEqual(
      Array.from({ length: 4 }, () => undefined),
    );
  });
});
