import { describe, expect, it } from 'vitest';
import type { ParentUse } from '../model/driver.js';
import type { LinkSeen, Survey } from '../resource/survey.js';
import { judgeParent } from './parent.js';

const link = (name: string, extra: Partial<LinkSeen> = {}): LinkSeen => ({
  name,
  index: 2,
  type: 'ether',
  up: true,
  mtu: 1500,
  group: 0,
  addresses: [],
  ours: false,
  ...extra,
});
const links = [
  link('lo', { type: 'loopback' }),
  link('eth1'),
  link('eth2', { up: false }),
  link('eth3', { master: 'br0' }),
  link('macvtap0', { type: 'macvlan' }),
  link('bond0', { type: 'bond' }),
];
const survey: Survey = { links, routes: [], tables: [], lacks: [], inet6: true };
const bridge: ParentUse = { as: 'macvlan', how: 'bridge' };
const judge = (parent: string, use: ParentUse = bridge, claimed?: ParentUse) =>
  judgeParent(parent, use, { survey, parents: claimed ? [{ network: 'lab', parent, parentUse: claimed }] : [] });

describe('a parent', () => {
  it('is a link that is there, up and nobody’s port', () => {
    expect(judge('eth1')).toMatchObject({ name: 'eth1', mtu: 1500 });
    expect(judge('bond0').type).toBe('bond');
  });

  it.each([
    ['eth9', 'parent-absent'],
    ['lo', 'parent-unfit'],
    ['eth2', 'parent-down'],
    ['eth3', 'parent-unfit'],
    ['macvtap0', 'parent-unfit'],
  ])('is not %s', (parent, code) => {
    expect(() => judge(parent)).toThrow(expect.objectContaining({ code, mend: expect.stringContaining('ip ') }));
  });

  const uses: readonly (readonly [ParentUse, ParentUse, boolean])[] = [
    [bridge, bridge, true],
    [{ as: 'macvlan', how: 'private' }, bridge, true],
    [{ as: 'macvlan', how: 'passthru' }, bridge, false],
    [{ as: 'macvlan', how: 'passthru' }, { as: 'macvlan', how: 'passthru' }, false],
    [{ as: 'ipvlan', how: 'l2 bridge' }, { as: 'ipvlan', how: 'l2 bridge' }, true],
    [{ as: 'ipvlan', how: 'l2 bridge' }, { as: 'ipvlan', how: 'l3 bridge' }, false],
    [{ as: 'ipvlan', how: 'l2 bridge' }, bridge, false],
    [{ as: 'port' }, { as: 'port' }, false],
    [{ as: 'device' }, bridge, false],
  ];
  it.each(uses)('is shared by %o and %o: %s', (a, b, shared) => {
    for (const [held, wanted] of [
      [a, b],
      [b, a],
    ] as const) {
      if (shared) expect(judge('eth1', wanted, held).name).toBe('eth1');
      else expect(() => judge('eth1', wanted, held)).toThrow(expect.objectContaining({ code: 'parent-claimed', message: expect.stringContaining('"lab"') }));
    }
  });
});
