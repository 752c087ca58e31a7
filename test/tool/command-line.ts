import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { HostNamespace } from './host-namespace.js';

const bin = fileURLToPath(new URL('../../bin/fairlead', import.meta.url));

/** What a command printed, and its exit status. */
export interface Outcome {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** A daemon in a host namespace of a test, and the command line that speaks to it. */
export interface CommandLine {
  /** Runs `fairlead` with these words, as a user on that host would. */
  run(...words: string[]): Promise<Outcome>;
  /** Starts the daemon; resolves with its line that says ready. */
  start(...flags: string[]): Promise<string>;
  /** Stops it by this signal; resolves with its exit status. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
  /** Sends it a signal that it is to survive. */
  signal(signal: NodeJS.Signals): void;
  /** Starts a command and leaves it running. */
  begin(...words: string[]): ChildProcess;
}

/** The command line on a host, its daemon's places inside the host's own directory; both find this environment. The daemon is started by `starter`. */
export function commandLine(host: Pick<HostNamespace, 'path' | 'run'>, own: NodeJS.ProcessEnv = process.env, starter: readonly string[] = []): CommandLine {
  const socket = `${host.run}/fairlead.sock`;
  const env = { ...own, FAIRLEAD_HOST: `unix://${socket}`, NO_COLOR: '1' };
  const inside = (words: readonly string[], before: readonly string[] = []) =>
    spawn('nsenter', [`--net=${host.path}`, ...before, process.execPath, bin, ...words], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let daemon: ChildProcess | undefined;
  return {
    begin: (...words) => inside(words),
    run: (...words) => outcome(inside(words)),
    start(...flags) {
      const child = inside(['daemon', '--socket', socket, '--state', `${host.run}/state`, '--run', `${host.run}/run`, ...flags], starter);
      daemon = child;
      let said = '';
      child.stderr?.on('data', (chunk) => {
        said += chunk;
      });
      return new Promise((resolve, reject) => {
        child.once('exit', (code) => reject(new Error(`the daemon ended with ${code}: ${said}`)));
        createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => line.includes('ready') && resolve(line));
      });
    },
    signal: (signal) => void daemon?.kill(signal),
    stop(signal = 'SIGTERM') {
      const child = daemon;
      if (!child || child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child?.exitCode ?? null);
      return new Promise((resolve) => {
        child.once('exit', (code) => resolve(code));
        child.kill(signal);
      });
    },
  };
}

/** What a started command printed until its end. */
export function outcome(child: ChildProcess): Promise<Outcome> {
  let [out, err] = ['', ''];
  child.stdout?.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    err += chunk;
  });
  return new Promise((resolve) => child.once('close', (status) => resolve({ status: status ?? -1, out, err })));
}
