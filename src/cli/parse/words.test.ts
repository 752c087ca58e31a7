import { describe, expect, it } from 'vitest';
import { expandBooleans } from './booleans.js';
import { environment } from './environment.js';
import { pairs } from './pairs.js';
import { wholeNumber } from './whole-number.js';

describe('pairs', () => {
  it('splits at the first =, and a name alone is empty', () => {
    expect(pairs('-o', ['a=1', 'b=x=y', 'c'], 'H')).toEqual({ a: '1', b: 'x=y', c: '' });
    expect(pairs('-o', undefined, 'H')).toBeUndefined();
  });

  it('keeps a name that objects have of themselves', () => {
    expect(Object.entries(pairs('-o', ['__proto__=1'], 'H') ?? {})).toEqual([['__proto__', '1']]);
  });

  it('refuses a value without a name', () => {
    expect(() => pairs('--label', ['=x'], 'H')).toThrow('--label "=x" has no name');
  });
});

describe('expandBooleans', () => {
  const switches = new Set(['internal', 'ipv4']);
  it("reads Docker's manner", () => {
    expect(expandBooleans(['--internal=true', '--ipv4=false', '--ipv4=0', '--other=false', 'x'], switches, 'H')).toEqual([
      '--internal',
      '--no-ipv4',
      '--no-ipv4',
      '--other=false',
      'x',
    ]);
  });

  it('leaves alone what stands behind --', () => {
    const words = ['--other=maybe', '--', '--internal=false', '--internal=maybe'];
    expect(expandBooleans(words, switches, 'H')).toEqual(words);
  });

  it('says what a switch takes', () => {
    expect(() => expandBooleans(['--internal=maybe'], switches, 'H')).toThrow('--internal takes true or false, not "maybe"');
    expect(() => expandBooleans(['--ipv4='], switches, 'H')).toThrow('--ipv4 takes true or false, not ""');
  });
});

describe('environment', () => {
  it('sets, hands on and leaves out', () => {
    expect(environment({ A: '1', B: undefined }, ['C=x=y', 'A', 'D=', 'E'], 'H')).toEqual({ A: '1', C: 'x=y', D: '' });
  });

  it('refuses what has no name', () => {
    expect(() => environment({}, ['=x'], 'H')).toThrow('has no name');
  });
});

describe('wholeNumber', () => {
  it('reads whole numbers only', () => {
    expect(wholeNumber('--n', '-7', 'H')).toBe(-7);
    expect(wholeNumber('--n', undefined, 'H')).toBeUndefined();
    for (const text of ['', '1.5', '1e3', '0x1', '99999999999']) expect(() => wholeNumber('--n', text, 'H')).toThrow('no whole number');
  });
});
