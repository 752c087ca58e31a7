import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linearPattern } from './linear-pattern.js';

const atom = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '[a-c]', '\\w', '\\.', '-', '^', '$');
const { pattern } = fc.letrec<{ pattern: string; one: string }>((tie) => ({
  one: fc.oneof(
    { maxDepth: 3 },
    atom,
    fc.tuple(tie('pattern'), fc.constantFrom('(', '(?:')).map(([inner, open]) => `${open}${inner})`),
  ),
  pattern: fc
    .array(fc.tuple(tie('one'), fc.constantFrom('', '', '*', '+', '?', '*?', '{2}', '{0,2}', '{1,}', '|')), { maxLength: 4 })
    .map((all) => all.map(([each, times]) => (each === '^' || each === '$' ? each : `${each}${times}`)).join('')),
}));
const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '.', '-', 'ü'), maxLength: 8 });

describe('a linear pattern', () => {
  it('finds what JavaScript finds', () => {
    fc.assert(
      fc.property(pattern, text, (written, where) => {
        expect([written, linearPattern(written)?.(where)]).toEqual([written, new RegExp(written, 'u').test(where)]);
      }),
      { numRuns: 3_000 },
    );
  });

  it('takes no longer for one that is made to take long', () => {
    const long = 'a'.repeat(500);
    for (const written of ['(a+)+$', '(a|a)*$', '(a*)*b', 'a*a*a*a*a*a*a*c', '(.*)*x'])
      expect([written, linearPattern(`^${written}`)?.(`${long}!`)]).toEqual([written, false]);
  });

  it('is none where it has another form, or is too large', () => {
    const others = [
      '(',
      ')',
      '[',
      '[]',
      '[b-a]',
      'a**',
      '*',
      '{2}',
      'a{',
      'a{2,1}',
      '\\',
      '\\1',
      '\\b',
      '(?=a)',
      '(?i)a',
      '((a{99}){99}){99}',
      '(((){999}){999}){999}',
      'a'.repeat(257),
    ];
    for (const written of others) expect([written, linearPattern(written)]).toEqual([written, undefined]);
  });
});
