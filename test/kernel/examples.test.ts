import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const run = promisify(execFile);
const folder = fileURLToPath(new URL('../../examples', import.meta.url));
const programs = readdirSync(folder).filter((name) => name.endsWith('.mjs'));

// What each must print, at the least: an example that says nothing shows nothing.
const SHOWS: Readonly<Record<string, RegExp>> = {
  'first-steps.mjs':
    /^network {3}web {2}172\.1\d\.0\.0\/16\nendpoint {2}endpoint1 {2}172\.1\d\.0\.2\/16 {2}02:42:ac:1\d:00:02\nsandbox {3}container1 {2}\S+\n$/,
  'many-sandboxes.mjs': /^100 sandboxes with a network each: [\d.]+ ms each\nremoved, links and addresses free again: [\d.]+ ms each\n$/,
  'dry-run.mjs': /ip address add 10\.64\.0\.1\/24 dev br-/,
  'errors.mjs': /^option-unknown\n.*did you mean com\.docker\.network\.bridge\.name\?\n/,
};

const WITHOUT_ROOT: ReadonlySet<string> = new Set(['dry-run.mjs', 'errors.mjs']);

describe('examples', () => {
  it('are all told of here', () => expect(programs.sort()).toEqual(Object.keys(SHOWS).sort()));

  it.each(programs)('%s runs as it stands', async (name) => {
    const { stdout, stderr } = await run('unshare', ['--net', '--mount', process.execPath, `${folder}/${name}`]);
    expect(stderr).toBe('');
    expect(stdout).toMatch(SHOWS[name] ?? /told of here/);
  });
});

describe('an example that fails', () => {
  it.each(programs.filter((name) => !WITHOUT_ROOT.has(name)))('%s leaves nothing behind', async (name) => {
    const place = mkdtempSync(join(tmpdir(), 'fairlead-examples-'));
    // In a user namespace without a network namespace of its own nothing is allowed.
    const failed = await run('unshare', ['--user', process.execPath, `${folder}/${name}`], { env: { ...process.env, TMPDIR: place } }).catch(
      (error: unknown) => error,
    );
    const left = readdirSync(place);
    rmSync(place, { recursive: true });
    expect(failed).toMatchObject({ code: 1, stderr: expect.stringContaining("code: 'kernel-denied'") });
    expect(left).toEqual([]);
  });
});

describe('demo', () => {
  it('shows the main job, everything as it should be, and leaves nothing', async () => {
    const cli = fileURLToPath(new URL('../../bin/fairlead', import.meta.url));
    const { stdout, stderr } = await run(process.execPath, [cli, 'demo']);
    expect(stderr).toBe('');
    expect(stdout).not.toContain('✗');
    expect(stdout.match(/✓/g)?.length).toBeGreaterThanOrEqual(14);
    expect(stdout).toMatch(/✓ links, addresses and routes before and after are equal/);
  });
});
