import type { Command } from 'commander';
import type { RatesChange } from '../model/asks.js';
import type { Rates } from '../model/rates.js';
import { parseRate, parseSize } from './parse/rate.js';

/** How fast endpoints may be, as flags. */
export interface RateFlags {
  readonly rateIn?: string;
  readonly rateOut?: string;
  readonly burst?: string;
}

/** Adds them. `whose` receives and sends: the point of view is always that of a sandbox. */
export const rateFlags = (command: Command, whose: string): Command =>
  command
    .option('--rate-in <RATE>', `how fast ${whose} may receive: '10mbit', '1mbps' (bytes), 'none'`)
    .option('--rate-out <RATE>', 'how fast it may send')
    .option('--burst <SIZE>', "what may pass at once after a pause: '32kb' (default: what passes in 10 ms)");

/** The same for a change; `default` takes a word back. */
export const rateChangeFlags = (command: Command, whose: string, back: string): Command =>
  command
    .option('--rate-in <RATE>', `how fast ${whose} may receive: '10mbit', 'none', 'default': ${back}`)
    .option('--rate-out <RATE>', 'how fast it may send')
    .option('--burst <SIZE>', "what may pass at once after a pause: '32kb', 'default'");

/** What the flags ask for; nothing where none is there. Throws `value-invalid`. */
export const ratesAsk = ({ rateIn, rateOut, burst }: RateFlags): { readonly rates?: Rates } =>
  said({
    ...(rateIn !== undefined && { in: parseRate('--rate-in', rateIn) }),
    ...(rateOut !== undefined && { out: parseRate('--rate-out', rateOut) }),
    ...(burst !== undefined && { burst: parseSize('--burst', burst) }),
  });

/** The change that they ask for. Throws `value-invalid`. */
export const ratesChange = ({ rateIn, rateOut, burst }: RateFlags): { readonly rates?: RatesChange } =>
  said({
    ...(rateIn !== undefined && { in: orBack('--rate-in', rateIn, parseRate) }),
    ...(rateOut !== undefined && { out: orBack('--rate-out', rateOut, parseRate) }),
    ...(burst !== undefined && { burst: orBack('--burst', burst, parseSize) }),
  });

const orBack = <Value>(field: string, text: string, parse: (field: string, text: string) => Value): Value | null =>
  text.toLowerCase() === 'default' ? null : parse(field, text);

const said = <Said extends object>(rates: Said): { readonly rates?: Said } => (Object.keys(rates).length === 0 ? {} : { rates });
