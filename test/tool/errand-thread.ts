import { Worker } from 'node:worker_threads';

/** Who waits for an answer. */
interface Waiting {
  readonly resolve: (answer: never) => void;
  readonly reject: (error: Error) => void;
}

/**
 * A thread that runs errands, all at once that it is asked at once: each is a numbered message to it, and the answer a message with that number back. It
 * may enter a namespace of its own, as a process may, and begins in a fraction of the time of one.
 */
export class ErrandThread implements AsyncDisposable {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  readonly #ready: Promise<void>;
  #count = 0;
  #ended: Error | undefined;

  /** Starts a program, whose answer with number 0 says that it is ready. */
  constructor(script: URL, argv: readonly string[]) {
    this.#worker = new Worker(script, { argv: [...argv] });
    this.#worker.on('message', ({ number, answer }: { number: number; answer: unknown }) => {
      this.#waiting.get(number)?.resolve(answer as never);
      this.#waiting.delete(number);
    });
    this.#worker.on('error', (error) => this.#end(error));
    this.#worker.on('exit', (code) => this.#end(new Error(`a probe ended with ${code}`)));
    this.#ready = this.#answer(0);
    // Said to whoever asks, if anybody does.
    this.#ready.catch(() => {});
  }

  /** Resolves when it has begun. Rejects with the error that ended it. */
  ready(): Promise<void> {
    return this.#ready;
  }

  /** Asks for one. Rejects with the error that ended the thread, before or meanwhile. */
  ask<T>(errand: object): Promise<T> {
    this.#count++;
    const answer = this.#answer<T>(this.#count);
    this.#worker.postMessage({ ...errand, number: this.#count });
    return answer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker.terminate();
  }

  #answer<T>(number: number): Promise<T> {
    if (this.#ended) return Promise.reject(this.#ended);
    return new Promise<T>((resolve, reject) => this.#waiting.set(number, { resolve, reject }));
  }

  #end(error: Error): void {
    this.#ended ??= error;
    for (const { reject } of this.#waiting.values()) reject(this.#ended);
    this.#waiting.clear();
  }
}
