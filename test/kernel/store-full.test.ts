import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const child = join(import.meta.dirname, 'store-full.child.mjs');
const namespaces = process.getuid?.() === 0 ? ['--mount'] : ['--mount', '--map-root-user'];

it.each([true, false])('a full file system fails the commit, and neither the process nor the store (durable: %s)', (durable) => {
  const path = mkdtempSync(join(tmpdir(), 'fairlead-full-'));
  try {
    const script = 'mount --make-rprivate / && mount -t tmpfs -o size=2m tmpfs "$1" && exec "$2" "$3" "$1/state" "$4"';
    // lmdb prints the errors of its thread by itself.
    const stdio: ['ignore', 'pipe', 'ignore'] = ['ignore', 'pipe', 'ignore'];
    const printed = execFileSync('unshare', [...namespaces, 'sh', '-c', script, 'sh', path, process.execPath, child, String(durable)], {
      encoding: 'utf8',
      stdio,
    });
    const { kept, listed, codes, unhandled, after } = JSON.parse(printed);
    expect(kept.length).toBeGreaterThan(5);
    expect([...listed].sort()).toEqual([...kept].sort());
    expect([...new Set(codes)]).toEqual(['state-denied ENOSPC']);
    expect(unhandled).toBe(0);
    expect(after).toEqual(['after']);
  } finally {
    rmdirSync(path);
  }
});
