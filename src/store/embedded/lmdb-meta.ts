// LMDB's mdb.c as lmdb 3.5 builds it, native byte order (little-endian wherever this runs). A page begins with MDB_page_header:
// its number, the transaction that wrote it, and flags. A meta page goes on with MDB_meta, which holds two MDB_db: the free
// pages, whose unused md_pad is the page size, and the rows.
export const HEADER = 24;
export const PAGE_TXN_AT = 8;
export const PAGE_FLAGS_AT = 18;
const META_FLAG = 0x08;
const MAGIC_AT = 24;
const MAGIC = 0xbeefc0de;
const VERSION_AT = 28;
const VERSION = 2;
const MAP_SIZE_AT = 40;
const FREE_AT = 48;
const ROWS_AT = 96;
const LAST_PAGE_AT = 144;
const TXN_AT = 152;
const META_BYTES = 168;
// Within MDB_db.
const TREE_FLAGS_AT = 4;
const DEPTH_AT = 6;
const ROOT_AT = 40;
/** MDB_INTEGERKEY: the free pages are keyed by the transaction that freed them. */
const INTEGER_KEY = 0x08;
/** P_INVALID: the root of an empty tree. */
const NO_PAGE = 0xffff_ffff_ffff_ffffn;
const NEW_PAGE_SIZE = 4096;
const NEW_MAP_SIZE = 0x20000n;

/** A B-tree of the file: how many levels it has, none when it is empty, and the page of its root. */
export interface Tree {
  readonly depth: number;
  readonly root: number;
}

/** What a meta page says: a whole state of the file. */
export interface Meta {
  readonly pageSize: number;
  readonly free: Tree;
  readonly rows: Tree;
  readonly lastPage: number;
  /** The transaction that wrote it; transaction N writes meta page N % 2. */
  readonly txn: number;
}

/** The newer of the two meta pages, which LMDB takes, or why these bytes begin with no two of them. */
export function readMeta(bytes: Buffer): Meta | string {
  if (bytes.length === 0) return 'it is empty';
  const first = metaAt(bytes, 0);
  if (!first) return 'it is no LMDB file of this version';
  const second = metaAt(bytes, first.pageSize);
  if (second?.pageSize !== first.pageSize) return 'its second header is damaged';
  const wrong = first.txn % 2 === 1 || (second.txn % 2 === 0 && second.txn > 0);
  return wrong ? 'its headers contradict each other' : first.txn >= second.txn ? first : second;
}

/** A file without rows, as LMDB makes it (mdb_env_init_meta). */
export function emptyFile(): Buffer {
  const bytes = Buffer.alloc(2 * NEW_PAGE_SIZE);
  for (const number of [0, 1]) {
    const page = bytes.subarray(number * NEW_PAGE_SIZE);
    page.writeBigUInt64LE(BigInt(number), 0);
    page.writeUInt16LE(META_FLAG, PAGE_FLAGS_AT);
    page.writeUInt32LE(MAGIC, MAGIC_AT);
    page.writeUInt32LE(VERSION, VERSION_AT);
    page.writeBigUInt64LE(NEW_MAP_SIZE, MAP_SIZE_AT);
    page.writeUInt32LE(NEW_PAGE_SIZE, FREE_AT);
    page.writeUInt16LE(INTEGER_KEY, FREE_AT + TREE_FLAGS_AT);
    page.writeBigUInt64LE(NO_PAGE, FREE_AT + ROOT_AT);
    page.writeBigUInt64LE(NO_PAGE, ROWS_AT + ROOT_AT);
    page.writeBigUInt64LE(1n, LAST_PAGE_AT);
  }
  return bytes;
}

/** A number of 64 bits. Above 2^53 it is not exact, and larger than whatever it is compared with. */
export const u64 = (bytes: Buffer, at: number): number => bytes.readUInt32LE(at) + bytes.readUInt32LE(at + 4) * 2 ** 32;

function metaAt(bytes: Buffer, position: number): Meta | undefined {
  if (bytes.length < position + META_BYTES) return undefined;
  const page = bytes.subarray(position, position + META_BYTES);
  const meta: Meta = {
    pageSize: page.readUInt32LE(FREE_AT),
    free: treeAt(page, FREE_AT),
    rows: treeAt(page, ROWS_AT),
    lastPage: u64(page, LAST_PAGE_AT),
    txn: u64(page, TXN_AT),
  };
  const right =
    page.readUInt16LE(PAGE_FLAGS_AT) === META_FLAG &&
    page.readUInt32LE(MAGIC_AT) === MAGIC &&
    page.readUInt32LE(VERSION_AT) === VERSION &&
    page.readUInt16LE(FREE_AT + TREE_FLAGS_AT) === INTEGER_KEY &&
    page.readUInt16LE(ROWS_AT + TREE_FLAGS_AT) === 0 &&
    [512, 1024, 2048, 4096, 8192, 16384, 32768].includes(meta.pageSize) &&
    Number.isSafeInteger(meta.txn) &&
    meta.lastPage >= 1 &&
    meta.lastPage < 2 ** 31;
  return right ? meta : undefined;
}

const treeAt = (page: Buffer, at: number): Tree => ({ depth: page.readUInt16LE(at + DEPTH_AT), root: u64(page, at + ROOT_AT) });
