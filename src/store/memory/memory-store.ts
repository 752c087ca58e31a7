import { Draft } from '../draft.js';
import { type Job, LocalStore } from '../local-store.js';
import { Rows } from '../rows.js';
import type { Revision } from '../store.js';

/** A store that keeps nothing beyond its process: for the simulated kernel and for tests. */
export class MemoryStore extends LocalStore {
  constructor() {
    super('memory', new Rows());
  }

  protected override perform(job: Job): Revision | false {
    const draft = new Draft(this.rows);
    const answer = job(draft);
    this.accept(draft);
    return answer;
  }

  protected override async close(): Promise<void> {}
}
