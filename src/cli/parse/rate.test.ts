import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FairleadError } from '../../base/error.js';
import { parseRate, parseSize } from './rate.js';

const wrong = (parse: (field: string, text: string) => unknown, text: string): string => {
  try {
    parse('--rate-in', text);
  } catch (error) {
    if (FairleadError.is(error)) return `${error.message} | ${error.mend}`;
    throw error;
  }
  throw new Error(`${text} was taken`);
};

describe('a rate', () => {
  it.each([
    ['10mbit', 10_000_000],
    ['10Mbit', 10_000_000],
    ['500kbit', 500_000],
    ['1.5gbit', 1_500_000_000],
    ['1tbit', 1e12],
    ['8000', 8000],
    ['8000bit', 8000],
    ['1mbps', 8_000_000],
    ['1000bps', 8000],
    ['1mibit', 1_048_576],
    ['1kibps', 8192],
    ['none', 'none'],
    ['NONE', 'none'],
  ])('%s', (text, bits) => expect(parseRate('--rate-in', text)).toBe(bits));

  it.each([
    '',
    '0',
    '0mbit',
    '0.0gbit',
    '-1mbit',
    '10m',
    '10 mbit',
    '10mbits',
    'mbit',
    '1e6',
    '1,5mbit',
    'unlimited',
    '0x10',
    '999999999999999tbit',
    'Infinity',
    '١mbit',
  ])('refuses %j', (text) => expect(wrong(parseRate, text)).toContain("write '10mbit', '500kbit', '1gbit', '1mbps' for bytes a second, or none"));

  it('is a whole number of bits, or refused, whatever is written', () => {
    const near = fc.stringMatching(/^[0-9.]{0,6}[kmgtKi]{0,3}(bit|bps|b)?$/);
    fc.assert(
      fc.property(fc.oneof(fc.string(), near), (text) => {
        for (const parse of [parseRate, parseSize]) {
          try {
            const read = parse('--burst', text);
            expect(read === 'none' || (Number.isSafeInteger(read) && read >= 0)).toBe(true);
          } catch (error) {
            expect(error).toMatchObject({ code: 'value-invalid' });
          }
        }
      }),
    );
  });
});

describe('a size', () => {
  it.each([
    ['32kb', 32_768],
    ['32k', 32_768],
    ['1mb', 1_048_576],
    ['0.5m', 524_288],
    ['2gb', 2_147_483_648],
    ['1500', 1500],
    ['1500b', 1500],
  ])('%s', (text, bytes) => expect(parseSize('--burst', text)).toBe(bytes));

  it.each(['', '-1', '32kbit', '1 mb', 'big', '10%'])('refuses %j', (text) =>
    expect(wrong(parseSize, text)).toContain("write '32kb', '1mb' or a number of bytes"),
  );
});
