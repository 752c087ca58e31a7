import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';

const child = join(import.meta.dirname, 'state-lock.child.mjs');
const starters = 4;

interface Starter {
  readonly process: ChildProcess;
  line(): Promise<string>;
}

function start(path: string): Starter {
  const starter = spawn(process.execPath, [child, path], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: starter.stdout })[Symbol.asyncIterator]();
  return { process: starter, line: async () => String((await lines.next()).value) };
}

it('a dead owner is succeeded where the file system is full', () => {
  const path = mkdtempSync(join(tmpdir(), 'fairlead-lock-'));
  const take = 'echo go | "$2" "$3" "$1"';
  const script = `mount --make-rprivate / && mount -t tmpfs -o size=64k tmpfs "$1" && { ${take}; cat /dev/zero > "$1/fill"; ${take}; :; }`;
  const namespaces = process.getuid?.() === 0 ? ['--mount'] : ['--mount', '--map-root-user'];
  const words = ['sh', '-c', script, 'sh', path, process.execPath, child];
  try {
    expect(execFileSync('unshare', [...namespaces, ...words], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })).toBe('ready\ntaken\nready\ntaken\n');
  } finally {
    rmSync(path, { recursive: true });
  }
});

// Every round finds the lock of a process that was killed while it held it.
it('exactly one of several starters succeeds a dead owner', async () => {
  const path = mkdtempSync(join(tmpdir(), 'fairlead-lock-'));
  try {
    for (let round = 0; round < 12; round++) {
      const all = Array.from({ length: starters }, () => start(path));
      await Promise.all(all.map(({ line }) => line()));
      for (const { process } of all) process.stdin?.write('go\n');
      const answers = await Promise.all(all.map(({ line }) => line()));
      expect(answers.sort()).toEqual([...Array.from({ length: starters - 1 }, () => 'state-locked'), 'taken']);
      const exits = all.map(({ process }) => once(process, 'exit'));
      for (const { process } of all) process.stdin?.end();
      await Promise.all(exits);
      expect(readdirSync(path)).toEqual(['owner.lock']);
    }
  } finally {
    rmSync(path, { recursive: true });
  }
});
