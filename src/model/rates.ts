import { heldBurst } from '../resource/rate.js';
import { mtuOf } from './mtu.js';
import type { Endpoint, Network, Sandbox } from './records.js';

/** How fast something may pass: bits a second, whole bytes of them, or no limit. */
export type Rate = number | 'none';

/**
 * How fast an endpoint may receive (`in`) and send (`out`), as seen from its sandbox, and how many bytes may pass at once after a pause, each way. What an
 * endpoint leaves out is as its sandbox has it, then as its network; without any there is no limit, and a burst is what passes in 10 ms.
 */
export interface Rates {
  readonly in?: Rate;
  readonly out?: Rate;
  readonly burst?: number;
}

/** What holds in one direction: bits a second, and bytes. */
export interface Limit {
  readonly rate: number;
  readonly burst: number;
}

/** The slowest and the fastest that can be asked for, in bits a second. What is slower would not carry TCP, what is faster no link that there is. */
export const LEAST_RATE = 8000;
export const MOST_RATE = 1e12;
/** The smallest and the largest burst, in bytes: a packet of Ethernet, and 1 GiB. */
export const LEAST_BURST = 2048;
export const MOST_BURST = 1 << 30;

/** What holds for an endpoint: its own say before that of its sandbox, and that before its network's. */
export function limitsOf(
  network: Network | undefined,
  sandbox: Sandbox | undefined,
  endpoint: Pick<Endpoint, 'rates'>,
): { readonly in?: Limit; readonly out?: Limit } {
  const said: Rates = { ...network?.rates, ...sandbox?.rates, ...endpoint.rates };
  const limit = (rate: Rate | undefined): Limit | undefined =>
    rate === undefined || rate === 'none' ? undefined : { rate, burst: burstAt(rate, said.burst, mtuOf(network)) };
  const [receives, sends] = [limit(said.in), limit(said.out)];
  return { ...(receives && { in: receives }), ...(sends && { out: sends }) };
}

// So long may a busy machine leave what waits without the rate falling behind; and two packets however slow it is.
const USUAL_SECONDS = 0.01;
const LEAST_USUAL = 4096;
const MOST_USUAL = 32 * 1024 * 1024;
// A kernel tells a burst as a time of at most 274 seconds, in ticks of 64 ns.
const MOST_SECONDS = 60;
const LEAST_SECONDS = 10e-6;
const TICK_SECONDS = 64e-9;
// Ethernet's header with a VLAN's: a packet with it that is larger than a burst would never pass.
const HEADER = 18;

// What segmentation left to the kernel makes one packet of is cut there again where it is larger than a burst.
function burstAt(rate: number, asked: number | undefined, mtu: number): number {
  const bytes = rate / 8;
  const wanted = asked ?? Math.min(MOST_USUAL, Math.max(LEAST_USUAL, bytes * USUAL_SECONDS));
  const least = Math.max(mtu + HEADER, bytes * LEAST_SECONDS) + bytes * TICK_SECONDS;
  return heldBurst({ rate, burst: Math.ceil(Math.max(least, Math.min(wanted, bytes * MOST_SECONDS))) });
}
