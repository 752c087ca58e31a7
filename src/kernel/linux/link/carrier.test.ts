import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NetlinkFormatError } from '../netlink/reader.js';
import { Writer } from '../netlink/writer.js';
import { carrier } from './carrier.js';

const [UP, LOWER_UP] = [1, 0x10000];
const [UNKNOWN, LOWER_DOWN, OPER_UP] = [0, 3, 6];

// struct ifinfomsg, IFLA_MASTER 10, IFLA_OPERSTATE 16, IFLA_LINKINFO 18 with IFLA_INFO_KIND 1.
const told = (kind: string, flags: number, state: number, master?: number) => {
  const w = new Writer().zero(8).u32(flags).u32(0);
  if (master !== undefined) w.attrU32(10, master);
  return w
    .attrU8(16, state)
    .nest(18, (info) => info.attrString(1, kind))
    .take();
};

describe('the carrier of a link', () => {
  it('is settled once the link watch has found what the driver said', () => {
    expect(carrier(told('veth', UP | LOWER_UP, UNKNOWN, 7))).toEqual({ settled: false, master: 7 });
    expect(carrier(told('veth', UP | LOWER_UP, LOWER_DOWN, 7))).toEqual({ settled: false, master: 7 });
    expect(carrier(told('veth', UP | LOWER_UP, OPER_UP, 7))).toEqual({ settled: true, master: 7 });
    expect(carrier(told('bridge', UP | LOWER_UP, LOWER_DOWN))).toEqual({ settled: false });
  });

  it('is nothing to wait for where there is none, or where nobody finds it', () => {
    expect(carrier(told('bridge', UP, LOWER_DOWN))).toEqual({ settled: true });
    expect(carrier(told('veth', 0, LOWER_DOWN))).toEqual({ settled: true });
    expect(carrier(told('ifb', UP | LOWER_UP, UNKNOWN))).toEqual({ settled: true });
  });

  it('is read, or refused as malformed, from any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (payload) => {
        try {
          carrier(payload);
        } catch (error) {
          expect(error).toBeInstanceOf(NetlinkFormatError);
        }
      }),
    );
  });
});
