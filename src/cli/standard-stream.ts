import { isatty } from 'node:tty';
import { type FairleadError, failure } from '../base/error.js';
import type { Sink } from './world.js';

/** A stream of this process, as far as it is used here. */
type Writable = Pick<NodeJS.WriteStream, 'write' | 'on'>;

/**
 * Standard output or error. It is opened with its first use: `exec` hands untouched descriptors on to its command. What nobody takes is not
 * written, and what is being done is done to its end: who reads may leave before (`fairlead network rm a b c | head -1`).
 */
export class StandardStream implements Sink {
  readonly terminal: boolean;
  readonly #open: () => Writable;
  readonly #over = new AbortController();
  #stream: Writable | undefined;
  #written: Promise<void> = Promise.resolve();
  #refused: FairleadError | undefined;

  constructor(descriptor: 1 | 2, open: () => Writable) {
    this.terminal = isatty(descriptor);
    this.#open = open;
  }

  /** Aborts when nothing more can be written. */
  get over(): AbortSignal {
    return this.#over.signal;
  }

  write(text: string): void {
    if (this.over.aborted) return;
    const stream = (this.#stream ??= this.#opened());
    this.#written = new Promise((done) => {
      stream.write(text, (error) => {
        if (error) this.#end(error);
        done();
      });
    });
  }

  async refused(): Promise<FairleadError | undefined> {
    await this.#written;
    return this.#refused;
  }

  #opened(): Writable {
    const stream = this.#open();
    stream.on('error', (error: Error) => this.#end(error));
    return stream;
  }

  #end(error: NodeJS.ErrnoException): void {
    if (this.over.aborted) return;
    if (error.code !== 'EPIPE') this.#refused = failure('output-refused', { reason: error.message.replace(/, write$/, '') }, { cause: error });
    this.#over.abort();
  }
}
