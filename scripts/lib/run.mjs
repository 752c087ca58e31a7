import { spawn } from 'node:child_process';
import { root } from './project.mjs';

/** Runs a program with the terminal as its own; resolves with its exit status, 128 and the signal's number where one ended it. */
export function runShown(command, args, env = {}) {
  const child = spawn(command, args, { stdio: 'inherit', cwd: root, env: { ...process.env, ...env } });
  // The terminal's interrupt reaches the child by itself; it cleans up, and we wait for it.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  return wait(child);
}

/** Runs a program quietly; resolves with its exit status and all that it printed. */
export async function runQuietly(command, args, env = {}) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], cwd: root, env: { ...process.env, ...env } });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (text) => {
      output += text;
    });
  }
  return { status: await wait(child), output };
}

const signals = { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGSEGV: 11, SIGTERM: 15 };

const wait = (child) =>
  new Promise((resolve) => {
    child.on('error', () => resolve(127));
    child.on('close', (status, signal) => resolve(status ?? 128 + (signals[signal] ?? 0)));
  });
