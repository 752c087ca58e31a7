import { describe, expect, it } from 'vitest';
import type { Belonging } from '../../../resource/enslaved.js';
import { IFA_CACHEINFO, IFADDR_LENGTH } from '../constants/address.js';
import { RTA_CACHEINFO, RTMSG_LENGTH } from '../constants/route.js';
import { attributes, u32 } from '../netlink/reader.js';
import { Writer } from '../netlink/writer.js';
import { payloadOf } from '../underlay/belongings.js';
import { aged } from './aged.js';

const FOREVER = 0xffff_ffff;
const told = (kind: Belonging['kind'], w: Writer): Belonging => ({ kind, text: '', told: Buffer.from(w.take()).toString('hex'), automatic: false });
const address = (preferred: number, valid: number) =>
  told(
    'address',
    new Writer().zero(IFADDR_LENGTH).attr(IFA_CACHEINFO, (m) => m.u32(preferred).u32(valid).zero(8)),
  );
const lifetimes = (each: Belonging | undefined) => {
  const body = each && attributes(payloadOf(each), IFADDR_LENGTH).get(IFA_CACHEINFO);
  return body && [u32(body), u32(body, 4)];
};
const route = (expires: number) =>
  told(
    'route',
    new Writer().zero(RTMSG_LENGTH).attr(RTA_CACHEINFO, (m) =>
      m
        .zero(8)
        .u32(expires >>> 0)
        .zero(16),
    ),
  );
const expiry = (each: Belonging | undefined) => {
  const body = each && attributes(payloadOf(each), RTMSG_LENGTH).get(RTA_CACHEINFO);
  return body && u32(body, 8);
};

describe('what has a time', () => {
  it.each([
    [100, 200, 30, [70, 170]],
    [20, 200, 30, [0, 170]],
    [0, 200, 30, [0, 170]],
    [20, 30, 30, undefined],
    [20, FOREVER, 30, [0, FOREVER]],
    [FOREVER, FOREVER, 30, [FOREVER, FOREVER]],
  ])('an address preferred for %i and valid for %i seconds is, %i seconds on, for %j', (preferred, valid, seconds, left) => {
    expect(lifetimes(aged(address(preferred, valid), seconds))).toEqual(left);
  });

  it.each([
    [10_000, 30, 7000],
    [3000, 30, undefined],
    [-1, 0, undefined],
    [0, 30, 0],
  ])('a route with %i hundredths of a second has, %i seconds on, %j', (expires, seconds, left) => {
    expect(expiry(aged(route(expires), seconds))).toBe(left);
  });

  it('is nothing that has none', () => {
    const each = told('neighbour', new Writer().zero(12));
    expect(aged(each, 30)).toBe(each);
  });

  it('is refused where no kernel told of it', () => {
    const text = 'ffffffffffffffff0400060001';
    expect(() => aged({ ...address(1, 1), told: text }, 1)).toThrow('bytes');
  });
});
