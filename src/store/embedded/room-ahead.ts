import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { type Meta, readMeta } from './lmdb-meta.js';

/** What a transaction writes: the bytes of each row with its key, none for one that is removed; and whether it adds any. */
export interface Load {
  readonly sizes: readonly number[];
  readonly adds: boolean;
}

// A value of more than half a page, less headers, gets pages of its own; the least page that LMDB knows has 512 bytes, ours 4,096.
const LARGE = 2000;
/** At least so many pages at a time, a mebibyte, so that few transactions look. */
const STEP = 256;
/** Kept back from who adds rows, so that there is room left to remove some. */
const KEPT_BACK = 64;

/**
 * Room in LMDB's file, taken from the file system before LMDB needs it: pages of zeros past its last one. A transaction that
 * finds no room at all ends the process, not only itself: lmdb 3.5 writes its error into a buffer that is too short for long
 * numbers (mdb_page_flush of its mdb.c). Here the same is an error of ours, before LMDB has begun.
 *
 * Invariant: the file holds at least `#left` pages past those that LMDB uses once all that was taken for is written. A file system
 * that writes elsewhere what it has already (btrfs) keeps no such promise.
 */
export class RoomAhead {
  readonly #fd: number;
  #left = 0;
  #meta: Meta;

  /** For the file at `path`, which is LMDB's and whole. */
  constructor(path: string) {
    this.#fd = openSync(path, 'r+');
    this.#meta = this.#look();
  }

  /** Makes sure of room for a transaction, when no other is on its way. Throws the system's error where there is none. */
  take(load: Load): void {
    const need = pagesAtMost(load, this.#meta);
    if (this.#left < need) this.#refill(load);
    this.#left -= Math.min(this.#left, need);
  }

  close(): void {
    closeSync(this.#fd);
  }

  #refill(load: Load): void {
    this.#meta = this.#look();
    const { pageSize, lastPage } = this.#meta;
    const least = pagesAtMost(load, this.#meta) + (load.adds ? KEPT_BACK : 0);
    const pages = Math.floor(fstatSync(this.#fd).size / pageSize);
    const used = lastPage + 1;
    const end = used + least <= pages ? pages : used + least + STEP;
    const reached = this.#zeros(Math.max(pages, used) * pageSize, end * pageSize, (used + least) * pageSize);
    this.#left = Math.floor(reached / pageSize) - used;
  }

  // Where the file system has no room for all of it, what it has may be enough.
  #zeros(start: number, end: number, enough: number): number {
    const zeros = Buffer.alloc(Math.max(0, end - start));
    let at = start;
    try {
      while (at < end) at += writeSync(this.#fd, zeros, 0, end - at, at);
    } catch (error) {
      if (at < enough) throw error;
    }
    return at;
  }

  #look(): Meta {
    const head = Buffer.alloc(65_536);
    const meta = readMeta(head.subarray(0, readSync(this.#fd, head, 0, head.length, 0)));
    if (typeof meta === 'string') throw new Error(meta);
    return meta;
  }
}

/**
 * How many pages such a transaction writes at most. Each page of a tree that it touches is written anew, to another place: of
 * one row as many as the tree is deep, of all no more than there are. A row may split one page in two, a large value has pages of its own.
 * Then what was free and what is now, eight bytes a page, in a tree of its own.
 */
export function pagesAtMost({ sizes }: Load, { pageSize, lastPage, rows, free }: Meta): number {
  const touched = Math.min(sizes.length * (rows.depth + 1), lastPage + sizes.length);
  const added = sizes.reduce((sum, bytes) => sum + 1 + (bytes > LARGE ? Math.ceil((bytes + 24) / pageSize) : 0), 0);
  const freed = Math.ceil(((touched + added + lastPage) * 8) / (pageSize - 64));
  return touched + added + 2 * freed + 2 * (free.depth + 2);
}
