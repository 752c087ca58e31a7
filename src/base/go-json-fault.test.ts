import fc from 'fast-check';
import { expect, it } from 'vitest';
import { goJsonFault } from './go-json-fault.js';

// What Go 1.22 says of each (encoding/json, `Unmarshal`).
it.each([
  ['{invalid json', `invalid character 'i' looking for beginning of object key string`],
  ['{} trailing', `invalid character 't' after top-level value`],
  ['{"a":1,}', `invalid character '}' looking for beginning of object key string`],
  ['{"a" 1}', `invalid character '1' after object key`],
  ['{"a":1 "b":2}', `invalid character '"' after object key:value pair`],
  ['[1 2]', `invalid character '2' after array element`],
  ['[1,]', `invalid character ']' looking for beginning of value`],
  ['{]', `invalid character ']' looking for beginning of object key string`],
  ['nope', `invalid character 'o' in literal null (expecting 'u')`],
  ['01', `invalid character '1' after top-level value`],
  ['-x', `invalid character 'x' in numeric literal`],
  ['1.x', `invalid character 'x' after decimal point in numeric literal`],
  ['1e+x', `invalid character 'x' in exponent of numeric literal`],
  ['"\\q"', `invalid character 'q' in string escape code`],
  ['"\\u00g0"', `invalid character 'g' in \\u hexadecimal character escape`],
  ['"a\nb"', `invalid character '\\n' in string literal`],
  ['"\0"', `invalid character '\\x00' in string literal`],
  ['"\x1f"', `invalid character '\\x1f' in string literal`],
  ['"\x07"', `invalid character '\\a' in string literal`],
  ['{\v', `invalid character '\\v' looking for beginning of object key string`],
  ['{\x7f', `invalid character '\\x7f' looking for beginning of object key string`],
  ['{\\', `invalid character '\\\\' looking for beginning of object key string`],
  ['{é', `invalid character 'Ã' looking for beginning of object key string`],
  ["{'a':1}", `invalid character '\\'' looking for beginning of object key string`],
  ['', 'unexpected end of JSON input'],
  ['{"a":', 'unexpected end of JSON input'],
  ['tru', 'unexpected end of JSON input'],
])('%s', (text, reason) => expect(goJsonFault(text)?.reason).toBe(reason));

it('tells what follows a value from what is wrong in it', () => {
  expect(['{} x', '{x', '{'].map((text) => goJsonFault(text)?.kind)).toEqual(['more', 'character', 'end']);
});

it('is not led into depths', () => {
  expect(goJsonFault('['.repeat(1_000_000))).toMatchObject({ kind: 'end' });
});

it('refuses what JSON.parse refuses, and nothing else', () => {
  const parses = (text: string) => {
    try {
      JSON.parse(text);
      return true;
    } catch {
      return false;
    }
  };
  const pieces = fc
    .array(fc.constantFrom('{', '}', '[', ']', ',', ':', '"', 'a', '\\', 'u00', '0', '1', '-', '.', 'e', 'true', 'null', ' ', '\n', 'é'))
    .map((each) => each.join(''));
  fc.assert(
    fc.property(fc.oneof(pieces, fc.json(), fc.string()), (text) => {
      expect(goJsonFault(text) === undefined).toBe(parses(text));
    }),
    { numRuns: 2000 },
  );
});
