import { isatty } from 'node:tty';
import type { FairleadError } from '../base/error.js';
import type { Fairlead } from '../model/fairlead.js';
import { StandardStream } from './standard-stream.js';

/** Where text goes. */
export interface Sink {
  readonly terminal: boolean;
  write(text: string): void;
  /** Why what was written until now did not get out, `output-refused`. That nobody reads it any more is no reason. */
  refused?(): Promise<FairleadError | undefined>;
}

/** What a command has of the world outside; tests hand in another. */
export interface World {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly out: Sink;
  readonly err: Sink;
  /** Whether a person can be asked. */
  readonly interactive: boolean;
  ask(question: string): Promise<string>;
  /** Ends what goes on until it is stopped, or nobody reads it any more: `events`. */
  readonly stop: () => AbortSignal;
  /** The daemon at this place, or at the usual one. Throws `usage-invalid` for text that names no place. */
  connect(host: string | undefined): Promise<Fairlead>;
}

/** The world of this process. */
export function processWorld(): World {
  const out = new StandardStream(1, () => process.stdout);
  return {
    env: process.env,
    out,
    err: new StandardStream(2, () => process.stderr),
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
      return AbortSignal.any([controller.signal, out.over]);
    },
    connect: async (host) => (await import('../client/client.js')).connectFairlead(host),
  };
}
