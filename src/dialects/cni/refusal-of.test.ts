import { expect, it } from 'vitest';
import { failure } from '../../base/error.js';
import { refusalOf } from './refusal-of.js';

it('says what cannot be had in the code of the specification, on this kernel too', () => {
  expect(refusalOf(failure('kernel-lacks', { command: 'bridge vlan add', errno: 'EOPNOTSUPP', mend: 'load it' }))).toEqual({
    code: 2,
    msg: expect.stringContaining('bridge vlan add'),
    details: 'load it [kernel-lacks]',
  });
  expect(refusalOf(failure('option-invalid', { option: 'vlan', value: '7', reason: 'in vain', mend: 'leave it out' })).code).toBe(7);
});
