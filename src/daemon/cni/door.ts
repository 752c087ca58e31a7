import { takeTurn, type Turn } from '../../base/turn.js';
import { PATIENCE, turnOf } from './state-turn.js';

/** How long who stops waits for a call that has its turn, in milliseconds: it asks the daemon, which still answers. */
const LEAVE = 1000;

/**
 * What the daemon closes while it starts and while it stops. Calls that find no daemon wait before it, and ask again when it opens: by then the daemon
 * answers, or is gone with all that it held.
 */
export class Door implements AsyncDisposable {
  readonly #name: string;
  #turn: Turn | undefined;

  private constructor(run: string) {
    this.#name = turnOf(run);
  }

  /** Closes it, when the call that works on the state of this directory has ended. One that does not end is not waited for any longer than a call would be. */
  static async closed(run: string): Promise<Door> {
    const door = new Door(run);
    await door.#close(PATIENCE);
    return door;
  }

  async open(): Promise<void> {
    await this.#turn?.end();
    this.#turn = undefined;
  }

  /** Closes it once more, to leave. */
  close(): Promise<void> {
    return this.#close(LEAVE);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.open();
  }

  async #close(patience: number): Promise<void> {
    this.#turn = await takeTurn(this.#name, patience);
  }
}
