import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('./flow.mjs', import.meta.url));
const start = (...words: readonly string[]): ChildProcess => spawn(process.execPath, [script, ...words], { stdio: ['ignore', 'pipe', 'inherit'] });

/** One connection through which something passes every few milliseconds. */
export interface Flow {
  /** Resolves when so much more has come back than until now. Throws when the connection has ended. */
  more(count: number): Promise<void>;
  /** How much has come back. */
  readonly seen: number;
  close(): Promise<void>;
}

/** Answers whoever connects to this port of the namespace, until it is closed. */
export async function serveFlows(namespace: string, port: number): Promise<{ close(): Promise<void> }> {
  const child = start(namespace, 'serve', String(port));
  await once(child.stdout as NodeJS.ReadableStream, 'data');
  return { close: () => ended(child) };
}

/** Opens one from a namespace. */
export async function openFlow(namespace: string, address: string, port: number): Promise<Flow> {
  const child = start(namespace, 'visit', address, String(port));
  const state = { seen: 0, heard: (): void => {} };
  createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
    state.seen = Number(line);
    state.heard();
  });
  child.once('exit', () => state.heard());
  const flow: Flow = {
    async more(count) {
      const goal = state.seen + count;
      while (state.seen < goal) {
        if (child.exitCode !== null) throw new Error(`the flow to ${address} ended after ${state.seen}`);
        await new Promise<void>((resolve) => (state.heard = resolve));
      }
    },
    get seen() {
      return state.seen;
    },
    close: () => ended(child),
  };
  await flow.more(1);
  return flow;
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill();
  await once(child, 'exit');
}
