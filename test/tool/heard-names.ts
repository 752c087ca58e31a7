import type { FairleadError } from '../../src/base/error.js';
import type { Id } from '../../src/base/id.js';
import { noCounts } from '../../src/names/counts.js';
import type { Names } from '../../src/names/names.js';
import type { NamesChange } from '../../src/names/types.js';

/** A resolver that keeps what it is told, and answers as it is to. */
export class Heard implements Names {
  readonly changes: NamesChange[] = [];
  /** How many of them it was not to answer. */
  told = 0;
  answer: (change: NamesChange) => ReadonlyMap<Id, FairleadError> = () => new Map();

  async update(change: NamesChange): Promise<ReadonlyMap<Id, FairleadError>> {
    this.changes.push(change);
    return this.answer(change);
  }

  tell(change: NamesChange): void {
    this.changes.push(change);
    this.told++;
  }

  async stats(): Promise<ReturnType<typeof noCounts>> {
    return noCounts();
  }

  end: () => void = () => {};
  readonly ended = new Promise<void>((resolve) => (this.end = resolve));

  get last(): NamesChange | undefined {
    return this.changes.at(-1);
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}
