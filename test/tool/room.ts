import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type Outcome, outcome } from './command-line.js';
import type { HostNamespace } from './host-namespace.js';

const bin = fileURLToPath(new URL('../../bin/fairlead', import.meta.url));

/** A host of a test with files and processes of its own, for programs that run containers: /run and /var/lib are empty, and all ends with it. */
export interface Room {
  /** A program inside, until its end. */
  run(...argv: readonly string[]): Promise<Outcome>;
  /** The same; what it printed. Rejects where it failed. */
  ok(...argv: readonly string[]): Promise<string>;
  /** Starts a program inside. What it says goes to `log`. */
  begin(...argv: readonly string[]): ChildProcess;
  /** Tells one that was started. */
  end(child: ChildProcess, signal?: NodeJS.Signals): Promise<void>;
  /** Starts Fairlead's daemon inside, in its usual places; resolves when it is ready. */
  fairlead(): Promise<ChildProcess>;
  close(): Promise<void>;
}

// The shell that waits takes in whoever loses its parent, so that a process that has ended is seen to have.
const EMPTY = [
  ...['/run', '/var/lib'].map((folder) => `mount -t tmpfs -o mode=755 tmpfs ${folder}`),
  'mkdir /run/lock /var/lib/cni && echo && cat; exit 0',
].join(' && ');

/** Makes it. Needs root. */
export async function room(host: HostNamespace, env: NodeJS.ProcessEnv): Promise<Room> {
  const held = spawn('nsenter', [`--net=${host.path}`, 'unshare', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc', 'sh', '-c', EMPTY], {
    env,
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
  });
  await once(held.stdout, 'data');
  const enter = ['--target', innerOf(held), '--mount', '--net', '--pid'];
  const begin = (...argv: readonly string[]) => spawn('nsenter', [...enter, ...argv], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const run = (...argv: readonly string[]) => outcome(begin(...argv));
  return {
    begin,
    run,
    async ok(...argv) {
      const { status, out, err } = await run(...argv);
      if (status !== 0) throw new Error(`${argv.join(' ')}: ${status}: ${err}`);
      return out;
    },
    async end(child, signal = 'SIGTERM') {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      // `nsenter` waits for whom it started in the other pid namespace: that one is told.
      process.kill(Number(innerOf(child)), signal);
      await ended;
    },
    fairlead() {
      const child = begin(process.execPath, bin, 'daemon', '--state', join(host.run, 'state'));
      let said = '';
      child.stderr?.on('data', (chunk) => {
        said += chunk;
      });
      return new Promise((resolve, reject) => {
        child.once('exit', (code) => reject(new Error(`the daemon ended with ${code}: ${said}`)));
        createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => line.includes('ready') && resolve(child));
      });
    },
    async close() {
      const ended = once(held, 'exit');
      held.stdin.end();
      await ended;
    },
  };
}

const innerOf = ({ pid }: ChildProcess): string => readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')[0] ?? '';
