import type { Operation, Plan } from '../../resource/resource.js';
import { inverseOf } from './inverse-of.js';

/** How what was done is taken back: from the end. */
export class UndoLog {
  readonly operations: Operation[] = [];
  readonly #logged = new Set<Operation>();
  readonly #fallen = new Map<Operation, Plan>();

  /** An operation is done. Those that belong to two sections are written down once. */
  done(operation: Operation): void {
    const inverse = inverseOf(operation);
    if (inverse && !this.#logged.has(operation)) this.operations.push(...(this.#fallen.get(operation) ?? []), inverse);
    this.#logged.add(operation);
  }

  /** With what this operation does, once it is done, goes what these make again. */
  falls(operation: Operation, again: Plan): void {
    this.#fallen.set(operation, again);
  }

  /** What was done is taken back by this. */
  push(back: Operation): void {
    this.operations.push(back);
  }
}
