import { isatty } from 'node:tty';
import type { Fairlead } from '../model/fairlead.js';

/** Where text goes. */
export interface Sink {
  readonly terminal: boolean;
  write(text: string): void;
}

/** What a command has of the world outside; tests hand in another. */
export interface World {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly out: Sink;
  readonly err: Sink;
  /** Whether a person can be asked. */
  readonly interactive: boolean;
  ask(question: string): Promise<string>;
  /** Ends what goes on until it is stopped: `events`, a question. */
  readonly stop: () => AbortSignal;
  /** The daemon at this place, or at the usual one. Throws `usage-invalid` for text that names no place. */
  connect(host: string | undefined): Promise<Fairlead>;
}

/** The world of this process. Its streams are opened with their first use: `exec` hands untouched descriptors on to its command. */
export const processWorld = (): World => ({
  env: process.env,
  out: { terminal: isatty(1), write: (text) => void stream('stdout').write(text) },
  err: { terminal: isatty(2), write: (text) => void stream('stderr').write(text) },
  interactive: isatty(0) && isatty(2),
  ask: async (question) => {
    const { createInterface } = await import('node:readline/promises');
    const lines = createInterface({ input: process.stdin, output: process.stderr });
    try {
      return await lines.question(question);
    } finally {
      lines.close();
    }
  },
  stop: () => {
    const controller = new AbortController();
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => controller.abort());
    return controller.signal;
  },
  connect: async (host) => (await import('../client/client.js')).connectFairlead(host),
});

const opened = new Map<string, NodeJS.WriteStream>();

// Who reads may leave before the end (`fairlead events | head -1`): that is no failure.
function stream(name: 'stdout' | 'stderr'): NodeJS.WriteStream {
  const known = opened.get(name);
  if (known) return known;
  const fresh = process[name];
  fresh.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(0);
  });
  opened.set(name, fresh);
  return fresh;
}
