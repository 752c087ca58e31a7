import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, readlinkSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { failure } from '../../base/error.js';
import { randomHex } from '../../base/id.js';
import { makeDirectory } from '../../base/make-directory.js';
import { type Holder, holderText, isAlive, parseHolder, thisProcess } from './holder.js';
import { notWritten } from './not-written.js';

const lockName = 'owner.lock';

const OTHER = 'stop that one, or choose another place: --state DIR, --run DIR';
// Whose program asks a second time, or ended a thread without closing what that had opened.
const OWN = 'that is this one: use what it has opened, or close that first (await fairlead[Symbol.asyncDispose](), before its thread is ended)';

/**
 * One user of a state directory at a time: `owner.lock` names the process. It is a symbolic link that leads nowhere: symlink(2) gives it its
 * whole content at once and fails where there is one, and so short a text is kept in the inode, so that a full disk keeps nobody from starting
 * (ext4_symlink of fs/ext4/namei.c, shmem_symlink of mm/shmem.c).
 *
 * A dead owner is succeeded in a way that two starters cannot both believe they did it. Unlinking the dead one's file would
 * not do: it may be another starter's new file by then. Instead each content of the lock has one heir, the one who
 * makes `owner.lock.after-HASH-OF-CONTENT`:
 *
 *     owner.lock (dead) ──► after-… (dead) ──► after-… : whoever makes the last one, and then still finds the same
 *                                                        owner.lock, renames it over that, and removes the other claims
 *
 * While the content of owner.lock is that of a dead process, only its heir changes it, so the rename is safe. Whoever
 * followed an old chain finds another content of owner.lock after making a claim, and gives way.
 *
 * Processes of another pid namespace are not seen: two daemons in different ones need different directories.
 */
export class StateLock implements AsyncDisposable {
  readonly #file: string;
  readonly #content: string;

  private constructor(file: string, content: string) {
    this.#file = file;
    this.#content = content;
  }

  /** Takes the directory, which is made where there is none. Throws `state-locked` with the pid of its user, `state-denied` and `state-full`. */
  static take(path: string): StateLock {
    const content = holderText(thisProcess(), randomHex(16));
    const file = join(path, lockName);
    try {
      makeDirectory(path, 0o700);
      while (!tryTake(path, file, content)) {}
      sweep(path);
    } catch (error) {
      const code = codeOf(error);
      if (code === undefined) throw error;
      throw notWritten(path, code, error);
    }
    return new StateLock(file, content);
  }

  /** Lets the directory go. The second time it does nothing. */
  release(): void {
    if (read(this.#file) === this.#content) rmSync(this.#file, { force: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.release();
  }
}

// False when what was seen has changed meanwhile: look again.
function tryTake(path: string, file: string, own: string): boolean {
  if (made(file, own)) return true;
  const first = read(file);
  if (first === undefined) return false;
  let content = first;
  for (;;) {
    const holder = livingHolder(content);
    if (holder) throw failure('state-locked', { path, pid: holder.pid, mend: holder.pid === process.pid ? OWN : OTHER });
    const claim = claimOn(file, content);
    if (made(claim, own)) return succeed(file, claim, first);
    const heir = read(claim);
    if (heir === undefined) return false;
    content = heir;
  }
}

function succeed(file: string, claim: string, first: string): boolean {
  try {
    const still = read(file) === first;
    if (still) renameSync(claim, file);
    return still;
  } finally {
    rmSync(claim, { force: true });
  }
}

// What starters left that were killed halfway.
function sweep(path: string): void {
  for (const name of readdirSync(path)) {
    if (!name.startsWith(`${lockName}.`)) continue;
    const file = join(path, name);
    const holder = parseHolder(read(file) ?? '');
    if (holder && !isAlive(holder)) rmSync(file, { force: true });
  }
}

const claimOn = (file: string, content: string): string => `${file}.after-${createHash('sha256').update(content).digest('hex').slice(0, 32)}`;

function livingHolder(content: string): Holder | undefined {
  const holder = parseHolder(content);
  return holder && isAlive(holder) ? holder : undefined;
}

function made(file: string, content: string): boolean {
  try {
    symlinkSync(content, file);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

function read(file: string): string | undefined {
  try {
    return readlinkSync(file);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    // A file that was put there names nobody.
    if (codeOf(error) === 'EINVAL') return readFileSync(file, 'utf8');
    throw error;
  }
}

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'syscall' in error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
