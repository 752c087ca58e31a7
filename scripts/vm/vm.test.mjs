import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { cpio } from './cpio.mjs';
import { moduleFiles } from './kernel.mjs';
import { readResults } from '../tiers/report.mjs';
import { root } from '../lib/project.mjs';
import { troubleOf } from './run-in-guest.mjs';
import { supervised } from './supervised.mjs';

/** What a reader of the `newc` form makes of it: the path, the mode and the content of each entry. */
function read(archive) {
  const entries = [];
  for (let at = 0; ; ) {
    const field = (index) => Number.parseInt(archive.toString('latin1', at + 6 + index * 8, at + 14 + index * 8), 16);
    const [mode, size, length] = [field(1), field(6), field(11)];
    expect(archive.toString('latin1', at, at + 6)).toBe('070701');
    const path = archive.toString('latin1', at + 110, at + 110 + length - 1);
    const begin = Math.ceil((at + 110 + length) / 4) * 4;
    at = Math.ceil((begin + size) / 4) * 4;
    if (path === 'TRAILER!!!') return { entries, rest: archive.length - at };
    entries.push([path, mode.toString(8), archive.toString('utf8', begin, begin + size)]);
  }
}

// One whose parent went first may not have been waited for yet.
const isZombie = (pid) => /\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));

describe('an archive for the first file system', () => {
  it('has each folder before what is in it, each file whole, and its end', () => {
    expect(read(cpio({ init: 'first', 'a/b/c.ko': 'x', 'a/d': '' }))).toEqual({
      entries: [
        ['a', '40755', ''],
        ['a/b', '40755', ''],
        ['init', '100755', 'first'],
        ['a/b/c.ko', '100755', 'x'],
        ['a/d', '100755', ''],
      ],
      rest: 0,
    });
  });
});

describe('the modules that are needed first', () => {
  it('come behind those that they need, each once, and not at all where they are built in', () => {
    const place = mkdtempSync(join(tmpdir(), 'fairlead-modules-'));
    const folder = join(place, 'lib/modules/1');
    try {
      mkdirSync(folder, { recursive: true });
      const lines = [
        'net/9pnet.ko:',
        'net/9pnet_virtio.ko: net/9pnet.ko virtio/virtio_ring.ko virtio/virtio.ko',
        'fs/9p.ko: net/9pnet.ko',
        'virtio/virtio.ko:',
      ];
      writeFileSync(join(folder, 'modules.dep'), lines.join('\n'));
      const files = moduleFiles({ place, release: '1' }, ['9pnet-virtio', '9p', 'overlay']);
      expect(files.map((file) => file.replace(`${folder}/`, ''))).toEqual([
        'virtio/virtio.ko',
        'virtio/virtio_ring.ko',
        'net/9pnet.ko',
        'net/9pnet_virtio.ko',
        'fs/9p.ko',
      ]);
    } finally {
      rmSync(place, { recursive: true });
    }
  });
});

describe('a guest', () => {
  // Prints its number, and never ends by itself.
  const hangs = ['-c', 'echo $$ > "$0"; exec sleep 1000'];
  const begun = async (file) => {
    await vi.waitFor(() => expect(readFileSync(file, 'utf8')).toMatch(/\n/), 10_000);
    return Number(readFileSync(file, 'utf8'));
  };
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'fairlead-guest-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('that hangs is ended, and its console told', async () => {
    const file = join(folder, 'late');
    const ended = await supervised('sh', [...hangs, file], { limit: 1 });
    expect(ended).toEqual({ late: true, how: 'SIGKILL' });
    const console = Array.from({ length: 100 }, (_, line) => `line ${line}\n`).join('');
    const told = troubleOf(ended, 1, console).split('\n');
    expect([told.length, told[0], told.at(-1)]).toEqual([41, 'the guest had not ended after 1 s; the end of its console:', 'line 99']);
  });

  it('says how it ended by itself', async () => {
    const ended = await supervised('sh', ['-c', 'exit 3'], { limit: 60 });
    expect(ended).toEqual({ late: false, how: 3 });
    expect(troubleOf(ended, 60, '')).toMatch(/^the guest ended without a status \(QEMU: 3\)/);
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGKILL'])('ends with who runs it, at %s', async (signal) => {
    const file = join(folder, signal);
    const code = `import(${JSON.stringify(new URL('./supervised.mjs', import.meta.url))}).then(({ supervised }) => supervised('sh', ${JSON.stringify([...hangs, file])}, { limit: 60 }))`;
    const runner = spawn(process.execPath, ['-e', code], { stdio: 'ignore' });
    const pid = await begun(file);
    runner.kill(signal);
    await vi.waitFor(() => expect(existsSync(`/proc/${pid}`) && !isZombie(pid)).toBe(false), 10_000);
  });
});

describe('tests in a guest', () => {
  const runs = (text) => {
    // `vitest` is found from there.
    mkdirSync(join(root, '.cache'), { recursive: true });
    const folder = mkdtempSync(join(root, '.cache/runner-'));
    try {
      const [file, report] = ['one.test.js', 'report.json'].map((name) => join(folder, name));
      writeFileSync(file, `import { beforeAll, describe, expect, it, vi } from 'vitest';\n${text}`);
      const program = join(import.meta.dirname, 'guest-tests.mjs');
      const { status, stdout } = spawnSync(process.execPath, [program, report, file], { encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } });
      return { status, stdout, results: readResults(report, status).map(({ name, outcome }) => [name, outcome]) };
    } finally {
      rmSync(folder, { recursive: true });
    }
  };

  it('are told as they end, in their order, with what failed and why', () => {
    const text = `
      describe.each([{ number: 1 }])('of $number', ({ number }) => {
        it('waits', async () => { await vi.waitFor(() => expect(number).toBe(1)); });
        it('fails', () => expect({ number }).toMatchObject({ number: expect.any(String) }));
        it('is left out', ({ skip }) => skip());
      });`;
    const { status, stdout, results } = runs(text);
    expect([status, results]).toEqual([
      1,
      [
        ['of 1 waits', 'passed'],
        ['of 1 fails', 'failed'],
        ['of 1 is left out', 'skipped'],
      ],
    ]);
    expect(stdout).toMatch(/✓ \S+ > of 1 > waits \d+ms\n × \S+ > of 1 > fails \d+ms\n {3}→ expected/);
    expect(stdout).toContain('AssertionError: expected');
  });

  it('fail with what their file needs, and with what nobody waited for', () => {
    const needs = runs("beforeAll(() => { throw new Error('no ground'); });\nit('stands', () => {});");
    expect([needs.status, needs.results]).toEqual([
      1,
      [
        ['stands', 'skipped'],
        [expect.stringContaining('no ground'), 'failed'],
      ],
    ]);
    const stray = runs("it('is well', async () => { void Promise.reject(new Error('stray')); await new Promise((done) => setTimeout(done, 10)); });");
    expect([stray.status, stray.results]).toEqual([
      1,
      [
        ['is well', 'passed'],
        ['the run ended with 1', 'failed'],
      ],
    ]);
    expect(stray.stdout).toContain('stray');
    expect(runs("it('is well', () => {});")).toMatchObject({ status: 0, results: [['is well', 'passed']] });
    expect(runs("throw new Error('no module');").results).toEqual([[expect.stringContaining('no module'), 'failed']]);
  });
});
