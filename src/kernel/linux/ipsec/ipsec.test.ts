import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Ip } from '../../../ip/types.js';
import type { PolicyResource, TransformResource } from '../../../resource/resource.js';
import { NLMSG_HDRLEN } from '../netlink/constants.js';
import { NetlinkFormatError } from '../netlink/reader.js';
import { Writer } from '../netlink/writer.js';
import type { Request } from '../request.js';
import { addPolicy, deletePolicy, policyState } from './policy.js';
import { addTransform, deleteTransform, transformState } from './transform.js';

const bytes = (request: Request): Uint8Array => {
  const w = new Writer();
  request(w, 1, 5);
  return w.take();
};
const hex = (request: Request): string =>
  (
    Buffer.from(bytes(request))
      .toString('hex')
      .match(/.{1,64}/g) ?? []
  ).join('\n');

const policy: PolicyResource = { kind: 'policy', in: 'host', family: 4, direction: 'out', port: 14_789 };
const transform: TransformResource = {
  kind: 'transform',
  in: 'host',
  direction: 'in',
  from: '2001:db8::2' as Ip,
  to: '2001:db8::1' as Ip,
  spi: 0x01020304,
  key: '000102030405060708090a0b0c0d0e0f10111213',
};

describe('messages of IPsec', () => {
  it('are the bytes of struct xfrm_userpolicy_info and xfrm_userpolicy_id', () => {
    expect(hex(addPolicy(policy))).toMatchInlineSnapshot(`
      "fc00000013000500010000000000000000000000000000000000000000000000
      0000000000000000000000000000000039c5ffff000000000200000011000000
      0000000000000000ffffffffffffffffffffffffffffffffffffffffffffffff
      ffffffffffffffff000000000000000000000000000000000000000000000000
      0000000000000000000000000000000000000000000000000000000000000000
      0000000000000000000000000000000001000000000000004400050000000000
      0000000000000000000000000000000032000000020000000000000000000000
      0000000000000000ad1ea10f00000000ffffffffffffffffffffffff"
    `);
    expect(hex(deletePolicy(policy))).toMatchInlineSnapshot(`
      "5000000014000500010000000000000000000000000000000000000000000000
      0000000000000000000000000000000039c5ffff000000000200000011000000
      00000000000000000000000001000000"
    `);
  });

  it('are the bytes of struct xfrm_usersa_info and xfrm_usersa_id', () => {
    expect(hex(addTransform(transform))).toMatchInlineSnapshot(`
      "ec01000010000506010000000000000000000000000000000000000000000000
      0000000000000000000000000000000000000000000000000000000000000000
      000000000000000020010db80000000000000000000000010102030432000000
      20010db8000000000000000000000002ffffffffffffffffffffffffffffffff
      ffffffffffffffffffffffffffffffff00000000000000000000000000000000
      0000000000000000000000000000000000000000000000000000000000000000
      0000000000000000000000000000000000000000000000000000000000000000
      ae1ea10f0a000000800000000000000060001200726663343130362867636d28
      6165732929000000000000000000000000000000000000000000000000000000
      0000000000000000000000000000000000000000a00000008000000000010203
      0405060708090a0b0c0d0e0f101112139c001700200000000000000000000000
      0000000000000000000400000000000000000000000000000000000000000000
      0000000000000000000000000000000000000000000000000000000000000000
      0000000000000000000000000000000000000000000000000000000000000000
      0000000000000000000000000000000000000000000000000000000000000000
      000000000000000000000000"
    `);
    expect(hex(deleteTransform(transform))).toMatchInlineSnapshot(`
      "2800000011000500010000000000000020010db8000000000000000000000001
      010203040a003200"
    `);
  });

  it('are read as they were written, the kernel telling of both in the form of the request', () => {
    expect(policyState(bytes(addPolicy(policy)).subarray(NLMSG_HDRLEN))).toEqual(policy);
    expect(transformState(bytes(addTransform(transform)).subarray(NLMSG_HDRLEN))).toEqual(transform);
  });

  it('of others are none of ours, whatever is in them', () => {
    const whole = [bytes(addPolicy(policy)), bytes(addTransform(transform))].map((each) => each.subarray(NLMSG_HDRLEN));
    const changed = fc.tuple(fc.constantFrom(...whole), fc.array(fc.tuple(fc.nat(500), fc.nat(255)), { minLength: 1 }), fc.nat(500));
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 600 }),
          changed.map(([from, changes, cut]) => {
            const copy = from.slice(0, Math.max(cut, from.length - cut));
            for (const [at, value] of changes) copy[at % copy.length] = value;
            return copy;
          }),
        ),
        (payload) => {
          for (const read of [policyState, transformState]) {
            try {
              const found = read(payload);
              expect(found === undefined || found.in === 'host').toBe(true);
            } catch (error) {
              expect(error).toBeInstanceOf(NetlinkFormatError);
            }
          }
        },
      ),
    );
  });
});
