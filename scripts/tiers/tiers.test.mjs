import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packagesOf } from './list.mjs';
import { differences, machine } from './machine.mjs';
import { count, readResults } from './report.mjs';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fairlead-tiers-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const report = (testResults) => {
  const path = join(folder, 'report.json');
  writeFileSync(path, JSON.stringify({ testResults }));
  return path;
};

const file = (status, statuses, message = '') => ({
  name: '/x/a.test.ts',
  status,
  message,
  assertionResults: statuses.map((each, at) => ({ fullName: `test ${at}`, status: each, duration: 5 })),
});

describe('what a run came to', () => {
  const of = (path, status) => count([{ tests: readResults(path, status) }], false);

  it('is what the tests came to', () => {
    expect(of(report([file('failed', ['passed', 'failed', 'pending', 'todo', 'skipped'])]), 1)).toEqual({ passed: 1, failed: 1, skipped: 3 });
  });

  it('counts a file that could not be loaded', () => {
    expect(of(report([file('passed', ['passed']), file('failed', [], 'SyntaxError: x')]), 1)).toEqual({ passed: 1, failed: 1, skipped: 0 });
  });

  it('counts an error that is no test of its own, and a run that left no report', () => {
    expect(of(report([file('passed', ['passed'])]), 1)).toEqual({ passed: 1, failed: 1, skipped: 0 });
    expect(of(join(folder, 'absent.json'), 139)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });

  it('takes a skipped test for a failed one in CI', () => {
    const tests = readResults(report([file('passed', ['passed', 'skipped'])]), 0);
    expect(count([{ tests }], true)).toEqual({ passed: 1, failed: 1, skipped: 0 });
  });
});

describe('the packages of a tier', () => {
  it('are those that its folder names, and none where it names none', () => {
    expect(packagesOf('peers')).toContain('nftables');
    expect(packagesOf('unit')).toEqual([]);
  });
});

describe('the machine', () => {
  it('is the same when nothing was done, and says something of links, addresses and mounts', () => {
    const lines = machine();
    expect(differences(lines, machine())).toEqual([]);
    for (const kind of ['link lo ', 'mount / ', 'sysctl ipv4/ip_forward']) expect(lines.some((line) => line.startsWith(kind))).toBe(true);
  });

  it('tells what is gone and what was left, a line as often as it is there', () => {
    expect(differences(['a', 'b', 'b'], ['b', 'c'])).toEqual(['gone: a', 'gone: b', 'left: c']);
  });
});
