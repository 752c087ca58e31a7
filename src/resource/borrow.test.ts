import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Facts } from '../base/json.js';
import type { InterfaceAddress } from '../ip/types.js';
import { askedOf, type LinkPast, lendingOf, lent, remembered } from './borrow.js';
import type { BorrowResource, Operation } from './resource.js';

const some = ['10.1.0.1/24', '10.2.0.1/24', 'fd01::1/64', 'fd02::1/64'] as unknown as readonly InterfaceAddress[];
const addresses = fc.subarray([...some]);
const mtu = fc.option(fc.constantFrom(1300, 1400, 9000), { nil: undefined });
const past: fc.Arbitrary<LinkPast> = fc.record({ addresses, mtu: fc.constantFrom(1400, 1500), up: fc.boolean() });
const wanted: fc.Arbitrary<BorrowResource> = fc
  .record({ addresses, mtu })
  .map(({ addresses, mtu }) => ({ kind: 'borrow', in: 'host', link: 'br0', addresses, ...(mtu !== undefined && { mtu }) }));

// What a kernel makes of it: what goes down loses its addresses of IPv6.
function done(now: LinkPast, operation: Operation): LinkPast {
  const { add, remove, mtu = now.mtu, up = now.up, again } = lendingOf(operation, now);
  const left = [...now.addresses, ...add].filter((each) => !remove.includes(each));
  const kept = now.up && !up ? [...left.filter((each) => !each.includes(':')), ...again] : left;
  return { addresses: kept, mtu, up };
}
const sorted = ({ addresses, mtu, up }: LinkPast) => ({ addresses: addresses.toSorted(), mtu, up });

describe('a borrowed link', () => {
  it('is as it was when it is given back, whatever was wanted of it meanwhile', () => {
    fc.assert(
      fc.property(past, fc.array(wanted, { minLength: 1, maxLength: 4 }), (was, wishes) => {
        const [first, ...later] = wishes as [BorrowResource, ...BorrowResource[]];
        let now = done(was, { do: 'create', resource: first });
        let last = first;
        for (const to of later) {
          now = done(now, { do: 'change', from: last, to, was });
          last = to;
        }
        expect(lent(last, now)).toEqual(last);
        expect(sorted(done(now, { do: 'delete', resource: last, was }))).toEqual(sorted(was));
        const known = wishes.reduce<Facts>((facts, each) => remembered(facts, each), { ...was });
        expect(sorted(done(now, { do: 'delete', resource: askedOf('host', 'br0', known), was }))).toEqual(sorted(was));
      }),
    );
  });

  it('keeps what its owner adds meanwhile', () => {
    fc.assert(
      fc.property(past, wanted, addresses, (was, wish, more) => {
        const made = done(was, { do: 'create', resource: wish });
        const theirs = more.filter((each) => !wish.addresses.includes(each));
        const now = { ...made, addresses: [...new Set([...made.addresses, ...theirs])] };
        expect(done(now, { do: 'delete', resource: wish, was }).addresses).toEqual(expect.arrayContaining(theirs));
      }),
    );
  });
});
