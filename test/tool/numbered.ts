import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

const script = new URL('./numbered.mjs', import.meta.url);

/** From where to where datagrams are sent, each of which begins with a word. */
export interface Course {
  /** The namespaces of who sends and of who takes, and the address there. */
  readonly from: string;
  readonly to: string;
  readonly address: string;
  readonly port: number;
  readonly word: string;
  /** Octets of the longest. */
  readonly longest: number;
}

/** Datagrams with numbers from 1 on: which of them came is known, so that a lost one is. */
export interface Numbered {
  begin(): void;
  /** Resolves when all that was sent has left. */
  rest(): Promise<void>;
  readonly sent: number;
  readonly came: ReadonlySet<number>;
  /** Resolves when so many more have been sent, or have come. Throws when an end has ended. */
  moreSent(count: number): Promise<void>;
  moreCame(count: number): Promise<void>;
  close(): Promise<void>;
}

/** Sets both ends up; nothing is sent yet. */
export async function openNumbered({ from, to, address, port, word, longest }: Course): Promise<Numbered> {
  const start = (...words: readonly string[]) => new Worker(script, { argv: [...words] });
  const ends = [start(to, word, 'take', String(port)), start(from, word, 'send', String(port), address, String(longest))] as const;
  const [taker, sender] = ends;
  await Promise.all(ends.map((end) => once(end, 'message')));
  const came = new Set<number>();
  let sent = 0;
  let rests = () => {};
  taker.on('message', (number: number) => came.add(number));
  sender.on('message', (told: number | 'rests') => {
    if (told === 'rests') rests();
    else sent = told;
  });
  // Rejects with the error that an end ended with.
  const until = async (end: Worker, isSo: () => boolean) => {
    while (!isSo()) await once(end, 'message');
  };
  return {
    begin: () => void sender.postMessage('begin'),
    rest: () =>
      new Promise((resolve) => {
        rests = resolve;
        sender.postMessage('rest');
      }),
    get sent() {
      return sent;
    },
    came,
    moreSent: (count) => {
      const goal = sent + count;
      return until(sender, () => sent >= goal);
    },
    moreCame: (count) => {
      const goal = came.size + count;
      return until(taker, () => came.size >= goal);
    },
    async close() {
      await Promise.all(ends.map((end) => end.terminate()));
    },
  };
}
