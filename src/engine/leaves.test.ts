import { expect, it } from 'vitest';
import { Leaves } from './leaves.js';

it('fills the first part, then one leaf after the other, and what becomes free first', () => {
  const leaves = new Leaves();
  const taken = ['a', 'b', 'c', 'd', 'e'].map((id) => leaves.take('net', id, 2));
  expect(taken).toEqual([0, 0, 1, 1, 2]);
  expect(leaves.count('net')).toBe(2);
  leaves.free('a');
  expect(leaves.take('net', 'f', 2)).toBe(0);
  expect(leaves.take('net', 'g', 2)).toBe(2);
});

it('counts an endpoint once, wherever it is heard of', () => {
  const leaves = new Leaves();
  expect(leaves.take('net', 'a', 1)).toBe(0);
  expect(leaves.take('net', 'a', 1)).toBe(0);
  leaves.put('net', 'a', 0);
  leaves.put('net', 'b', 3);
  expect(leaves.count('net')).toBe(3);
  leaves.free('b');
  leaves.free('b');
  expect(leaves.count('net')).toBe(0);
  expect(leaves.take('net', 'c', 1)).toBe(1);
});

it('knows networks apart', () => {
  const leaves = new Leaves();
  leaves.take('one', 'a', 1);
  expect(leaves.take('other', 'b', 1)).toBe(0);
  expect(leaves.count('one')).toBe(0);
});
