import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { patience } from './patience.mjs';

/** Somebody on a link of a namespace who sends whatever they like, and sees all that comes in there. */
export interface Frames {
  send(frame: Uint8Array): void;
  /** All that have come in, as hexadecimal digits. */
  readonly lines: readonly string[];
  /** How many have come in that hold these digits. */
  count(part: string): number;
  /** Resolves once one has come in that holds these: what was sent before it has come in by then, or does not come. */
  heard(part: string): Promise<void>;
  /** Resolves once more than so many have. */
  more(part: string, than: number): Promise<void>;
  close(): Promise<void>;
}

// Milliseconds, on a machine that does other things as well.
const LONGEST = 5_000 * patience;

/** Starts one. */
export const openFrames = (namespace: string, link: string): Promise<Frames> => start('./frames.mjs', [namespace, link]);

/** Starts a machine at its tap, opened for one queue or for several, as this user and group. Rejects with `refused` and the number of the error. */
export const openGuest = (namespace: string, tap: string, queues: 'one' | 'many' = 'one', ...as: readonly number[]): Promise<Frames> =>
  start('./guest.mjs', [namespace, tap, queues, ...as.map(String)]);

async function start(program: string, argv: readonly string[]): Promise<Frames> {
  const script = fileURLToPath(new URL(program, import.meta.url));
  const child: ChildProcess = spawn(process.execPath, [script, ...argv], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  const [greeting] = await Promise.race([once(lines, 'line'), once(child, 'exit').then(() => Promise.reject(new Error('no packet socket')))]);
  if (greeting !== 'ready') throw new Error(String(greeting));
  const seen: string[] = [];
  const waiting = new Set<() => void>();
  const tell = () => {
    for (const each of waiting) each();
  };
  lines.on('line', (line) => {
    seen.push(line);
    tell();
  });
  child.once('exit', tell);
  const count = (part: string) => seen.filter((line) => line.includes(part)).length;
  async function more(part: string, than: number): Promise<void> {
    const until = performance.now() + LONGEST;
    while (count(part) <= than) {
      if (child.exitCode !== null) throw new Error('nobody listens any more');
      if (performance.now() > until) throw new Error('the frame that was to tell when to look did not come');
      await new Promise<void>((resolve) => {
        const heard = () => {
          clearTimeout(timer);
          waiting.delete(heard);
          resolve();
        };
        const timer = setTimeout(heard, LONGEST);
        waiting.add(heard);
      });
    }
  }
  return {
    send: (frame) => void child.stdin?.write(`${Buffer.from(frame).toString('hex')}\n`),
    lines: seen,
    count,
    heard: (part) => more(part, 0),
    more,
    async close() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.stdin?.end();
      await once(child, 'exit');
    },
  };
}
