import { describe, expect, it } from 'vitest';
import { isId, newId, randomHex, shortId } from './id.js';

describe('ids', () => {
  it('are 64 hexadecimal digits, and not the same twice', () => {
    const ids = Array.from({ length: 100 }, newId);
    expect(ids.every(isId)).toBe(true);
    expect(new Set(ids).size).toBe(100);
  });

  it('are shown by their first 12 digits', () => {
    expect(shortId('0123456789abcdef'.repeat(4))).toBe('0123456789ab');
  });

  it.each(['', 'web', 'a'.repeat(63), 'a'.repeat(65), 'A'.repeat(64), `${'a'.repeat(63)}g`])('%j is none', (text) => {
    expect(isId(text)).toBe(false);
  });

  it.each([1, 7, 8, 12])('%i random digits', (digits) => {
    expect(randomHex(digits)).toMatch(new RegExp(`^[0-9a-f]{${digits}}$`));
  });
});
