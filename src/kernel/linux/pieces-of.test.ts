import { expect, it } from 'vitest';
import type { LeavingLink } from './leaving.js';
import { leavingNothing } from './leaving.js';
import { piecesOf } from './pieces-of.js';

const link = (index: number, to: string): LeavingLink => ({
  stack: 'host',
  name: `fl${index}`,
  index,
  bridge: false,
  subnets: [],
  peer: { in: `ns/${to}`, name: 'eth0' },
});

it('gives each namespace to the last piece of links that lead there, and to the last of all what is to end after them', () => {
  const links = [link(1, 'a'), link(2, 'b'), link(3, 'a'), link(4, 'c')];
  const leaving = { ...leavingNothing(), links, namespaces: ['ns/a', 'ns/b', 'ns/c', 'ns/alone'] as const };
  const pieces = piecesOf({ ...leaving, namespaces: [...leaving.namespaces] }, 2);
  expect(pieces.map((piece) => [piece.links.map(({ index }) => index), piece.namespaces])).toEqual([
    [[1, 2], ['ns/b']],
    [
      [3, 4],
      ['ns/a', 'ns/c', 'ns/alone'],
    ],
  ]);
});

it('is one piece where no link leaves', () => {
  expect(piecesOf({ ...leavingNothing(), namespaces: ['ns/a'] }, 2)).toEqual([{ ...leavingNothing(), namespaces: ['ns/a'] }]);
});
