import type { Commit } from './draft.js';
import { valueOf } from './rows.js';
import type { Change, Revision } from './store.js';

// How many changes stay readable for a watcher that is behind. Up to twice as many are held: dropping them one at a time would cost every commit.
const keptChanges = 4096;

/**
 * The last commits of a store, for its watchers. Each watcher keeps only the revision it has reached, so a slow one costs no
 * memory: it reads on where it was, or learns that this past is gone. Revisions of commits follow each other without gaps.
 */
export class Feed {
  readonly #past: Commit[] = [];
  readonly #sleepers = new Set<() => void>();
  #changes = 0;
  #floor: Revision;
  #closed = false;

  /** A feed that begins after `floor`: what was before is not readable. */
  constructor(floor: Revision) {
    this.#floor = floor;
  }

  publish(commits: readonly Commit[]): void {
    for (const commit of commits) {
      this.#past.push(commit);
      this.#changes += commit.changes.length;
    }
    if (this.#changes > 2 * keptChanges) this.#compact();
    this.#wake();
  }

  /** Ends every watch. */
  close(): void {
    this.#closed = true;
    this.#wake();
  }

  async *watch(prefix: string, from: Revision, signal: AbortSignal): AsyncGenerator<readonly Change[] | 'compacted', void> {
    let seen = from;
    while (!signal.aborted && !this.#closed) {
      const next = seen - this.#floor;
      if (next < 0 || next > this.#past.length) {
        yield 'compacted';
        return;
      }
      if (next === this.#past.length) {
        await this.#more(signal);
        continue;
      }
      const commits = this.#past.slice(next);
      seen += commits.length;
      const changes = commits.flatMap((commit) => readable(commit, prefix));
      if (changes.length > 0) yield changes;
    }
  }

  // The newest commit always stays, however large it is.
  #compact(): void {
    let dropped = 0;
    for (const { changes } of this.#past) {
      if (this.#changes <= keptChanges || dropped === this.#past.length - 1) break;
      this.#changes -= changes.length;
      dropped++;
    }
    this.#past.splice(0, dropped);
    this.#floor += dropped;
  }

  #wake(): void {
    for (const wake of [...this.#sleepers]) wake();
  }

  #more(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.#sleepers.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.#sleepers.add(wake);
      signal.addEventListener('abort', wake);
    });
  }
}

const readable = ({ revision, changes }: Commit, prefix: string): readonly Change[] =>
  changes.filter(({ key }) => key.startsWith(prefix)).map(({ key, text }) => ({ key, value: text === null ? null : valueOf(text), revision }));
