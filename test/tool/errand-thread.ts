import { Worker } from 'node:worker_threads';

/**
 * A thread that does one errand after the other: each is a message to it, and the answer a message back. It may enter a namespace of its own, as a
 * process may, and begins in a fraction of the time of one.
 */
export class ErrandThread implements AsyncDisposable {
  readonly #worker: Worker;
  #last: Promise<unknown>;

  /** Starts a program; its first message says that it is ready. */
  constructor(script: URL, argv: readonly string[]) {
    this.#worker = new Worker(script, { argv: [...argv] });
    this.#last = this.#answer();
    // Said to whoever asks next, if anybody does.
    this.#last.catch(() => {});
  }

  /** Resolves when it has done all that it was asked. Rejects with the error that ended it. */
  async done(): Promise<void> {
    await this.#last;
  }

  /** Asks for one, after those before it. */
  ask<T>(errand: object): Promise<T> {
    const answer = this.#last.then(() => {
      this.#worker.postMessage(errand);
      return this.#answer();
    });
    this.#last = answer;
    return answer as Promise<T>;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker.terminate();
  }

  #answer(): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const settle = (done: () => void) => {
        for (const [event, listener] of Object.entries(listeners)) this.#worker.off(event, listener);
        done();
      };
      const listeners = {
        message: (message: unknown) => settle(() => resolve(message)),
        error: (error: Error) => settle(() => reject(error)),
        exit: (code: number) => settle(() => reject(new Error(`a probe ended with ${code}`))),
      };
      for (const [event, listener] of Object.entries(listeners)) this.#worker.on(event, listener);
    });
  }
}
