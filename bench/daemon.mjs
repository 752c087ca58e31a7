import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { connectFairlead } from '#dist/index.js';

// As a service has it: Node reads certificates and options that the machine's user has named, and keeps them.
const { NODE_EXTRA_CA_CERTS: _, NODE_OPTIONS: __, ...environment } = process.env;
const program = new URL('../bin/fairlead', import.meta.url).pathname;

/** A daemon with its state below `place`, once it answers; and how long that took, in microseconds. */
export async function startDaemon(place, ...flags) {
  const start = performance.now();
  const args = ['daemon', '--run', `${place}/run`, '--state', `${place}/state`, '--socket', `${place}/socket`, '--log-level', 'error', ...flags];
  const daemon = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'inherit'], env: environment });
  const said = await Promise.race([once(createInterface({ input: daemon.stdout }), 'line'), once(daemon, 'exit')]);
  if (daemon.exitCode !== null) throw new Error(`the daemon ended with ${said}`);
  const took = (performance.now() - start) * 1000;
  const fairlead = connectFairlead(`unix://${place}/socket`);
  return {
    fairlead,
    pid: daemon.pid,
    took,
    async close() {
      await fairlead[Symbol.asyncDispose]();
      const ended = once(daemon, 'exit');
      daemon.kill('SIGTERM');
      await ended;
    },
  };
}
