import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RateResource } from '../../../resource/resource.js';
import { messages, NetlinkFormatError } from '../netlink/reader.js';
import { Writer } from '../netlink/writer.js';
import type { Request } from '../request.js';
import { filterState } from './filter-state.js';
import { type QueueState, queueState } from './queue-state.js';
import type { Ip } from '../../../ip/types.js';
import { addIngress, addRedirect, deleteIngress } from './redirect.js';
import { addSpared, sparedState } from './spared.js';
import { addRate, changeRate, deleteRate, emptyQueue } from './tbf.js';

const bytes = (request: Request): string => {
  const w = new Writer();
  request(w, 7, 5);
  return Buffer.from(w.take()).toString('hex');
};
// Length, type, flags, sequence 7 and port 0; then struct tcmsg of link 3 with handle, parent and info.
const header = (length: string, type: string, flags: string, place: string): string =>
  `${length}000000${type}00${flags}07000000${'00000000'}${'00000000'}03000000${place}`;
const payloadOf = (request: Request): Uint8Array => {
  const w = new Writer();
  request(w, 1, 0);
  return [...messages(w.take())][0]?.payload ?? new Uint8Array();
};
const limit: RateResource = { kind: 'rate', in: 'host', link: 'fl1', rate: 80_000_000, burst: 100_000 };
const fast: RateResource = { ...limit, rate: 80_000_000_000, burst: 99_999_361 };

// What tc of iproute2 6.1 sends, but for its table of how long packets take, which the kernel has not read since it is told of Ethernet.
describe('a limit', () => {
  it('is added under our handle, with rate, burst and queue', () => {
    expect(bytes(addRate(3, limit))).toBe(
      header('60', '24', '0506', '00004c46' + 'ffffffff' + '00000000') +
        '0800010074626600' + // TCA_KIND tbf
        '34000200' + // TCA_OPTIONS
        '28000100' + // TCA_TBF_PARMS
        '000100000000000080969800' + // rate: Ethernet, 10,000,000 bytes a second
        '000000000000000000000000' + // no peakrate
        'c02709005a62020000000000' + // limit 600,000, buffer 156,250 ticks, no mtu
        '08000600a0860100', // TCA_TBF_BURST 100,000
    );
  });

  it('of more than 32 bits is told in 64 beside', () => {
    expect(bytes(changeRate(3, fast))).toBe(
      header('6c', '24', '0500', '00004c46' + 'ffffffff' + '00000000') +
        '0800010074626600' +
        '40000200' +
        '28000100' +
        '0001000000000000ffffffff' + // as much as fits
        '000000000000000000000000' +
        '81def5095962020000000000' + // limit 167,108,225, buffer 156,249 ticks
        '0800060081def505' + // TCA_TBF_BURST
        '0c00040000e40b5402000000', // TCA_TBF_RATE64 10,000,000,000
    );
  });

  it('that shrinks is given an empty queue behind it', () => {
    const place = '00000000' + '01004c46' + '00000000';
    expect(emptyQueue(3, limit).map(bytes)).toEqual([
      header('30', '24', '0505', place) + '0a000100' + '706669666f000000', // TCA_KIND pfifo
      header('38', '24', '0505', place) + '0a000100' + '626669666f000000' + '08000200' + 'c0270900', // TCA_KIND bfifo, limit 600,000
    ]);
  });

  it('is deleted under our handle, or whoever it is of', () => {
    expect(bytes(deleteRate(3))).toBe(header('24', '25', '0500', '00004c46' + 'ffffffff' + '00000000'));
    expect(bytes(deleteRate(3, true))).toBe(header('24', '25', '0500', '00000000' + 'ffffffff' + '00000000'));
  });

  it('is read as it was written', () => {
    for (const { rate, burst } of [limit, fast]) {
      const written = payloadOf(addRate(3, { ...limit, rate, burst }));
      expect(queueState(written)).toEqual({ index: 3, kind: 'tbf', at: 'root', rate: { rate, burst } });
    }
  });

  it('is read as altered where its queue, a peak rate or an overhead is another, and as none of ours under another handle', () => {
    const at = { handle: 8, overhead: 38, peak: 56, queue: 60 };
    const changed = (offset: number): QueueState => {
      const payload = payloadOf(addRate(3, limit)).slice();
      payload[offset] = (payload[offset] ?? 0) + 1;
      return queueState(payload);
    };
    for (const offset of [at.overhead, at.peak, at.queue]) expect(changed(offset).rate).toEqual({ rate: 80_000_000, burst: 100_000, altered: true });
    expect(changed(at.handle).rate).toBeUndefined();
  });

  it('as Linux 6.18 told of it is that which it was given', () => {
    // `tc qdisc add dev fl1 handle 464c: root tbf rate 8mbit burst 10000 limit 50000`: another queue than ours.
    const told = Buffer.from(
      '000000000300000000004c46ffffffff0300000008000100746266002c00020028000100000100000000000040420f00' + '00000000000000000000000050c30000095a020000000000',
      'hex',
    );
    expect(queueState(told).rate).toMatchObject({ rate: 8_000_000, altered: true });
  });
});

describe('a redirection', () => {
  it('begins with a place for what comes in, which goes with all its filters', () => {
    expect(bytes(addIngress(3))).toBe(header('30', '24', '0506', '0000ffff' + 'f1ffffff' + '00000000') + '0c000100' + '696e677265737300');
    expect(bytes(deleteIngress(3))).toBe(header('24', '25', '0500', '00000000' + 'f1ffffff' + '00000000'));
  });

  it('is one filter for all that comes in', () => {
    expect(bytes(addRedirect(3, 4))).toBe(
      header('8c', '2c', '0506', '00080080' + 'f2ffffff' + '00034c46') +
        '0800010075333200' + // TCA_KIND u32
        '60000200' + // TCA_OPTIONS
        '24000500' + // TCA_U32_SEL
        '01000100000000000000000000000000' + // terminal, one key
        '00000000000000000000000000000000' + // of nothing
        '38000780' + // TCA_U32_ACT
        '34000180' + // the first
        '0b0001006d697272656400' +
        '00' + // TCA_ACT_KIND mirred
        '24000280' + // TCA_ACT_OPTIONS
        '20000200' + // TCA_MIRRED_PARMS
        '000000000000000004000000' + // stolen
        '000000000000000001000000' + // redirect
        '04000000', // to link 4
    );
  });

  it('is read as it was written, and as leading nowhere where it does not lead all to a link', () => {
    const payload = payloadOf(addRedirect(3, 4));
    expect(filterState(payload)).toEqual({ index: 3, to: 4 });
    const changed = (offset: number) => {
      const other = payload.slice();
      other[offset] = (other[offset] ?? 0) ^ 0x10;
      return filterState(other);
    };
    const at = { preference: 18, keys: 38, mask: 52, redirect: 116 };
    for (const offset of [at.keys, at.mask, at.redirect]) expect(changed(offset)).toEqual({ index: 3, to: 0 });
    expect(changed(at.preference)).toBeUndefined();
  });
});

it('what a redirection leaves to the stack is read as it was written', () => {
  const spared = addSpared('10.64.0.1' as Ip).map((request) => payloadOf(request(3)));
  expect(spared.map(sparedState)).toEqual([undefined, '10.64.0.1', '10.64.0.1']);
  expect(spared.map(filterState)).toEqual([undefined, undefined, undefined]);
  expect(sparedState(payloadOf(addRedirect(3, 4)))).toBeUndefined();
});

it('what the kernel tells of queues and filters is read, or refused as malformed, from any bytes', () => {
  const seeds = [payloadOf(addRate(3, limit)), payloadOf(addRedirect(3, 4)), ...addSpared('10.64.0.1' as Ip).map((request) => payloadOf(request(3)))];
  const near = fc.tuple(fc.constantFrom(...seeds), fc.nat(150), fc.nat(255)).map(([seed, at, value]) => seed.with(Math.min(at, seed.length - 1), value));
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), near), (payload) => {
      for (const read of [queueState, filterState, sparedState]) {
        try {
          read(payload);
        } catch (error) {
          expect(error).toBeInstanceOf(NetlinkFormatError);
        }
      }
    }),
  );
});
