import { Draft } from '../draft.js';
import type { Job } from '../local-store.js';
import type { Rows } from '../rows.js';
import type { Revision } from '../store.js';

interface Waiting {
  readonly job: Job;
  readonly resolve: (answer: Revision | false) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Lets several commits share one fsync: while a draft is being written, those who come wait, and go together into the next.
 * Nobody is answered before the draft is on the disk, and a draft that could not be written changes nothing: all in it fail.
 */
export class GroupCommit {
  readonly #rows: Rows;
  readonly #write: (draft: Draft) => Promise<void>;
  #waiting: Waiting[] = [];
  #writing: Promise<void> | undefined;

  /** `write` makes a draft durable and accepts it. */
  constructor(rows: Rows, write: (draft: Draft) => Promise<void>) {
    this.#rows = rows;
    this.#write = write;
  }

  perform(job: Job): Promise<Revision | false> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ job, resolve, reject });
      this.#writing ??= this.#run();
    });
  }

  /** Resolves when nothing is being written and nobody waits. */
  async idle(): Promise<void> {
    await this.#writing;
  }

  async #run(): Promise<void> {
    // Whoever commits in the same turn shares the first fsync too.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const group = this.#waiting;
      this.#waiting = [];
      await this.#runGroup(group);
    }
    this.#writing = undefined;
  }

  async #runGroup(group: readonly Waiting[]): Promise<void> {
    try {
      const draft = new Draft(this.#rows);
      const answers = group.map(({ job, resolve }) => ({ answer: job(draft), resolve }));
      if (draft.commits.length > 0) await this.#write(draft);
      for (const { answer, resolve } of answers) resolve(answer);
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  }
}
