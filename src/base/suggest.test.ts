import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { suggest } from './suggest.js';

describe('suggest', () => {
  it.each([
    ['brigde', ['bridge', 'host', 'null'], 'bridge'],
    ['com.docker.network.bridge.nam', ['com.docker.network.bridge.name', 'com.docker.network.driver.mtu'], 'com.docker.network.bridge.name'],
    ['hots', ['host', 'none'], 'host'],
    ['bridge', ['bridges', 'bridge'], 'bridge'],
  ])('%s → %s', (word, known, wanted) => {
    expect(suggest(word, known)).toBe(`; did you mean ${wanted}?`);
  });

  it.each([
    ['macvlan', ['bridge', 'host', 'null']],
    ['x', []],
    ['overlay', ['host']],
  ])('%s is near none of %s', (word, known) => {
    expect(suggest(word, known)).toBe('');
  });

  it('always finds the word itself, and a word with one letter changed', () => {
    const words = fc.uniqueArray(fc.stringMatching(/^[a-z]{4,12}$/), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(words, fc.nat(), fc.nat(), (known, which, where) => {
        const word = known[which % known.length] ?? '';
        expect(suggest(word, known)).toBe(`; did you mean ${word}?`);
        const at = where % word.length;
        expect(suggest(`${word.slice(0, at)}-${word.slice(at + 1)}`, known)).not.toBe('');
      }),
    );
  });
});
