import type { ChildProcess } from 'node:child_process';

/** A child process that does one errand after the other: each is a message to it, and the answer a message back. */
export class Errands implements AsyncDisposable {
  readonly #child: ChildProcess;
  #last: Promise<unknown>;

  /** Its first message says that it is ready. */
  constructor(child: ChildProcess) {
    this.#child = child;
    this.#last = this.#answer();
  }

  /** Resolves when it has done all that it was asked. Rejects when it has ended instead. */
  async done(): Promise<void> {
    await this.#last;
  }

  /** Asks for one, after those before it. */
  ask<T>(errand: object): Promise<T> {
    const answer = this.#last.then(() => {
      this.#child.send(errand);
      return this.#answer();
    });
    this.#last = answer;
    return answer as Promise<T>;
  }

  /** Lets it end, and waits for that. */
  [Symbol.asyncDispose](): Promise<void> {
    return new Promise((resolve) => {
      this.#child.once('exit', () => resolve());
      this.#child.disconnect();
    });
  }

  #answer(): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const onExit = (code: number | null) => reject(new Error(`a probe ended with ${code}`));
      this.#child.once('exit', onExit);
      this.#child.once('message', (message) => {
        this.#child.off('exit', onExit);
        resolve(message);
      });
    });
  }
}
