import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';
import { EmbeddedStore } from '#dist/store/embedded/embedded-store.js';

const child = join(import.meta.dirname, 'store-kill.child.mjs');

// Kills the writer once it has reported so many; answers every commit that it reported.
async function writeUntilKilled(path: string, durable: boolean, from: number, reports: number): Promise<readonly string[]> {
  const writer = spawn(process.execPath, [child, path, String(durable), String(from)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(writer, 'exit');
  const acknowledged: string[] = [];
  for await (const line of createInterface({ input: writer.stdout })) {
    acknowledged.push(line);
    if (acknowledged.length === reports) writer.kill('SIGKILL');
  }
  expect((await exited)[1]).toBe('SIGKILL');
  return acknowledged;
}

it.each([true, false])('a killed process loses nothing that was acknowledged, and leaves no half commit (durable: %s)', async (durable) => {
  const path = mkdtempSync(join(tmpdir(), 'fairlead-kill-'));
  try {
    const acknowledged: string[] = [];
    for (const [round, reports] of [1, 40, 200, 333].entries()) {
      acknowledged.push(...(await writeUntilKilled(path, durable, round * 100_000, reports)));
      await using store = await EmbeddedStore.open({ path, durable });
      const { entries, revision } = await store.list('');
      const commits = new Set([...entries.keys()].map((key) => key.slice(2)));
      expect(acknowledged.filter((commit) => !commits.has(commit))).toEqual([]);
      expect([...commits].filter((commit) => !entries.has(`a/${commit}`) || !entries.has(`b/${commit}`))).toEqual([]);
      expect(revision).toBe(commits.size);
    }
  } finally {
    rmSync(path, { recursive: true });
  }
});
