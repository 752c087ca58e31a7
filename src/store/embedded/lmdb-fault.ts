import { type Meta, readMeta, u64 } from './lmdb-meta.js';
import { Damage, type Entry, TreeWalk } from './lmdb-tree.js';

/**
 * Why LMDB must not open a file of these bytes, or nothing. lmdb 3.5 must never see a wrong one: it dereferences null where
 * the headers are none, and follows damaged pages wherever they lead. What is changed inside of a row is found when it is read.
 */
export function lmdbFault(bytes: Buffer): string | undefined {
  const meta = readMeta(bytes);
  if (typeof meta === 'string') return meta;
  try {
    checkPages(bytes, meta);
    return undefined;
  } catch (error) {
    if (error instanceof Damage) return error.message;
    throw error;
  }
}

function checkPages(bytes: Buffer, meta: Meta): void {
  const pages = Math.floor(bytes.length / meta.pageSize);
  const used = new Uint8Array(pages);
  for (const { key } of new TreeWalk(bytes, meta, used, Buffer.compare).entries(meta.rows)) checkRowKey(key, meta);
  const free = [...new TreeWalk(bytes, meta, used, compareNumbers).entries(meta.free)].flatMap((entry) => [...freeRanges(entry, meta)]);
  for (const { first, end } of free)
    for (let page = first; page < Math.min(end, pages); page++) if (used[page] === 1) throw new Damage(`page ${page} is both used and free`);
  const missing = firstMissing(pages, free);
  if (missing <= meta.lastPage) throw new Damage(`it was cut short: page ${missing} is missing`);
}

/** Pages from `first` to the one before `end`. */
interface Range {
  readonly first: number;
  readonly end: number;
}

// The file may be shorter than its last page says, where the final ones are free.
function firstMissing(pages: number, free: readonly Range[]): number {
  let next = pages;
  for (const { first, end } of free.toSorted((a, b) => a.first - b.first)) if (first <= next) next = Math.max(next, end);
  return next;
}

// MDB_MAXKEYSIZE 0: a page must hold two nodes with their own header of 8 bytes and a record of a tree, of 48.
function checkRowKey(key: Buffer, { pageSize }: Meta): void {
  const longest = (Math.floor((pageSize - 24) / 2) & ~1) - 2 - (8 + 48);
  if (key.length === 0 || key.length > longest) throw new Damage('it has a key that is none');
}

const compareNumbers = (a: Buffer, b: Buffer): number => {
  if (a.length !== 8 || b.length !== 8) throw new Damage('its list of free pages is damaged');
  return u64(a, 0) - u64(b, 0);
};

// How many numbers follow, then those: 0 is a gap, and a negative one says how many pages begin at the next one (midl.c of lmdb).
function* freeRanges({ key, value }: Entry, { lastPage, txn }: Meta): Generator<Range> {
  const wrong = () => new Damage('its list of free pages is damaged');
  const slots = value.length / 8;
  if (key.length !== 8 || u64(key, 0) < 1 || u64(key, 0) > txn || !Number.isInteger(slots) || slots < 1) throw wrong();
  const count = u64(value, 0);
  if (count >= slots) throw wrong();
  for (let i = 1; i <= count; i++) {
    const number = Number(value.readBigInt64LE(8 * i));
    if (number === 0) continue;
    if (number < 0 && ++i > count) throw wrong();
    const first = number < 0 ? u64(value, 8 * i) : number;
    const end = first + (number < 0 ? -number : 1);
    if (first < 2 || end > lastPage + 1) throw wrong();
    yield { first, end };
  }
}
