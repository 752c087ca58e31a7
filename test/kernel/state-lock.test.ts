import { type ChildProcess, spawn } from 'node:child_process';
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
