import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fetchPeer } from '../lib/peers.mjs';
import { root } from '../lib/project.mjs';
import { runShown } from '../lib/run.mjs';
import { budgetOf, guestFiles, needsNamespaces, packagesOf } from './list.mjs';
import { bundle } from '../vm/bundle.mjs';
import { runInGuest } from '../vm/run-in-guest.mjs';
import { differences, machine } from './machine.mjs';
import { waysIn } from './namespaces.mjs';
import { isCi, readResults, resultsFile, trouble } from './report.mjs';

const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');

/** Runs one tier and says what it came to. `filters` are words that name test files. */
export async function runTier(tier, filters = []) {
  const begun = Date.now();
  const done = (tests, skip) => ({ tier, budget: budgetOf(tier), milliseconds: Date.now() - begun, tests, ...(skip ? { skip } : {}) });
  if (tier === 'check') return done(await runCheck());
  const way = needsNamespaces(tier) ? waysIn() : { words: [] };
  // There may be no network behind the next step.
  const reason =
    way.reason ??
    packagesOf(tier)
      .map((name) => fetchPeer(name))
      .find((trouble) => trouble !== undefined);
  if (reason) return done(isCi() ? [trouble('', `tier ${tier}: ${reason}`)] : [], reason);
  const before = machine();
  const tests = tier === 'vm' ? await runGuest(filters) : await runVitest(tier, way.words, filters);
  if (needsNamespaces(tier)) tests.push(await unchanged(before));
  return done(tests);
}

async function runVitest(tier, words, filters) {
  const report = resultsFile(tier);
  const args = [vitest, 'run', '--project', tier, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...filters];
  const [command, ...rest] = [...words, process.execPath, ...args];
  const plain = process.stdout.isTTY ? {} : { NO_COLOR: '1', FORCE_COLOR: '0' };
  return readResults(report, await runShown(command, rest, plain));
}

// Seconds; on a busy machine a guest is slow, and that is no failure. Who names files may name the longest.
const GUEST_LIMIT = { all: 1200, named: 7200 };

// One boot for the whole tier. What is to run is known, compiled and put together before it.
async function runGuest(filters) {
  const report = resultsFile('vm');
  const list = ['list', '--filesOnly', '--json', '--config', join(root, 'test/vm/vitest.config.mjs'), ...guestFiles(filters)];
  const { stdout, stderr } = spawnSync(process.execPath, [vitest, ...list], { cwd: root, encoding: 'utf8' });
  const tests = stdout.startsWith('[') ? JSON.parse(stdout).map(({ file }) => file) : [];
  if (tests.length === 0) return [trouble('', `no file of tests to run: ${stderr || filters.join(' ')}`)];
  const files = await bundle(tests);
  const argv = [process.execPath, join(root, 'scripts/vm/guest-tests.mjs'), '/run/vm/report.json', ...files];
  const words = {
    FAIRLEAD_TEST_PATIENCE: '3',
    FAIRLEAD_VM_NAMED: filters.join(' '),
    NODE_OPTIONS: `--require=${join(root, 'scripts/vm/no-optimizing.cjs')}`,
  };
  const env = { PATH: process.env.PATH, HOME: '/root', TERM: 'dumb', NO_COLOR: '1', FORCE_COLOR: '0', ...words };
  const limit = filters.length === 0 ? GUEST_LIMIT.all : GUEST_LIMIT.named;
  const status = await runInGuest(argv, { env, limit, report });
  return readResults(report, status);
}

// What is deleted behind the reply may take a moment after the last test; what is still there then was left.
async function unchanged(before) {
  let left = differences(before, machine());
  for (let tries = 0; left.length > 0 && tries < 20; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    left = differences(before, machine());
  }
  const name = "this machine's own network and mounts are as they were";
  if (left.length > 0) process.stdout.write(`${left.join('\n')}\n`);
  return { name, file: 'scripts/tiers/machine.mjs', outcome: left.length === 0 ? 'passed' : 'failed', milliseconds: 0 };
}

async function runCheck() {
  const report = resultsFile('check');
  const status = await runShown(process.execPath, [join(root, 'scripts', 'check.mjs'), `--json=${report}`]);
  const parts = JSON.parse(readFileSync(report, 'utf8'));
  const tests = parts.map((part) => ({
    name: `check: ${part.name}`,
    file: 'scripts/check.mjs',
    outcome: part.ok ? 'passed' : 'failed',
    milliseconds: part.milliseconds,
  }));
  if (status !== 0 && parts.every((part) => part.ok)) tests.push(trouble('scripts/check.mjs', `the run ended with ${status}`));
  return tests;
}
