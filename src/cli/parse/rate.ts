import { failure } from '../../base/error.js';
import type { Rate } from '../../model/rates.js';

const RATE = "write '10mbit', '500kbit', '1gbit', '1mbps' for bytes a second, or none";
const SIZE = "write '32kb', '1mb' or a number of bytes";

// As tc(8) has them: a thousand, or 1024 with an i; bits without a word, bytes with bps.
const PREFIXES: Readonly<Record<string, number>> = { '': 1, k: 1e3, m: 1e6, g: 1e9, t: 1e12, ki: 2 ** 10, mi: 2 ** 20, gi: 2 ** 30, ti: 2 ** 40 };
const UNITS: Readonly<Record<string, number>> = { '': 1, bit: 1, bps: 8 };
// Sizes are of 1024 there, whatever their letter.
const SIZES: Readonly<Record<string, number>> = { '': 1, b: 1, k: 2 ** 10, kb: 2 ** 10, m: 2 ** 20, mb: 2 ** 20, g: 2 ** 30, gb: 2 ** 30 };

/** Reads a rate as tc(8) does, in whole bits a second; `none` is no limit. What can be held the engine checks. Throws `value-invalid`. */
export function parseRate(field: string, text: string): Rate {
  if (text.toLowerCase() === 'none') return 'none';
  const [, number = '', prefix = '', unit = ''] = /^(\d{1,15}(?:\.\d{1,9})?)(|k|m|g|t|ki|mi|gi|ti)(|bit|bps)$/i.exec(text) ?? [];
  const [factor, bits] = [PREFIXES[prefix.toLowerCase()], UNITS[unit.toLowerCase()]];
  // A prefix alone could be of bits or of bytes.
  if (number === '' || factor === undefined || bits === undefined || (prefix !== '' && unit === '')) throw wrong(field, text, 'no rate', RATE);
  const rate = Math.round(Number(number) * factor * bits);
  if (rate === 0) throw wrong(field, text, 'nothing at all', `${RATE}; a sandbox without a network has none in the first place`);
  return inBounds(rate, () => wrong(field, text, 'no rate that anything has', RATE));
}

/** Reads a size as tc(8) does, in whole bytes: `32kb` is 32768. Throws `value-invalid`. */
export function parseSize(field: string, text: string): number {
  const [, number = '', unit = ''] = /^(\d{1,15}(?:\.\d{1,9})?)(|b|k|kb|m|mb|g|gb)$/i.exec(text) ?? [];
  const factor = SIZES[unit.toLowerCase()];
  if (number === '' || factor === undefined) throw wrong(field, text, 'no size', SIZE);
  const size = Math.round(Number(number) * factor);
  return inBounds(size, () => wrong(field, text, 'no size that anything has', SIZE));
}

function inBounds(number: number, otherwise: () => Error): number {
  if (Number.isSafeInteger(number)) return number;
  throw otherwise();
}

const wrong = (field: string, value: string, reason: string, mend: string) => failure('value-invalid', { field, value, reason, mend });
