import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, statSync, utimesSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { build, isBuilt } from './build.mjs';
import { root } from './project.mjs';

const installed = join(root, 'node_modules', '.package-lock.json');

/** Makes the checkout runnable, when it is not: npm's packages, then dist/. Returns what stands in the way, or nothing. */
export function setUp() {
  if (isInstalled() && isBuilt()) return undefined;
  return locked(() => {
    if (!isInstalled()) {
      process.stderr.write('setting up: npm install …\n');
      const npm = spawnSync('npm', ['install', '--include=dev', '--no-audit', '--no-fund', '--no-save'], { cwd: root, encoding: 'utf8' });
      if (npm.error) return `npm cannot be started: ${npm.error.message}`;
      if (npm.status !== 0) return `npm install failed:\n${npm.stdout}${npm.stderr}`;
      utimesSync(installed, new Date(), new Date());
    }
    if (isBuilt()) return undefined;
    process.stderr.write('setting up: build …\n');
    return build();
  });
}

// An install for production has no tools: all that package.json names must be there.
function isInstalled() {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const names = Object.keys({ ...dependencies, ...devDependencies });
  if (!names.every((name) => existsSync(join(root, 'node_modules', name, 'package.json')))) return false;
  const made = modified(installed);
  return made !== undefined && made >= (modified(join(root, 'package-lock.json')) ?? 0);
}

function modified(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs;
}

// Two commands may be started at once in one checkout; the second waits for the first. A lock whose process is gone is nobody's.
function locked(work) {
  const cache = join(root, '.cache');
  mkdirSync(cache, { recursive: true });
  const lock = join(cache, 'setup.lock');
  for (;;) {
    try {
      const file = openSync(lock, 'wx');
      writeSync(file, String(process.pid));
      closeSync(file);
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      if (isAbandoned(lock)) rmSync(lock, { force: true });
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
    }
  }
  try {
    return work();
  } finally {
    rmSync(lock, { force: true });
  }
}

// An empty lock is one that is being written; it is nobody's when it stays empty.
function isAbandoned(lock) {
  try {
    const pid = Number(readFileSync(lock, 'utf8'));
    if (pid === 0) return Date.now() - statSync(lock).mtimeMs > 5000;
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH' || error.code === 'ENOENT';
  }
}
