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

/** A frame as it is sent. */
export function frame(kind: FrameKind, ...parts: readonly (Uint8Array | string)[]): Buffer {
  const body = Buffer.concat([Buffer.from(kind), ...parts.map((each) => (typeof each === 'string' ? Buffer.from(each) : each))]);
  const head = Buffer.alloc(HEAD);
  head.writeUInt32BE(body.length);
  return Buffer.concat([head, body]);
}

/** The frames that arrive, until the other end has said all; a broken one ends them. */
export async function* frames(from: Duplex): AsyncGenerator<Frame, void> {
  let waiting: Buffer = Buffer.alloc(0);
  for await (const chunk of from as AsyncIterable<Buffer>) {
    waiting = waiting.length === 0 ? chunk : Buffer.concat([waiting, chunk]);
    while (waiting.length >= HEAD) {
      const length = waiting.readUInt32BE();
      if (length < 1 || length > MOST) return;
      if (waiting.length < HEAD + length) break;
      const body = waiting.subarray(HEAD, HEAD + length);
      waiting = waiting.subarray(HEAD + length);
      yield { kind: String.fromCharCode(body[0] ?? 0), body: body.subarray(1) };
    }
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
