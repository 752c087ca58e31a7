import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem } from 'node:os';

/** What the figures depend on. */
export function machine() {
  const [{ model }] = cpus();
  const system = /^PRETTY_NAME="?([^"\n]*)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'unknown';
  return {
    processors: cpus().length,
    processor: model.trim(),
    memory: `${Math.round(totalmem() / 2 ** 30)} GB`,
    kernel: release(),
    system,
    node: process.version,
    virtual: readFileSync('/proc/cpuinfo', 'utf8').includes('hypervisor'),
    /** Of the last minute, before the run: others who were at work. */
    load: loadavg()[0],
    commit: commit(),
  };
}

function commit() {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return 'unknown';
  }
}
