import { asFailure, type FairleadError } from '../base/error.js';
import { colours } from './colours.js';
import { printable } from './printable.js';
import type { World } from './world.js';

/** The column in which the code stands. */
const CODE = 89;

/** An error as people read it: what is wrong, and below it the way out with the code at the right. */
export function errorLines(error: FairleadError, paint = { problem: same, code: same }): string {
  const mend = `  ${printable(error.mend)}`;
  return `${paint.problem('fairlead:')} ${printable(error.message)}\n${mend.padEnd(Math.max(CODE, mend.length + 1))}${paint.code(`[${error.code}]`)}\n`;
}

/** Writes an error to standard error. What was thrown and is no failure of ours becomes one. */
export function reportError(world: Pick<World, 'env' | 'err'>, error: unknown): void {
  const { red, dim } = colours(world, world.err);
  world.err.write(errorLines(asFailure(error), { problem: red, code: dim }));
}

function same(text: string): string {
  return text;
}
