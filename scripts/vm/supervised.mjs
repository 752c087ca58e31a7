import { spawn } from 'node:child_process';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Runs a program that ends with this process, however that ends (setpriv), and with a signal to it. Resolves with how it ended: its
 * status or its signal, and whether it was ended because it was there for longer than `limit` seconds.
 */
export function supervised(program, args, { env = process.env, limit }) {
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', program, ...args], { stdio: ['pipe', 'inherit', 'inherit'], env });
  const stop = () => child.kill('SIGKILL');
  for (const signal of SIGNALS) process.on(signal, stop);
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    stop();
  }, limit * 1000);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status, signal) => resolve({ late, how: signal ?? status }));
  }).finally(() => {
    clearTimeout(timer);
    for (const signal of SIGNALS) process.off(signal, stop);
  });
}
