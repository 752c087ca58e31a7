import { expect, it } from 'vitest';
import type { Lease, Learned } from '../model/records.js';
import { boundMtu } from './leased.js';

const endpoint = (learned?: Partial<Learned>) => ({ leases: learned ? [{ family: 4, learned } as Lease] : [] });

it('takes the MTU of a lease, and no more than its segment carries', () => {
  expect(boundMtu(endpoint({ mtu: 1400 }), 1500)).toBe(1400);
  expect(boundMtu(endpoint({ mtu: 9000 }), 1500)).toBe(1500);
  expect(boundMtu(endpoint({ mtu: 1400 }), undefined)).toBe(1400);
  // A lease that says none any more leaves none behind.
  expect(boundMtu(endpoint({}), 1500)).toBe(1500);
  expect(boundMtu(endpoint(), undefined)).toBeUndefined();
});
