import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readRevision, readRow, rowText } from './row-text.js';

describe('row text', () => {
  it('is read as it was written', () => {
    const row = fc.record(
      {
        text: fc
          .jsonValue()
          .filter((value) => value !== null)
          .map((value) => JSON.stringify(value)),
        revision: fc.integer({ min: 1 }),
        lease: fc.string(),
      },
      { requiredKeys: ['text', 'revision'] },
    );
    fc.assert(fc.property(row, (given) => void expect(readRow(rowText(given))).toEqual(given)));
  });

  it('is a row, or a reason why it is none, whatever it holds', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        const read = readRow(text);
        return typeof read === 'string' || read.revision > 0;
      }),
    );
  });

  it.each(['', '0', '-1', '1.5', '1e3', 'x', '9999999999999999'])('takes %j for no revision', (text) => expect(readRevision(text)).toBe('it is no revision'));
  it('reads a revision', () => expect(readRevision('4096')).toBe(4096));
});
