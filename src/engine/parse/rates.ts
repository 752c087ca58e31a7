import { failure } from '../../base/error.js';
import type { RatesChange } from '../../model/asks.js';
import type { Driver } from '../../model/driver.js';
import { LEAST_BURST, LEAST_RATE, MOST_BURST, MOST_RATE, type Rate, type Rates } from '../../model/rates.js';
import { sendsNothing } from './sends-nothing.js';

/** Checks how fast a user wants something to be; nothing where that is not said. Throws `value-invalid`. */
export const parseRates = (asked: Rates | undefined): { readonly rates?: Rates } => amendRates(undefined, asked);

/** How fast it is after a change: `null` takes a word back. Throws `value-invalid`. */
export function amendRates(before: Rates | undefined, change: RatesChange = {}): { readonly rates?: Rates } {
  const after = {
    in: amended(before?.in, change.in, (rate) => readRate('rate-in', rate)),
    out: amended(before?.out, change.out, (rate) => readRate('rate-out', rate)),
    burst: amended(before?.burst, change.burst, readBurst),
  };
  const said = Object.entries(after).filter(([, value]) => value !== undefined);
  return said.length === 0 ? {} : { rates: Object.fromEntries(said) };
}

/** Refuses a rate where nothing of ours is passed that could hold to it. Throws `value-invalid`. */
export function limitable(network: string, { traits }: Driver, rates: RatesChange | undefined): void {
  if (!traits.limits) refuseRates(network, rates);
}

/**
 * Refuses a sandbox's rate where packets of it would pass without: they pass nothing of ours. Where nothing is sent at all, on the network `none`, it waits for another
 * network. Throws `value-invalid`.
 */
export function holdable(network: string, driver: Driver, rates: RatesChange = {}): void {
  if (driver.traits.limits || sendsNothing(driver)) return;
  const limiting = Object.entries(rates).filter(([, each]) => typeof each === 'number');
  refuseRates(network, Object.fromEntries(limiting), 'say it of its other networks alone: --network NAME,rate-in=…, or fairlead endpoint update');
}

/** Refuses any rate on this network. Throws `value-invalid`. */
export function refuseRates(network: string, rates: RatesChange = {}, mend = 'leave it out'): void {
  const [word, value] = Object.entries(rates).find(([, each]) => each !== null) ?? [];
  if (word === undefined) return;
  throw failure('value-invalid', {
    field: word === 'burst' ? word : `rate-${word}`,
    value: String(value),
    reason: `of no use on network ${network}: no link of its endpoints ends on the host`,
    mend,
  });
}

const amended = <Value>(before: Value | undefined, change: Value | null | undefined, read: (value: Value) => Value): Value | undefined =>
  change === undefined ? before : change === null ? undefined : read(change);

// Whole bytes, as the kernel counts.
function readRate(field: string, rate: Rate): Rate {
  if (rate === 'none') return rate;
  if (Number.isInteger(rate) && rate >= LEAST_RATE && rate <= MOST_RATE) return rate - (rate % 8);
  const mend = `bits a second, from ${LEAST_RATE} (8kbit) to ${MOST_RATE} (1tbit), or none`;
  throw failure('value-invalid', { field, value: String(rate), reason: 'no rate that can be held', mend });
}

function readBurst(burst: number): number {
  if (Number.isInteger(burst) && burst >= LEAST_BURST && burst <= MOST_BURST) return burst;
  const mend = `bytes, from ${LEAST_BURST} (2kb) to ${MOST_BURST} (1gb); what passes in 10 ms when left out`;
  throw failure('value-invalid', { field: 'burst', value: String(burst), reason: 'no burst that can be held', mend });
}
