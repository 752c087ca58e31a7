import type { Duplex } from 'node:stream';

/**
 * What plugin and daemon tell each other, one call a connection. A frame is its length in four bytes, most significant first, then its kind and the rest,
 * which the length counts.
 *
 *     plugin ── C call: variables, what stands on standard input ──► daemon
 *            ◄── X execute: a plugin's name, variables, its input ──       as often as there is an IPAM plugin to ask
 *            ── E ended: its status, what it printed ──►
 *            ◄── A answer: the status to end with, what to print ──
 *
 * Variables are `NAME=VALUE`, each ended by a zero, and an empty one behind them. `native/cni/fairlead.c` is the other end.
 */
export type FrameKind = 'C' | 'X' | 'E' | 'A';

/** One of them, without its length and kind. */
export interface Frame {
  readonly kind: string;
  readonly body: Buffer;
}

const MOST = 4 * 2 ** 20;
const HEAD = 4;
const MOST_UNREAD = 8;

/** A frame as it is sent. */
export function frame(kind: FrameKind, ...parts: readonly (Uint8Array | string)[]): Buffer {
  const body = Buffer.concat([Buffer.from(kind), ...parts.map((each) => (typeof each === 'string' ? Buffer.from(each) : each))]);
  const head = Buffer.alloc(HEAD);
  head.writeUInt32BE(body.length);
  return Buffer.concat([head, body]);
}

/** The frames that arrive, until the other end has said all; a broken one ends them, and whoever stops earlier breaks the connection. */
export const frames = (from: Duplex): AsyncIterableIterator<Frame, void> => new Arriving(from);

interface Asking {
  readonly done: (result: IteratorResult<Frame, void>) => void;
  readonly failed: (error: Error) => void;
}

// By events: an iterator of the stream's own costs more than all the rest of a call's connection, and makes an error of each that is closed from here.
class Arriving implements AsyncIterableIterator<Frame, void> {
  readonly #from: Duplex;
  readonly #read: Frame[] = [];
  #waiting: Buffer = Buffer.alloc(0);
  #asking: Asking | undefined;
  #ended: { readonly error?: Error } | undefined;

  constructor(from: Duplex) {
    this.#from = from;
    from
      .on('data', (chunk: Buffer) => this.#take(chunk))
      .on('error', (error) => this.#end({ error }))
      .on('end', () => this.#end({}))
      .on('close', () => this.#end({}));
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<Frame, void>> {
    const value = this.#read.shift();
    if (value) return Promise.resolve({ value });
    if (this.#ended?.error) return Promise.reject(this.#ended.error);
    if (this.#ended) return Promise.resolve({ done: true, value: undefined });
    return new Promise((done, failed) => {
      this.#asking = { done, failed };
    });
  }

  async return(): Promise<IteratorResult<Frame, void>> {
    this.#from.destroy();
    return { done: true, value: undefined };
  }

  #take(chunk: Buffer): void {
    if (this.#ended) return;
    this.#waiting = this.#waiting.length === 0 ? chunk : Buffer.concat([this.#waiting, chunk]);
    while (this.#waiting.length >= HEAD && !this.#ended) {
      const length = this.#waiting.readUInt32BE();
      // Each is answered before the next is sent.
      if (length < 1 || length > MOST || this.#read.length > MOST_UNREAD) this.#end({});
      if (this.#ended || this.#waiting.length < HEAD + length) return;
      const body = this.#waiting.subarray(HEAD, HEAD + length);
      this.#waiting = this.#waiting.subarray(HEAD + length);
      this.#hand({ kind: String.fromCharCode(body[0] ?? 0), body: body.subarray(1) });
    }
  }

  #hand(value: Frame): void {
    const asking = this.#asking;
    this.#asking = undefined;
    if (asking) asking.done({ value });
    else this.#read.push(value);
  }

  #end(how: { readonly error?: Error }): void {
    if (this.#ended) return;
    this.#ended = how;
    this.#waiting = Buffer.alloc(0);
    if (how.error) this.#asking?.failed(how.error);
    else this.#asking?.done({ done: true, value: undefined });
    this.#asking = undefined;
  }
}

/** Variables as they are sent. */
export const printVariables = (variables: Readonly<Record<string, string>>): string =>
  `${Object.entries(variables)
    .map(([name, value]) => `${name}=${value}\0`)
    .join('')}\0`;

/** Variables that begin a body, and what stands behind them; nothing where they do not end. */
export function readVariables(body: Buffer): { readonly variables: Readonly<Record<string, string>>; readonly rest: Buffer } | undefined {
  const variables = new Map<string, string>();
  for (let at = 0; ; ) {
    const end = body.indexOf(0, at);
    if (end < 0) return undefined;
    const text = body.toString('utf8', at, end);
    at = end + 1;
    if (text === '') return { variables: Object.fromEntries(variables), rest: body.subarray(at) };
    const equals = text.indexOf('=');
    if (equals > 0) variables.set(text.slice(0, equals), text.slice(equals + 1));
  }
}
