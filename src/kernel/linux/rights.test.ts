import { expect, it } from 'vitest';
import { missingRights } from './rights.js';

it('names what is not effective, and all where nothing is said', () => {
  expect(missingRights('Name:\tnode\nCapPrm:\t0000000000000001\nCapEff:\t000001ffffffffff\nCapBnd:\t0\n')).toEqual([]);
  expect(missingRights('CapEff:\t000001ffffffefff\n')).toEqual(['CAP_NET_ADMIN']);
  expect(missingRights('CapEff:\t0000000000001000\n')).toEqual(['CAP_SYS_ADMIN']);
  expect(missingRights('CapEff:\t0000000000000000\n')).toEqual(['CAP_NET_ADMIN', 'CAP_SYS_ADMIN']);
  expect(missingRights('')).toEqual(['CAP_NET_ADMIN', 'CAP_SYS_ADMIN']);
});
