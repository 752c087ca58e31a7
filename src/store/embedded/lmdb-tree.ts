import { HEADER, type Meta, PAGE_FLAGS_AT, PAGE_TXN_AT, type Tree, u64 } from './lmdb-meta.js';

// MDB_page_header after the flags: where free space begins and ends, counted from the header's end, or how many pages a
// large value takes. MDB_node: 8 bytes, the key, then the value, or MDB_ovpage, which says where a large one is.
const BRANCH = 0x01;
const LEAF = 0x02;
const OVERFLOW = 0x04;
const LOWER_AT = 20;
const UPPER_AT = 22;
const PAGES_AT = 20;
const NODE = 8;
const NODE_FLAGS_AT = 4;
const KEY_SIZE_AT = 6;
const ELSEWHERE = 0x01;
const OVERFLOW_ENTRY = 24;
/** CURSOR_STACK: LMDB follows no tree further down. */
const DEEPEST = 32;

/** A key and its value, both parts of the file. */
export interface Entry {
  readonly key: Buffer;
  readonly value: Buffer;
}

interface Node {
  readonly at: number;
  readonly flags: number;
  readonly key: Buffer;
  readonly end: number;
}

/** Thrown where the pages are not what LMDB writes. */
export class Damage extends Error {
  override readonly name = 'Damage';
}

/**
 * Walks a tree of LMDB in the order of its keys, and trusts nothing: each page is inside the file, was written by a transaction
 * that there was, belongs to one place only, and holds its nodes without gaps; keys rise. LMDB itself checks none of this: it
 * follows what the pages say, beyond the end of the file too (SIGBUS), and takes a page from the future for one of its own
 * buffers, which it may write to (SIGSEGV).
 */
export class TreeWalk {
  readonly #bytes: Buffer;
  readonly #meta: Meta;
  readonly #used: Uint8Array;
  readonly #compare: (a: Buffer, b: Buffer) => number;
  // The next key is at least this one, and above it unless it only divides two pages.
  #floor: Buffer | undefined;
  #above = false;

  /** `used` has a byte for each page of the file; the walk marks those that it meets. */
  constructor(bytes: Buffer, meta: Meta, used: Uint8Array, compare: (a: Buffer, b: Buffer) => number) {
    this.#bytes = bytes;
    this.#meta = meta;
    this.#used = used;
    this.#compare = compare;
  }

  /** Every entry. Throws `Damage`. */
  *entries({ depth, root }: Tree): Generator<Entry> {
    if (depth > DEEPEST) throw new Damage('a tree is too deep');
    if (depth > 0) yield* this.#page(root, depth);
  }

  *#page(number: number, level: number): Generator<Entry> {
    const page = this.#take(number, 1, level > 1 ? BRANCH : LEAF);
    const nodes = this.#nodes(page, number);
    for (const [i, node] of nodes.entries()) {
      if (level > 1) {
        if (i > 0) this.#rise(node.key, false);
        yield* this.#page(childOf(page, node), level - 1);
      } else {
        this.#rise(node.key, true);
        yield { key: node.key, value: this.#value(page, node) };
      }
    }
  }

  // Some pages in a row, as one: inside the file, nobody else's, of this kind.
  #take(number: number, count: number, kind: number): Buffer {
    const { pageSize, lastPage, txn } = this.#meta;
    if (number < 2 || number + count - 1 > lastPage) throw new Damage(`it leads to page ${number}, which it does not have`);
    const page = this.#bytes.subarray(number * pageSize, (number + count) * pageSize);
    if (page.length < count * pageSize) throw new Damage(`it was cut short: page ${number} is missing`);
    for (let each = number; each < number + count; each++) {
      if (this.#used[each] === 1) throw new Damage(`page ${each} is used twice`);
      this.#used[each] = 1;
    }
    if (u64(page, 0) !== number || page.readUInt16LE(PAGE_FLAGS_AT) !== kind || u64(page, PAGE_TXN_AT) > txn) throw new Damage(`page ${number} is damaged`);
    return page;
  }

  #nodes(page: Buffer, number: number): readonly Node[] {
    const [lower, upper, room] = [page.readUInt16LE(LOWER_AT), page.readUInt16LE(UPPER_AT), page.length - HEADER];
    const damaged = () => new Damage(`page ${number} is damaged`);
    const branch = page.readUInt16LE(PAGE_FLAGS_AT) === BRANCH;
    if (lower % 2 === 1 || lower > upper || upper > room || lower / 2 < (branch ? 2 : 1)) throw damaged();
    let size = 0;
    const nodes = Array.from({ length: lower / 2 }, (_, i) => {
      const offset = page.readUInt16LE(HEADER + 2 * i);
      const at = HEADER + offset;
      if (offset < upper || offset % 2 === 1 || at + NODE > page.length) throw damaged();
      const flags = page.readUInt16LE(at + NODE_FLAGS_AT);
      if (!branch && flags > ELSEWHERE) throw damaged();
      const keyEnd = at + NODE + page.readUInt16LE(at + KEY_SIZE_AT);
      const end = keyEnd + (branch ? 0 : flags === ELSEWHERE ? OVERFLOW_ENTRY : page.readUInt32LE(at));
      if (end > page.length) throw damaged();
      size += (end - at + 1) & ~1;
      return { at, flags, key: page.subarray(at + NODE, keyEnd), end };
    });
    // As many bytes as the page has behind its free space: since none leaves the page, none lies over another.
    if (size !== room - upper) throw damaged();
    return nodes;
  }

  #value(page: Buffer, { at, flags, key, end }: Node): Buffer {
    const start = at + NODE + key.length;
    if (flags !== ELSEWHERE) return page.subarray(start, end);
    const [number, txn, count, size] = [u64(page, start), u64(page, start + 8), u64(page, start + 16), page.readUInt32LE(at)];
    if (count < 1 || HEADER + size > count * this.#meta.pageSize || txn > this.#meta.txn) throw new Damage(`page ${number} is damaged`);
    const large = this.#take(number, count, OVERFLOW);
    if (large.readUInt32LE(PAGES_AT) !== count) throw new Damage(`page ${number} is damaged`);
    return large.subarray(HEADER, HEADER + size);
  }

  #rise(key: Buffer, entry: boolean): void {
    if (this.#floor) {
      const order = this.#compare(key, this.#floor);
      if (order < 0 || (order === 0 && this.#above)) throw new Damage('its keys are out of order');
    }
    this.#floor = key;
    this.#above = entry;
  }
}

// The number of a page takes what are size and flags in a leaf: 48 bits.
const childOf = (page: Buffer, { at, flags }: Node): number => page.readUInt32LE(at) + flags * 2 ** 32;
