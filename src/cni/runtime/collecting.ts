import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { failure } from '../../base/error.js';
import { takeTurn, turnAt, turnEnded, turnHeld } from '../../base/turn.js';

/** How long one collection waits for another, in milliseconds. */
const PATIENCE = 600_000;

const SOCKETS = '/proc/thread-self/net/unix';

/**
 * Adding and deleting go beside each other; collecting garbage goes beside neither, since what is added meanwhile would look like garbage. Both sides say what they do
 * before they look at the other, so that one of them sees the other. All of it holds among the processes of a network namespace, and ends with them.
 */
export class Collecting {
  readonly #name: string;

  /** Of a network, among those who keep what they add in this directory. */
  constructor(cache: string, network: string) {
    this.#name = turnAt('fairlead-cni-gc', join(cache, network));
  }

  /** The turn of a collection. */
  get name(): string {
    return this.#name;
  }

  /** Adds or deletes: waits for a collection that is under way. */
  async beside<T>(work: () => Promise<T>): Promise<T> {
    for (;;) {
      const turn = await takeTurn(`${this.#name} ${randomUUID()}`, PATIENCE);
      try {
        if (!(await turnHeld(this.#name))) return await work();
      } finally {
        await turn?.end();
      }
      await turnEnded(this.#name);
    }
  }

  /** Collects: waits for what is being added and deleted, and has what comes wait. Throws `cni-collecting`. */
  async alone<T>(work: () => Promise<T>): Promise<T> {
    const turn = await takeTurn(this.#name, PATIENCE);
    if (!turn) throw failure('cni-collecting', { seconds: PATIENCE / 1000 });
    try {
      await Promise.all(this.#beside().map(turnEnded));
      return await work();
    } finally {
      await turn.end();
    }
  }

  // Names of abstract sockets are shown with an @ for each zero (unix(7)), and Node's end in some.
  #beside(): readonly string[] {
    const names = readFileSync(SOCKETS, 'utf8').matchAll(new RegExp(`@(${this.#name} [0-9a-f-]+)`, 'g'));
    return [...new Set([...names].map(([, name = '']) => name))];
  }
}
