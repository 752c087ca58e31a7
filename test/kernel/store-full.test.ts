import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const namespaces = process.getuid?.() === 0 ? ['--mount'] : ['--mount', '--map-root-user'];
// lmdb prints the errors of its thread by itself.
const stdio: ['ignore', 'pipe', 'ignore'] = ['ignore', 'pipe', 'ignore'];

/**
 * What a child prints that works in a file system of two mebibytes, less a page: where the last write finds no room at all, lmdb 3.5.6 writes its error
 * into a buffer that is too short for long numbers (mdb_page_flush of its mdb.c), and the process may end of it.
 */
function inSmallPlace(child: string, durable: boolean): unknown {
  const path = mkdtempSync(join(tmpdir(), 'fairlead-full-'));
  try {
    const script = 'mount --make-rprivate / && mount -t tmpfs -o size=2044k tmpfs "$1" && exec "$2" "$3" "$1" "$4"';
    const words = ['sh', '-c', script, 'sh', path, process.execPath, join(import.meta.dirname, child), String(durable)];
    return JSON.parse(execFileSync('unshare', [...namespaces, ...words], { encoding: 'utf8', stdio }));
  } finally {
    rmdirSync(path);
  }
}

it.each([true, false])('a full file system fails the commit, and neither the process nor the store (durable: %s)', (durable) => {
  const { kept, listed, codes, unhandled, after } = inSmallPlace('store-full.child.mjs', durable) as Readonly<Record<string, string[]>>;
  expect(kept?.length).toBeGreaterThan(5);
  expect(listed?.toSorted()).toEqual(kept?.toSorted());
  expect([...new Set(codes)]).toEqual(['state-full ENOSPC']);
  expect(unhandled).toBe(0);
  expect(after).toEqual(['after']);
});

it.each([true, false])('a store opens where there is room for it, and is refused where there is not (durable: %s)', (durable) => {
  const outcomes = inSmallPlace('store-cramped.child.mjs', durable) as readonly string[];
  const opens = outcomes.indexOf('opened');
  expect(opens).toBeGreaterThan(1);
  expect(new Set(outcomes.slice(0, opens))).toEqual(new Set(['state-full ENOSPC']));
  expect(new Set(outcomes.slice(opens))).toEqual(new Set(['opened']));
});
