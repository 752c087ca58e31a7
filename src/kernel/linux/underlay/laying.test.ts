import { describe, expect, it } from 'vitest';
import type { Belonging } from '../../../resource/enslaved.js';
import { IFA_ADDRESS, IFA_F_NODAD, IFA_F_TENTATIVE, IFA_FLAGS, IFADDR_LENGTH } from '../constants/address.js';
import { RTA_CACHEINFO, RTA_EXPIRES, RTMSG_LENGTH } from '../constants/route.js';
import { AF_INET, AF_INET6 } from '../constants/socket.js';
import { attributes, u32 } from '../netlink/reader.js';
import { Writer } from '../netlink/writer.js';
import { isUnsure, lay } from './laying.js';

const WAY = { from: 3, to: 9 };
const HEADER = 16;
const belonging = (kind: Belonging['kind'], body: Writer): Belonging => ({ kind, text: '', told: Buffer.from(body.take()).toString('hex'), automatic: false });
const laid = (each: Belonging): Uint8Array | undefined => {
  const w = new Writer();
  lay(each, WAY)?.(w, 1, 0);
  return w.length > 0 ? w.take().subarray(HEADER) : undefined;
};

describe('a route of IPv6', () => {
  const route = (left: number) =>
    belonging(
      'route',
      new Writer()
        .u8(AF_INET6)
        .zero(RTMSG_LENGTH - 1)
        .attr(RTA_CACHEINFO, (m) =>
          m
            .u32(0)
            .u32(0)
            .u32(left >>> 0)
            .zero(16),
        ),
    );
  const expiry = (payload: Uint8Array | undefined) => payload && attributes(payload, RTMSG_LENGTH).get(RTA_EXPIRES);

  it('is laid with what is left of its time', () => {
    const body = expiry(laid(route(4250)));
    expect(body && u32(body)).toBe(43);
  });

  it('is laid for ever where it has no time', () => {
    const payload = laid(route(0));
    expect([payload === undefined, expiry(payload)]).toEqual([false, undefined]);
  });

  it('is not laid where its time is over, though the kernel has it yet', () => {
    expect(laid(route(-700))).toBeUndefined();
  });
});

describe('an address', () => {
  const DADFAILED = 0x08; // IFA_F_DADFAILED of linux/if_addr.h
  const address = (family: number, flags: number) =>
    belonging(
      'address',
      new Writer()
        .u8(family)
        .u8(64)
        .zero(IFADDR_LENGTH - 2)
        .attr(IFA_ADDRESS, new Uint8Array(family === AF_INET ? 4 : 16))
        .attrU32(IFA_FLAGS, flags),
    );
  const asked = (each: Belonging) => {
    const body = attributes(laid(each) ?? new Uint8Array(IFADDR_LENGTH), IFADDR_LENGTH).get(IFA_FLAGS);
    return body && u32(body);
  };

  it.each([
    ['that works', AF_INET6, 0, false, IFA_F_NODAD],
    ['that was never asked for', AF_INET6, IFA_F_TENTATIVE | IFA_F_NODAD, false, IFA_F_NODAD],
    ['that is being asked for', AF_INET6, IFA_F_TENTATIVE, true, 0],
    ['that somebody else has', AF_INET6, IFA_F_TENTATIVE | DADFAILED, true, 0],
    ['of IPv4', AF_INET, 0, false, 0],
  ])('%s is laid so that the kernel asks where it must', (_, family, flags, unsure, expected) => {
    const each = address(family, flags);
    expect([isUnsure(each), asked(each)]).toEqual([unsure, expected]);
  });
});
