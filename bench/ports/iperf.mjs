import { execFile, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

const run = promisify(execFile);
export const IPERF_PORT = 5201;

const inside = (key, command, args) => (key === undefined ? [command, args] : ['nsenter', [`--net=${key}`, command, ...args]]);

/** Starts a server in the namespace `key`; resolves with what ends it, once it listens. */
export async function iperfServer(environment, key) {
  const [command, args] = inside(key, 'iperf3', ['-s', '-p', String(IPERF_PORT), '--forceflush']);
  const server = spawn(command, args, { env: environment, stdio: ['ignore', 'pipe', 'ignore'] });
  for await (const line of createInterface({ input: server.stdout })) if (line.includes('listening')) break;
  server.stdout.resume();
  return () => server.kill('SIGTERM');
}

/** Gbit/s from `key` (the host where it is left out) to this address, one connection of TCP for so many seconds, of which the first is left out where there are several. */
export async function iperf(environment, key, to, port, seconds = 1) {
  const [command, args] = inside(key, 'iperf3', ['-c', to, '-p', String(port), '-t', String(seconds), ...(seconds > 1 ? ['-O', '1'] : []), '-J']);
  const { stdout } = await run(command, args, { env: environment, maxBuffer: 16 << 20 });
  return JSON.parse(stdout).end.sum_received.bits_per_second / 1e9;
}
