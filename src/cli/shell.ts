import { FairleadError } from '../base/error.js';
import type { Fairlead } from '../model/fairlead.js';
import { atOnce } from './at-once.js';
import { reportError } from './report.js';
import type { World } from './world.js';

/** Our own failures end with this status, as Docker's do; the statuses of commands that we run are theirs. */
const OURS = 125;

/** What shells answer for a command that there is not, and for one that cannot be executed. */
const ABSENT = 127;
const DENIED = 126;

/** How many objects are asked for at once: each is a connection of its own to the daemon. */
const AT_ONCE = 64;

const statusOf = (error: unknown): number => {
  if (!FairleadError.is(error)) return OURS;
  if (error.code === 'command-absent') return ABSENT;
  return error.code === 'command-denied' ? DENIED : OURS;
};

/** What a command works with: the world, the daemon, and the status with which the program ends. */
export class Shell {
  status = 0;
  /** What `--host` said. */
  host: string | undefined;
  #fairlead: Promise<Fairlead> | undefined;

  constructor(readonly world: World) {}

  /** The daemon. It is first spoken to by the first call. */
  fairlead(): Promise<Fairlead> {
    this.#fairlead ??= this.world.connect(this.host);
    return this.#fairlead;
  }

  /** A line on standard output. */
  print(line: string): void {
    this.world.out.write(`${line}\n`);
  }

  /** An error in two lines on standard error; the program goes on and ends with this status. */
  fail(error: unknown, status = statusOf(error)): void {
    reportError(this.world, error);
    this.status = status;
  }

  /**
   * Does this to each, many at once, going on after errors; what `work` returns is printed, in the order of the names. A daemon that
   * does not answer is told of once, and nothing more is begun: false then.
   */
  async each(names: readonly string[], work: (name: string) => Promise<string | void>): Promise<boolean> {
    let answers = true;
    for await (const outcome of atOnce(names, AT_ONCE, async (name) => (answers ? work(name) : undefined))) {
      if (outcome.status === 'fulfilled') {
        if (outcome.value !== undefined) this.print(outcome.value);
        continue;
      }
      const away = FairleadError.is(outcome.reason) && outcome.reason.code.startsWith('daemon-');
      if (!away || answers) this.fail(outcome.reason);
      answers &&= !away;
    }
    return answers;
  }

  async close(): Promise<void> {
    const opened = this.#fairlead;
    this.#fairlead = undefined;
    await opened?.then(
      (fairlead) => fairlead[Symbol.asyncDispose](),
      () => undefined,
    );
  }
}
