import type { World } from '../../src/cli/world.js';
import type { Fairlead } from '../../src/model/fairlead.js';

/** A world that keeps what is written, for commands run inside a test. */
export interface FakeWorld extends World {
  /** What was written to standard output since the last call. */
  taken(): { readonly out: string; readonly err: string };
}

/** What a test may replace. */
export interface FakeOptions {
  readonly connect?: () => Promise<Fairlead>;
  readonly answer?: string;
  readonly terminal?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  readonly stop?: AbortSignal;
}

export function fakeWorld({ connect, answer, terminal = false, env = {}, stop }: FakeOptions = {}): FakeWorld {
  let out = '';
  let err = '';
  return {
    env,
    out: { terminal, write: (text) => void (out += text) },
    err: { terminal, write: (text) => void (err += text) },
    interactive: answer !== undefined,
    ask: async (question) => {
      out += question;
      return answer ?? '';
    },
    stop: () => stop ?? new AbortController().signal,
    connect: () => connect?.() ?? Promise.reject(new Error('this test has no daemon')),
    taken: () => {
      const written = { out, err };
      [out, err] = ['', ''];
      return written;
    },
  };
}
