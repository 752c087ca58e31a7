import { constants } from 'node:os';
import { isatty } from 'node:tty';

const PASSED = ['SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGINT', 'SIGQUIT'] as const;
type Passed = (typeof PASSED)[number];

/**
 * Passes the signals that this process gets on to the command that it runs. What the keyboard makes (SIGINT, SIGQUIT)
 * reaches a command at a terminal by itself. A signal that comes before the command is remembered: there is to be none then.
 */
export class PassedSignals implements Disposable {
  #target: ((signal: Passed) => void) | undefined;
  #early: Passed | undefined;
  readonly #terminal = isatty(0);
  readonly #listener = (signal: NodeJS.Signals) => this.#take(signal as Passed);

  constructor() {
    for (const signal of PASSED) process.on(signal, this.#listener);
  }

  /** The signal that came before there was a command. */
  get early(): Passed | undefined {
    return this.#early;
  }

  /** From now on they go here. */
  to(target: (signal: Passed) => void): void {
    this.#target = target;
  }

  [Symbol.dispose](): void {
    for (const signal of PASSED) process.off(signal, this.#listener);
  }

  #take(signal: Passed): void {
    if (!this.#target) this.#early ??= signal;
    else if (!(this.#terminal && (signal === 'SIGINT' || signal === 'SIGQUIT'))) this.#target(signal);
  }
}

/** The status with which a shell answers for what a signal ended. */
export const statusOfSignal = (signal: NodeJS.Signals): number => 128 + constants.signals[signal];
