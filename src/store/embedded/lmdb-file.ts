import { closeSync, fsyncSync, openSync, readFileSync, renameSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { getSystemErrorName } from 'node:util';
import { type RootDatabase, open } from 'lmdb';
import { FairleadError, failure } from '../../base/error.js';
import type { Json } from '../../base/json.js';
import type { Draft } from '../draft.js';
import { Rows, valueOf } from '../rows.js';
import type { Revision } from '../store.js';
import { lmdbFault } from './lmdb-fault.js';
import { emptyFile } from './lmdb-meta.js';
import { notWritten } from './not-written.js';
import { RoomAhead } from './room-ahead.js';
import { readRevision, readRow, rowText } from './row-text.js';

// LMDB's own names for them.
const dataFile = 'data.mdb';
const lockFile = 'lock.mdb';
// LMDB makes it of 8,272 bytes, and keeps to what is there if it is more.
const lockBytes = 16_384;

// A number is a key of its own kind: it sorts before every text and cannot be one of ours.
const revisionKey = 0;

// LMDB's own errors (lmdb.h, MDB_KEYEXIST … MDB_LAST_ERRCODE) that say the file is none of ours or is broken.
const damage = new Set([-30797, -30796, -30794, -30793, -30784, -30779]);

/** A key with the text of its row, without one where it is removed. */
type Written = readonly [key: string | number, text: string | undefined];

/**
 * The rows of a store in LMDB's file, as JSON text. Read whole when it is opened; after that written, and read in single turns, so that no reader
 * ever keeps old pages from being used again.
 */
export class LmdbFile {
  readonly #path: string;
  readonly #db: RootDatabase<string, string | number>;
  readonly #room: RoomAhead;

  /** Opens the file in the directory `path`, or makes it. Throws `state-denied`, `state-full` and `state-damaged`. */
  constructor(path: string, durable: boolean) {
    this.#path = path;
    try {
      const fault = lmdbFault(readOrMake(join(path, dataFile)));
      if (fault) throw failure('state-damaged', { path: join(path, dataFile), reason: fault });
      // LMDB writes to a map of it, which kills the process (SIGBUS) where the file system has no room for its pages.
      writeFileSync(join(path, lockFile), Buffer.alloc(lockBytes), { mode: 0o600 });
      this.#db = open<string, string | number>({
        path,
        noSubdir: false,
        maxDbs: 1,
        encoding: 'string',
        noSync: !durable,
        // A commit is answered after its fsync, not before it as this would have it.
        overlappingSync: false,
        // Else the promise of lmdb's own batch around ours is rejected with nobody listening when the disk is full.
        eventTurnBatching: false,
        // No writable map: it would be twice as fast, and a full tmpfs would kill the process (SIGBUS) instead of failing the commit.
        useWritemap: false,
      });
      this.#room = new RoomAhead(join(path, dataFile));
    } catch (error) {
      throw this.#failed(error);
    }
  }

  /** Every row, and the revision of the last commit; without values where those are to stay in the file. Throws `state-invalid` with the key of what cannot be read. */
  read({ values }: { readonly values: boolean }): Rows {
    const rows = new Rows(values ? undefined : (key) => this.#valueOf(key));
    try {
      for (const { key, value } of this.#db.getRange({})) {
        const revision = key === revisionKey ? readRevision(value) : this.#readInto(rows, key, value);
        if (typeof revision === 'string') throw failure('state-invalid', { key: String(key), path: this.#path, reason: revision });
        rows.revision = Math.max(rows.revision, revision);
      }
    } catch (error) {
      throw this.#failed(error);
    }
    this.#db.resetReadTxn();
    return rows;
  }

  /** Writes the draft before it returns; it outlives the process, not a crash of the host. */
  writeNow(draft: Draft): void {
    try {
      const written = this.#prepare(draft);
      this.#db.transactionSync(() => this.#put(written));
      // Who reads later in this turn is to see it.
      this.#db.resetReadTxn();
    } catch (error) {
      throw this.#failed(error);
    }
  }

  /** Writes the draft in lmdb's own thread, one at a time; resolves when it is on the disk. */
  async write(draft: Draft): Promise<void> {
    try {
      const written = this.#prepare(draft);
      await this.#db.batch(() => this.#put(written));
    } catch (error) {
      throw this.#failed(await reasonOf(error));
    }
  }

  async close(): Promise<void> {
    await this.#db.close();
    this.#room.close();
  }

  // The last revision is that of some row, unless a removal took it: only then is it written by itself.
  #prepare(draft: Draft): readonly Written[] {
    const written: Written[] = Array.from(draft.rows, ([key, row]) => [key, row ? rowText(row) : undefined]);
    if (written.some(([, text]) => text === undefined)) written.push([revisionKey, String(draft.revision)]);
    const sizes = written.map(([key, text]) => (text === undefined ? 0 : Buffer.byteLength(String(key)) + Buffer.byteLength(text)));
    this.#room.take({ sizes, adds: written.some(([key, text]) => key !== revisionKey && text !== undefined) });
    return written;
  }

  // Within a transaction, whose end tells of failures: the promises of the single writes say nothing more.
  #put(written: readonly Written[]): void {
    for (const [key, text] of written) void (text === undefined ? this.#db.remove(key) : this.#db.put(key, text));
  }

  // Of a row that was written here, or read once.
  #valueOf(key: string): Json {
    const row = readRow(this.#db.get(key) ?? '');
    if (typeof row === 'string') throw failure('state-invalid', { key, path: this.#path, reason: row });
    return valueOf(row.text);
  }

  #readInto(rows: Rows, key: string | number, value: string): Revision | string {
    if (typeof key !== 'string') return 'its key is none that Fairlead writes';
    const row = readRow(value);
    if (typeof row === 'string') return row;
    rows.set(key, row);
    return row.revision;
  }

  #failed(error: unknown): FairleadError {
    if (FairleadError.is(error)) return error;
    const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
    const path = this.#path;
    if (typeof code === 'number' && damage.has(code))
      return failure('state-damaged', { path: join(path, dataFile), reason: error instanceof Error ? error.message : String(error) }, { cause: error });
    const errno = typeof code === 'number' && code > 0 ? getSystemErrorName(-code) : String(code ?? error);
    return notWritten(path, errno === 'EIO' && isFull(path) ? 'ENOSPC' : errno, error);
  }
}

// It appears with its whole content: LMDB's own way leaves an empty file behind if the process is killed in it, and crashes if it cannot be written.
function readOrMake(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
  const bytes = emptyFile();
  const made = `${file}.new`;
  const fd = openSync(made, 'w', 0o600);
  try {
    writeFileSync(fd, bytes);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(made, file);
  return bytes;
}

// lmdb rejects a batch with a general error, whose `commitError` is a promise that is rejected with the reason.
async function reasonOf(error: unknown): Promise<unknown> {
  if (typeof error !== 'object' || error === null || !('commitError' in error)) return error;
  return Promise.resolve(error.commitError).catch((reason: unknown) => reason);
}

// LMDB takes a write that was cut short for an input/output error (mdb_page_flush); most often the file system is full.
const isFull = (path: string): boolean => statfsSync(path).bavail === 0;
