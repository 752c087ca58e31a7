import { expect, it } from 'vitest';
import { bystanders, stillThere } from './heard-links.js';
import type { LinkState } from './link/link-state.js';

const link = (index: number, kind: string, alias?: string): LinkState => ({
  index,
  name: `fl${index}`,
  kind,
  hardware: 1,
  up: true,
  carried: true,
  mtu: 1500,
  group: 0,
  isolated: false,
  hairpin: false,
  told: false,
  stopped: false,
  localnet: false,
  promotes: false,
  lldp: false,
  ...(alias !== undefined && { alias }),
});
const byIndex = (...links: readonly LinkState[]) => new Map(links.map((each) => [each.index, each]));
const heard = { ours: byIndex(link(3, 'bridge', 'b'), link(4, 'veth', 'c'), link(5, 'veth', 'd')), strange: new Set([1, 2]) };

it('tells who is beside the ends of our veths, with those that are named', () => {
  expect(bystanders(heard, new Set())).toEqual({ others: [1, 2, 3], ends: 2 });
  expect(bystanders(heard, new Set(['fl5', 'fl9']))).toEqual({ others: [1, 2, 3, 5], ends: 1 });
});

it('knows links again by their marks: in another stack there are links of these indexes too', () => {
  const seen = byIndex(link(2, 'veth', 'elsewhere'), link(4, 'veth', 'c'), link(5, 'veth', 'changed'), link(7, 'veth', 'gone'));
  expect(stillThere(heard, seen)).toEqual({ there: [seen.get(4)], others: [3, 5, 1, 2] });
});
