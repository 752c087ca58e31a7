import { describe, expect, it } from 'vitest';
import { FairleadError } from './error.js';
import { collect, perform, step } from './steps.js';

interface Context {
  readonly log: string[];
}

// A step that says when it is done and when it is undone.
const noted = (name: string) =>
  step<Context>(name, ({ log }) => {
    log.push(`do ${name}`);
    return () => void log.push(`undo ${name}`);
  });

const failing = (error: unknown) =>
  step<Context>('fails', () => {
    throw error;
  });

const caught = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('perform', () => {
  it('runs the steps in order, each after the one before has ended, and returns the context', async () => {
    const context: Context = { log: [] };
    const slow = step<Context>('slow', async ({ log }) => {
      log.push('slow begins');
      await Promise.resolve();
      log.push('slow ends');
    });
    expect(await perform([noted('a'), slow, noted('b')], context)).toBe(context);
    expect(context.log).toEqual(['do a', 'slow begins', 'slow ends', 'do b']);
  });

  it('takes back in reverse order what was done, and only that, and throws the error of the step itself', async () => {
    const context: Context = { log: [] };
    const error = new Error('no');
    const nothingToUndo = step<Context>('quiet', () => undefined);
    expect(await caught(perform([noted('a'), nothingToUndo, noted('b'), failing(error), noted('c')], context))).toBe(error);
    expect(context.log).toEqual(['do a', 'do b', 'undo b', 'undo a']);
  });

  it('waits for each undo before the next', async () => {
    const context: Context = { log: [] };
    const slow = step<Context>('slow', ({ log }) => async () => {
      log.push('undo slow begins');
      await Promise.resolve();
      log.push('undo slow ends');
    });
    await caught(perform([noted('a'), slow, failing(new Error('no'))], context));
    expect(context.log).toEqual(['do a', 'undo slow begins', 'undo slow ends', 'undo a']);
  });

  it('does not take back a step that failed half way: that is its own affair', async () => {
    const context: Context = { log: [] };
    const half = step<Context>('half', ({ log }) => {
      log.push('half done');
      return Promise.reject(new Error('half'));
    });
    await caught(perform([half], context));
    expect(context.log).toEqual(['half done']);
  });

  it('goes on undoing after an undo has failed, and keeps every error', async () => {
    const context: Context = { log: [] };
    const stuck = (name: string) =>
      step<Context>(name, () => () => {
        throw new Error(`${name} is stuck`);
      });
    const own = new Error('own');
    const error = await caught(perform([noted('a'), stuck('b'), noted('c'), stuck('d'), failing(own)], context));
    expect(context.log).toEqual(['do a', 'do c', 'undo c', 'undo a']);
    if (!FairleadError.is(error)) throw new Error('expected an error of the table');
    expect(error.code).toBe('undo-failed');
    expect(error.values).toEqual({ what: 'fails', why: 'own', reason: 'd is stuck; b is stuck' });
    const cause = error.cause;
    if (!(cause instanceof AggregateError)) throw new Error('expected all errors as the cause');
    expect(cause.errors.map(String)).toEqual(['Error: own', 'Error: d is stuck', 'Error: b is stuck']);
    expect(cause.errors[0]).toBe(own);
  });

  it('passes on what is thrown even when it is no error', async () => {
    expect(await caught(perform([failing('text')], { log: [] }))).toBe('text');
  });
});

describe('collect', () => {
  it('runs all of them in order and returns the errors in theirs', async () => {
    const log: string[] = [];
    const errors = await collect([
      () => void log.push('a'),
      () => Promise.reject(new Error('b')),
      async () => void log.push('c'),
      () => {
        throw new Error('d');
      },
    ]);
    expect(log).toEqual(['a', 'c']);
    expect(errors.map(String)).toEqual(['Error: b', 'Error: d']);
  });
});
