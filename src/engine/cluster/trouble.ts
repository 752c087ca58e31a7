import { asFailure, FairleadError } from '../../base/error.js';
import type { Log } from '../../base/log.js';
import { rest } from '../../base/rest.js';

/** Milliseconds until what was refused is tried again. */
const AGAIN = 1000;
const LONGEST = 60_000;

interface World {
  readonly log: Log;
  /** Whether this host uses a network that needs it. */
  readonly used: () => boolean;
}

/** What keeps something from being made that is tried again and again: each trouble is said once. */
export class Trouble {
  readonly #what: string;
  readonly #world: World;
  #said: string | undefined;
  #pause = AGAIN;

  constructor(what: string, world: World) {
    this.#what = what;
    this.#world = world;
  }

  /** It was refused; resolves when it is to be tried again. What the kernel lacks is no trouble where nobody needs it. */
  async refused(error: unknown, signal: AbortSignal): Promise<void> {
    const { message } = asFailure(error);
    const level = isLacking(error) && !this.#world.used() ? 'debug' : 'error';
    const said = `${level} ${message}`;
    if (said !== this.#said) this.#world.log[level](`${this.#what} could not be made; it is tried again`, { error: message });
    this.#said = said;
    await rest(this.#pause, signal);
    this.#pause = Math.min(this.#pause * 2, LONGEST);
  }

  /** It was made. */
  past(): void {
    this.#said = undefined;
    this.#pause = AGAIN;
  }
}

/** Whether it is the kernel that has not what is needed. */
export const isLacking = (error: unknown): boolean => FairleadError.is(error) && error.code === 'kernel-lacks';
