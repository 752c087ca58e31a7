import { expect, it } from 'vitest';
import { effectiveRights } from './rights.js';

it('reads the effective capabilities, and none where there are none', () => {
  expect(effectiveRights('Name:\tnode\nCapPrm:\t0000000000000001\nCapEff:\t000001ffffffffff\nCapBnd:\t0\n')).toBe(0x1ffffffffffn);
  expect(effectiveRights('CapEff:\t0000000000000000\n')).toBe(0n);
  expect(effectiveRights('')).toBe(0n);
});
