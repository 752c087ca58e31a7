import type { Log } from '../../../base/log.js';
import type { Told } from '../../../base/told.js';

/** Argument and answer of each call that a thread takes. */
export type AnyCalls<Calls> = { readonly [Call in keyof Calls]: { readonly answer: unknown } };

/** One request, as it is posted. */
export type Asked<Calls extends AnyCalls<Calls>> = {
  readonly [Call in keyof Calls]: { readonly id: number; readonly call: Call } & Readonly<Omit<Calls[Call], 'answer'>>;
}[keyof Calls];

/** What every polled thread says. */
export type Word =
  /** `epoll` watches all that it opens but for `home`, where it has one: what is left of a thread that is cut off. */
  | { readonly ready: { readonly wake: number; readonly epoll?: number; readonly home?: number } }
  | { readonly id: number; readonly answer: unknown }
  | { readonly id: number; readonly error: Told }
  | { readonly log: { readonly level: keyof Log; readonly what: string; readonly values: Readonly<Record<string, unknown>> | undefined } };

/** A log that is written by the main thread. */
export function logTo(say: (word: Word) => void): Log {
  const at = (level: keyof Log) => (what: string, values?: Readonly<Record<string, unknown>>) => say({ log: { level, what, values } });
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
