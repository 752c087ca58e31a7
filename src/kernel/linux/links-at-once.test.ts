import { expect, it } from 'vitest';
import { type LeavingLink, leavingLink } from './leaving.js';
import { atOnce, CHUNK, firstLinks } from './links-at-once.js';

const links = (count: number): LeavingLink[] =>
  Array.from({ length: count }, (_, index) =>
    leavingLink({ kind: 'link', in: 'host', name: `fl${index}`, spec: { type: 'veth', peer: { in: `ns/${index}`, name: 'eth0' } } }, index, []),
  );
const bridge = (name: string) => leavingLink({ kind: 'link', in: 'host', name, spec: { type: 'bridge' } }, 1, []);
const inside = (stack: string): LeavingLink => ({ stack: `ns/${stack}`, name: 'eth0', index: 2, bridge: false, subnets: [] });
const countOf = (most: number, ...all: LeavingLink[][]) =>
  firstLinks(
    all.map((each) => ({ links: each })),
    most,
  ).length;

it('fewer go at once while others attach, and most where nobody does and somebody waits', () => {
  expect([atOnce(0, true), atOnce(99, false), atOnce(100, false), atOnce(Number.POSITIVE_INFINITY, true)]).toEqual([24, 24, 64, CHUNK]);
});

it('takes so many, of one plan after another', () => {
  expect([countOf(24, links(300)), countOf(64, links(30), links(30), links(30)), countOf(CHUNK, links(10)), countOf(24, [])]).toEqual([24, 64, 10, 0]);
});

it('a bridge holds the lock for as long as many links: two go by themselves while others attach', () => {
  expect(firstLinks([{ links: [bridge('a'), bridge('b')] }], 24).map(({ name }) => name)).toEqual(['a']);
  expect(countOf(24, links(3), [bridge('a')])).toBe(3);
  expect(countOf(64, [bridge('a'), bridge('b'), bridge('c')])).toBe(2);
});

it('three namespaces at a time, and with them what leaves the host', () => {
  const boxes = ['a', 'b', 'c', 'd'].map(inside);
  expect(firstLinks([{ links: [...boxes, ...links(1)] }], CHUNK).map(({ stack }) => stack)).toEqual(['ns/a', 'ns/b', 'ns/c', 'host']);
});
