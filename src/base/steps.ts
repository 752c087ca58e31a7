import { failure } from './error.js';

/** Takes back what a step did. */
export type Undo = () => void | Promise<void>;

/** One named step of an operation. What it returns takes it back. */
export interface Step<Context> {
  readonly name: string;
  run(context: Context): Undo | void | Promise<Undo | void>;
}

/** A step, in one line. */
export const step = <Context>(name: string, run: Step<Context>['run']): Step<Context> => ({ name, run });

/**
 * Runs the steps in order. When one fails, what was done is taken back in reverse order, going on after errors, and the
 * step's own error is thrown. When that cannot be done either, `undo-failed` says both, with all errors as its cause.
 */
export async function perform<Context>(steps: readonly Step<Context>[], context: Context): Promise<Context> {
  const undos: Undo[] = [];
  for (const { name, run } of steps) {
    try {
      const undo = await run(context);
      if (undo) undos.push(undo);
    } catch (error) {
      const failed = await collect(undos.reverse());
      if (failed.length === 0) throw error;
      const reason = failed.map((each) => (each instanceof Error ? each.message : String(each))).join('; ');
      throw failure(
        'undo-failed',
        { what: name, why: error instanceof Error ? error.message : String(error), reason },
        { cause: new AggregateError([error, ...failed], name) },
      );
    }
  }
  return context;
}

/** Runs all of them in order, going on after errors, and returns the errors. Teardown never stops at the first. */
export async function collect(actions: readonly Undo[]): Promise<unknown[]> {
  const errors: unknown[] = [];
  for (const action of actions) {
    try {
      await action();
    } catch (error) {
      errors.push(error);
    }
  }
  return errors;
}
