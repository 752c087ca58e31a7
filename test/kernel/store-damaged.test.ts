import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const child = join(import.meta.dirname, 'store-damaged.child.mjs');

it.each([1, Date.now() % 2 ** 31])('a damaged file is opened or refused, and never ends the process (seed %i)', (seed) => {
  const path = mkdtempSync(join(tmpdir(), 'fairlead-damaged-'));
  try {
    const { status, signal, stdout, stderr } = spawnSync(process.execPath, [child, path, String(seed)], { encoding: 'utf8' });
    const last = stdout.trimEnd().split('\n').at(-1) ?? '';
    expect({ status, signal, ...(status !== 0 && { last, stderr }) }).toEqual({ status: 0, signal: null });
    const { opened, refused } = JSON.parse(last);
    expect([opened > 10, refused > 10]).toEqual([true, true]);
  } finally {
    rmSync(path, { recursive: true });
  }
});
