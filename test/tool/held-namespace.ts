import { type ChildProcessByStdio, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readlinkSync } from 'node:fs';
import { createInterface, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';

const run = promisify(execFile);
/** The program that holds a host's namespace. */
export const holder = fileURLToPath(new URL('./namespace-holder.mjs', import.meta.url));

/** A network namespace that lives as long as the process that holds it. */
export interface HeldNamespace {
  readonly path: string;
  /** The first line of the program that holds it. */
  readonly greeting: string;
  /** Runs a program inside and answers its output. */
  exec(argv: readonly string[]): Promise<string>;
  /** Says a line to the holder and waits for its answer, a line too. */
  say(line: string): Promise<string>;
  close(): Promise<void>;
}

/**
 * Starts a program in a fresh network namespace and waits for its first line. It is to end when its input does: a pipe
 * that closes with this process, however this one ends.
 */
export async function holdNamespace(argv: readonly string[]): Promise<HeldNamespace> {
  // In a process group of its own: a signal to that of the tests (an interrupt at the terminal) is not to end it before it has cleaned up.
  const child = spawn('unshare', ['--net', ...argv], { stdio: ['pipe', 'pipe', 'inherit'], detached: true });
  const lines = createInterface({ input: child.stdout });
  const greeting = await answerOf(child, lines);
  const path = `/proc/${child.pid}/ns/net`;
  if (readlinkSync(path) === readlinkSync('/proc/self/ns/net')) throw new Error('unshare left the namespace as it was');
  return {
    path,
    greeting,
    exec: async ([file = '', ...args]) => (await run('nsenter', [`--net=${path}`, file, ...args], { maxBuffer: 1 << 26 })).stdout,
    async say(line) {
      const answer = answerOf(child, lines);
      child.stdin.write(`${line}\n`);
      return answer;
    },
    async close() {
      if (child.exitCode !== null) return;
      const ended = once(child, 'exit');
      child.stdin.end();
      await ended;
    },
  };
}

/** Runs the holder of a host's namespace in another for one piece of work, as somebody else there. */
export async function disturbIn(path: string, ...words: readonly string[]): Promise<void> {
  const child = spawn('nsenter', [`--net=${path}`, process.execPath, holder], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout });
  await answerOf(child, lines);
  const answer = answerOf(child, lines);
  child.stdin.end(`${JSON.stringify(words)}\n`);
  const trouble = await answer;
  if (trouble !== '') throw new Error(trouble);
}

/** An empty namespace that somebody else made. */
export const strangersNamespace = (): Promise<HeldNamespace> => holdNamespace(['sh', '-c', 'echo; exec cat']);

async function answerOf(child: ChildProcessByStdio<Writable, Readable, null>, lines: Interface): Promise<string> {
  const settled = new AbortController();
  const { signal } = settled;
  try {
    return await Promise.race([
      once(lines, 'line', { signal }).then(([line]) => String(line)),
      once(child, 'exit', { signal }).then(([status]) => {
        throw new Error(`the holder of a namespace ended with ${status}`);
      }),
    ]);
  } finally {
    settled.abort();
  }
}
