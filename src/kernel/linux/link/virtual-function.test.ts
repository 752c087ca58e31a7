import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import type { Mac } from '../../../ip/types.js';
import { Writer } from '../netlink/writer.js';
import { messages, NetlinkFormatError } from '../netlink/reader.js';
import { apart, type FunctionSettings, functionStates, setFunction } from './virtual-function.js';

const payloadOf = (settings: FunctionSettings, index = 3): Uint8Array => {
  const w = new Writer();
  setFunction(7, index, settings)(w, 1, 1);
  const [message] = messages(w.take());
  return message?.payload ?? new Uint8Array();
};
const all: FunctionSettings = {
  mac: '02:00:00:00:00:07' as Mac,
  vlan: 100,
  qos: 3,
  spoofCheck: true,
  trust: false,
  state: 'enable',
  minRate: 10,
  maxRate: 1000,
};

describe('virtual functions', () => {
  it('are told what the kernel tells of them', () => {
    // What is asked for and what is told have one form; the kernel tells the MAC address first.
    expect(functionStates(payloadOf(all))).toEqual(new Map([[3, all]]));
  });

  it('are told each setting by itself, as it can be refused', () => {
    expect(apart(all)).toEqual([
      { mac: all.mac },
      { vlan: 100, qos: 3 },
      { spoofCheck: true },
      { trust: false },
      { state: 'enable' },
      { minRate: 10, maxRate: 1000 },
    ]);
    expect(apart({ maxRate: 5 })).toEqual([{ minRate: 0, maxRate: 5 }]);
    expect(apart({})).toEqual([]);
  });

  it('are read from any bytes, or refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(150), (noise, at) => {
        const payload = Uint8Array.from(payloadOf(all));
        payload.set(noise.subarray(0, Math.max(0, payload.length - at)), Math.min(at, payload.length));
        try {
          for (const [index, settings] of functionStates(payload)) expect([typeof index, typeof settings]).toEqual(['number', 'object']);
        } catch (error) {
          expect(error).toBeInstanceOf(NetlinkFormatError);
        }
      }),
    );
  });
});
