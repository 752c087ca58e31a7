import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commands } from './commands.js';
import { burstOf, heldBurst, queueOf, ticksOf } from './rate.js';
import type { RateResource, Resource } from './resource.js';

const buckets = fc
  .record({ bytes: fc.bigInt({ min: 1000n, max: 125_000_000_000n }).map(Number), burst: fc.integer({ min: 2048, max: 1 << 30 }) })
  .map(({ bytes, burst }) => ({ rate: bytes * 8, burst: Math.min(burst, bytes * 60) }));

describe('a burst', () => {
  it('is told by the kernel in ticks of 64 ns', () => {
    // Linux 6.18 told 156250 of tc's `rate 80mbit burst 100000`, and `burst 99990000b` of 80gbit and 100000000.
    expect(ticksOf({ rate: 80_000_000, burst: 100_000 })).toBe(156_250);
    expect(Math.abs(heldBurst({ rate: 80_000_000_000, burst: 100_000_000 }) - 100_000_000)).toBeLessThan(640);
  });

  it('is held as it is, or less by what passes in a tick; and what is held is held as it is', () => {
    fc.assert(
      fc.property(buckets, (bucket) => {
        const held = heldBurst(bucket);
        expect(held).toBeLessThanOrEqual(bucket.burst);
        expect(bucket.burst - held).toBeLessThanOrEqual(Math.ceil((bucket.rate / 8) * 64e-9));
        expect(heldBurst({ ...bucket, burst: held })).toBe(held);
        expect(burstOf(bucket.rate, ticksOf(bucket))).toBe(held);
        expect(ticksOf(bucket)).toBeLessThan(2 ** 32);
      }),
    );
  });

  it('and what passes in 50 ms may wait, within bounds', () => {
    expect(queueOf({ rate: 80_000_000, burst: 100_000 })).toBe(600_000);
    expect(queueOf({ rate: 8000, burst: 4096 })).toBe(4096 + 32_768);
    fc.assert(fc.property(buckets, (bucket) => queueOf(bucket) < 2 ** 32 && queueOf(bucket) >= heldBurst(bucket)));
  });
});

describe('limits as commands', () => {
  const limit: RateResource = { kind: 'rate', in: 'host', link: 'fl1', rate: 80_000_000, burst: 100_000 };
  const through: Resource = { kind: 'redirect', in: 'host', link: 'fl1', to: 'fl1-o' };

  it('are those of tc', () => {
    expect(commands([{ do: 'create', resource: limit }])).toEqual(['tc qdisc add dev fl1 handle 464c: root tbf rate 80000000bit burst 100000 limit 600000']);
    expect(commands([{ do: 'change', from: { ...limit, altered: true }, to: limit }])).toEqual([
      'tc qdisc change dev fl1 handle 464c: root tbf rate 80000000bit burst 100000 limit 600000',
    ]);
    expect(commands([{ do: 'change', from: { ...limit, burst: 200_000 }, to: limit }])).toEqual([
      'tc qdisc change dev fl1 handle 464c: root tbf rate 80000000bit burst 100000 limit 600000',
      'tc qdisc replace dev fl1 parent 464c:1 pfifo',
      'tc qdisc replace dev fl1 parent 464c:1 bfifo limit 600000',
    ]);
    expect(commands([{ do: 'delete', resource: limit }])).toEqual(['tc qdisc delete dev fl1 root']);
  });

  it('lead what comes in through an ifb', () => {
    const filter = 'tc filter add dev fl1 ingress protocol all pref 17996 u32 match u32 0 0 action mirred egress redirect dev fl1-o';
    expect(commands([{ do: 'create', resource: { kind: 'link', in: 'host', name: 'fl1-o', spec: { type: 'ifb' } } }])).toEqual([
      'ip link add fl1-o type ifb',
      'ip link set fl1-o addrgenmode none',
    ]);
    expect(commands([{ do: 'create', resource: through }])).toEqual(['tc qdisc add dev fl1 ingress', filter]);
    expect(commands([{ do: 'change', from: { ...through, to: '' }, to: through }])).toEqual([
      'tc qdisc delete dev fl1 ingress',
      'tc qdisc add dev fl1 ingress',
      filter,
    ]);
  });
});
