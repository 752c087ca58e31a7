import { describe, expect, it } from 'vitest';
import { asFailure, FairleadError, failure } from './error.js';
import { errorTable } from './error-table.js';

describe('failure', () => {
  it('fills the values into both lines and keeps them', () => {
    const error = failure('name-taken', { kind: 'network', name: 'web' });
    expect(error).toBeInstanceOf(Error);
    expect(error.name).toBe('FairleadError');
    expect(error.code).toBe('name-taken');
    expect(error.status).toBe(409);
    expect(error.message).toBe('network with name web already exists');
    expect(error.mend).toBe('choose another name, or remove it: fairlead network rm web');
    expect(error.values).toEqual({ kind: 'network', name: 'web' });
  });

  it('takes numbers, and text that looks like a placeholder or a pattern as it stands', () => {
    expect(failure('body-too-large', { limit: 65536 }).message).toBe('the request body is larger than 65536 bytes');
    expect(failure('network-absent', { ref: '{ref} $1 $&' }).message).toBe('no network "{ref} $1 $&"');
  });

  it('keeps the cause', () => {
    const cause = new Error('EPERM');
    expect(failure('kernel-closed', {}, { cause }).cause).toBe(cause);
    expect(failure('kernel-closed', {}).cause).toBeUndefined();
  });
});

describe('as JSON', () => {
  it('says all that it says, and its causes', () => {
    const cause = failure('address-taken', { address: '10.64.0.2', by: '' }, { cause: new Error('EEXIST') });
    const error = failure('name-taken', { kind: 'network', name: 'web' }, { cause });
    const { code, status, message, mend, values } = error;
    expect(JSON.parse(JSON.stringify({ error }))).toEqual({
      error: { name: 'FairleadError', code, status, message, mend, values, cause: JSON.parse(JSON.stringify(cause)) },
    });
    expect(JSON.parse(JSON.stringify(cause))).toMatchObject({ message: cause.message, cause: 'Error: EEXIST' });
    expect('cause' in JSON.parse(JSON.stringify(failure('kernel-closed', {})))).toBe(false);
    const caused = (by: unknown) => JSON.parse(JSON.stringify(failure('kernel-closed', {}, { cause: by }))).cause;
    expect(caused(new AggregateError([new Error('one'), 'two'], 'undo'))).toBe('AggregateError: undo: Error: one; two');
    expect(caused({ [Symbol.for('fairlead.error')]: true, toString: () => 'of an older copy' })).toBe('of an older copy');
  });
});

describe('FairleadError.is', () => {
  it('knows errors of another copy of the library by their brand, and nothing else', () => {
    expect(FairleadError.is(failure('kernel-closed', {}))).toBe(true);
    expect(FairleadError.is({ [Symbol.for('fairlead.error')]: true })).toBe(true);
    for (const other of [new Error('x'), null, undefined, 'text', {}]) expect(FairleadError.is(other)).toBe(false);
  });
});

describe('asFailure', () => {
  it('leaves an error of the table alone', () => {
    const error = failure('kernel-closed', {});
    expect(asFailure(error)).toBe(error);
  });

  it('makes anything else an internal error with its cause', () => {
    const cause = new TypeError('x is no function');
    const error = asFailure(cause);
    expect([error.code, error.status, error.cause]).toEqual(['internal', 500, cause]);
    expect(error.message).toContain('x is no function');
    expect(asFailure('text').message).toContain('text');
  });
});

describe('the error table', () => {
  it.each(Object.entries(errorTable))('%s has a status of an error and two lines that stand alone', (code, { status, problem, mend }) => {
    expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(600);
    for (const text of [problem, mend]) {
      expect(text.trim()).toBe(text);
      expect(text).not.toBe('');
      expect(text).not.toContain('\n');
      expect(text.replaceAll(/\{\w+\}/g, '')).not.toMatch(/[{}]/);
    }
  });
});
