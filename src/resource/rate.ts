import type { RateResource } from './resource.js';

type Bucket = Pick<RateResource, 'rate' | 'burst'>;

/** By what our queueing discipline is known among others': the first half of its handle. "FL". */
export const RATE_HANDLE = 0x464c;
/** By what our filter is known among others'. */
export const REDIRECT_PREFERENCE = 0x464c;
/** That of the filters before it, which leave to the stack what is for it. */
export const SPARED_PREFERENCE = REDIRECT_PREFERENCE - 1;

// How long what is too fast waits, and for how much there is room however slow it is: some twenty packets of Ethernet.
const WAIT_SECONDS = 0.05;
const LEAST_WAITING = 32 * 1024;
const MOST_WAITING = 64 * 1024 * 1024;

/** How many bytes may wait: what passes in 50 ms, 32 KiB to 64 MiB, beside a burst. A packet that passes at once fits however full the bucket is. */
export const queueOf = (bucket: Bucket): number =>
  heldBurst(bucket) + Math.min(MOST_WAITING, Math.max(LEAST_WAITING, Math.ceil((bucket.rate / 8) * WAIT_SECONDS)));

/** A kernel tells a burst as time, in ticks of 64 ns: PSCHED_SHIFT of include/net/pkt_sched.h. */
const TICK_SHIFT = 6n;

/**
 * How long a burst lasts at its rate, in ticks, as the kernel works it out: psched_ratecfg_precompute and psched_l2t_ns of
 * net/sched/sch_generic.c and include/net/sch_generic.h.
 */
export function ticksOf({ rate, burst }: Bucket): number {
  const { factor, shift } = precomputed(rate);
  return Number(((BigInt(burst) * factor) >> shift) >> TICK_SHIFT);
}

/** The least burst that lasts so many ticks at a rate. */
export function burstOf(rate: number, ticks: number): number {
  const { factor, shift } = precomputed(rate);
  return Number((((BigInt(ticks) << TICK_SHIFT) << shift) + factor - 1n) / factor);
}

/** The burst that a kernel tells of when it was given this one: less by what passes in 64 ns, at most. */
export const heldBurst = (bucket: Bucket): number => burstOf(bucket.rate, ticksOf(bucket));

const SECOND = 1_000_000_000n;
const FACTOR_FULL = 1n << 31n;
const SECOND_FULL = 1n << 63n;

// Nanoseconds a byte, as a fraction with 32 bits above.
function precomputed(rate: number): { readonly factor: bigint; readonly shift: bigint } {
  const bytes = BigInt(Math.floor(rate / 8));
  for (let [second, shift] = [SECOND, 0n]; ; [second, shift] = [second << 1n, shift + 1n]) {
    const factor = second / bytes;
    if ((factor & FACTOR_FULL) !== 0n || (second & SECOND_FULL) !== 0n) return { factor, shift };
  }
}
