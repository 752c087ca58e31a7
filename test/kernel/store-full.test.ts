import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const namespaces = process.getuid?.() === 0 ? ['--mount'] : ['--mount', '--map-root-user'];
const stdio: ['ignore', 'pipe', 'inherit'] = ['ignore', 'pipe', 'inherit'];

/** What a child prints that works in a file system of so many kibibytes. */
function inSmallPlace(child: string, durable: boolean, kibibytes: number): unknown {
  const path = mkdtempSync(join(tmpdir(), 'fairlead-full-'));
  try {
    const script = 'mount --make-rprivate / && mount -t tmpfs -o "size=$5k" tmpfs "$1" && exec "$2" "$3" "$1" "$4"';
    const words = ['sh', '-c', script, 'sh', path, process.execPath, join(import.meta.dirname, child), String(durable), String(kibibytes)];
    return JSON.parse(execFileSync('unshare', [...namespaces, ...words], { encoding: 'utf8', stdio }));
  } finally {
    rmdirSync(path);
  }
}

// lmdb takes a write that finds no room at all otherwise than one that is cut short: a page more or less decides.
const places = [2036, 2040, 2044, 2048, 2052].flatMap((kibibytes) => [true, false].map((durable) => ({ kibibytes, durable })));

it.each(places)(
  'a full file system of $kibibytes KiB fails the commit, and neither the process nor the store (durable: $durable)',
  ({ kibibytes, durable }) => {
    const { kept, listed, codes, unhandled, after } = inSmallPlace('store-full.child.mjs', durable, kibibytes) as Readonly<Record<string, string[]>>;
    expect(kept?.length).toBeGreaterThan(5);
    expect(listed?.toSorted()).toEqual(kept?.toSorted());
    expect([...new Set(codes)]).toEqual(['state-full ENOSPC']);
    expect(unhandled).toBe(0);
    expect(after).toEqual(['after']);
  },
);

it.each([true, false])('a store opens where there is room for it, and is refused where there is not (durable: %s)', (durable) => {
  const outcomes = inSmallPlace('store-cramped.child.mjs', durable, 2048) as readonly string[];
  const opens = outcomes.indexOf('opened');
  expect(opens).toBeGreaterThan(1);
  expect(new Set(outcomes.slice(0, opens))).toEqual(new Set(['state-full ENOSPC']));
  expect(new Set(outcomes.slice(opens))).toEqual(new Set(['opened']));
});
