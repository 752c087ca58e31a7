import { expect, it } from 'vitest';
import { limitIn, mostOpenFiles } from './most-open-files.js';

it('reads how many files may be open', () => {
  const limits = (soft: string) =>
    `Limit                     Soft Limit           Hard Limit           Units\nMax open files            ${soft.padEnd(20)} 4096                 files\n`;
  expect(limitIn(limits('1024'))).toBe(1024);
  expect(limitIn(limits('unlimited'))).toBe(Number.POSITIVE_INFINITY);
  expect(limitIn('')).toBeUndefined();
  expect(mostOpenFiles()).toBeGreaterThan(0);
});
