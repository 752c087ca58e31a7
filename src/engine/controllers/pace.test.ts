import { expect, it } from 'vitest';
import { Pace } from './pace.js';

it('lets eight pass at once, then one a second, and all again after a rest', () => {
  const pace = new Pace();
  for (let n = 0; n < 8; n++) {
    expect(pace.wait(n)).toBe(0);
    pace.pass(n);
  }
  expect(pace.wait(10)).toBe(997);
  expect(pace.wait(1007)).toBe(0);
  pace.pass(1007);
  expect(pace.wait(1008)).toBe(999);
  expect(pace.wait(11_100)).toBe(0);
});
