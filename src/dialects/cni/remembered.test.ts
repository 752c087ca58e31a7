import { expect, it } from 'vitest';
import { remembered, rememberedText } from './remembered.js';

it('reads a text that comes again once, while it is one of the last few and of a usual length', () => {
  const read: string[] = [];
  const lengthOf = rememberedText((text) => {
    read.push(text);
    if (text === 'wrong') throw new Error(text);
    return { length: text.length };
  });
  expect(lengthOf('one')).toBe(lengthOf('one'));
  for (let n = 0; n < 16; n++) lengthOf(`other ${n}`);
  expect(lengthOf('one')).toEqual({ length: 3 });
  expect(read.filter((text) => text === 'one')).toHaveLength(2);
  expect(() => lengthOf('wrong')).toThrow('wrong');
  expect(() => lengthOf('wrong')).toThrow('wrong');
  expect(lengthOf('x'.repeat(20_000))).not.toBe(lengthOf('x'.repeat(20_000)));
});

it('derives once from one thing, and from its like again', () => {
  const seen: object[] = [];
  const numbered = remembered((from: object) => seen.push(from));
  const [one, other] = [{}, {}];
  expect([numbered(one), numbered(other), numbered(one)]).toEqual([1, 2, 1]);
});
