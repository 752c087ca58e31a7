import { Draft } from '../draft.js';
import { type Job, LocalStore } from '../local-store.js';
import type { Rows } from '../rows.js';
import type { Revision } from '../store.js';
import { GroupCommit } from './group-commit.js';
import { LmdbFile } from './lmdb-file.js';
import { StateLock } from './state-lock.js';

/** A store in a directory of its own, of which this process is the only user. */
export class EmbeddedStore extends LocalStore {
  readonly #file: LmdbFile;
  readonly #lock: StateLock;
  readonly #group: GroupCommit | undefined;

  /**
   * Opens the store in the directory `path`, which is made where there is none. Durable: a commit settles after its fsync.
   * Else: when the kernel has it, so that it outlives this process but not the host. Keys of leases are gone.
   * Throws `state-locked`, `state-denied`, `state-full`, `state-damaged` and `state-invalid`.
   */
  static async open({ path, durable }: { readonly path: string; readonly durable: boolean }): Promise<EmbeddedStore> {
    const lock = StateLock.take(path);
    let file: LmdbFile | undefined;
    // What is written at once can be read there whenever it is asked for: memory need not hold it too. What is durable is in the file before it counts.
    try {
      file = new LmdbFile(path, durable);
      const store = new EmbeddedStore({ path, durable, lock, file, rows: file.read({ values: durable }) });
      await store.perform((draft) => draft.removeWhere((row) => row.lease !== undefined));
      return store;
    } catch (error) {
      await file?.close();
      lock.release();
      throw error;
    }
  }

  private constructor(parts: { readonly path: string; readonly durable: boolean; readonly lock: StateLock; readonly file: LmdbFile; readonly rows: Rows }) {
    super(parts.path, parts.rows);
    this.#lock = parts.lock;
    this.#file = parts.file;
    if (parts.durable)
      this.#group = new GroupCommit(parts.rows, async (draft) => {
        await this.#file.write(draft);
        this.accept(draft);
      });
  }

  protected override perform(job: Job): Revision | false | Promise<Revision | false> {
    return this.#group ? this.#group.perform(job) : this.#performNow(job);
  }

  protected override async close(): Promise<void> {
    await this.#group?.idle();
    await this.#file.close();
    this.#lock.release();
  }

  // On tmpfs the write itself takes a sixth of the time that waking lmdb's thread would.
  #performNow(job: Job): Revision | false {
    const draft = new Draft(this.rows);
    const answer = job(draft);
    if (draft.commits.length > 0) {
      this.#file.writeNow(draft);
      this.accept(draft);
    }
    return answer;
  }
}
