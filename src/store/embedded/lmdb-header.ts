import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

// LMDB's mdb.c, native byte order (little-endian wherever this runs): a page header of 24 bytes whose flags at 18 say P_META, then
// MDB_meta: magic, data version, address, map size, and the page size as md_pad of the free list's record.
const flagsAt = 18;
const metaFlag = 0x08;
const magicAt = 24;
const magic = 0xbeefc0de;
const versionAt = 28;
const dataVersion = 2;
const pageSizeAt = 48;
const headerBytes = 52;

/**
 * Why this file cannot be LMDB's, or nothing when its two headers look right. lmdb 3.5 must never see a wrong one: it dereferences
 * null when the file does not open. A file that is absent or empty is one that LMDB would make. Throws the errors of fs.
 */
export function headerFault(file: string): string | undefined {
  const fd = openIfThere(file);
  if (fd === undefined) return undefined;
  try {
    if (fstatSync(fd).size === 0) return undefined;
    const first = metaAt(fd, 0);
    if (!first) return 'it is no LMDB file of this version';
    return metaAt(fd, first.pageSize) ? undefined : 'its second header is damaged';
  } finally {
    closeSync(fd);
  }
}

function metaAt(fd: number, position: number): { readonly pageSize: number } | undefined {
  const bytes = Buffer.alloc(headerBytes);
  if (readSync(fd, bytes, 0, headerBytes, position) < headerBytes) return undefined;
  const pageSize = bytes.readUInt32LE(pageSizeAt);
  const right =
    (bytes.readUInt16LE(flagsAt) & metaFlag) !== 0 &&
    bytes.readUInt32LE(magicAt) === magic &&
    (bytes.readUInt32LE(versionAt) & 0xffff) === dataVersion &&
    pageSize >= 256 &&
    pageSize <= 65536;
  return right ? { pageSize } : undefined;
}

function openIfThere(file: string): number | undefined {
  try {
    return openSync(file, 'r');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
