import { ErrandThread } from './errand-thread.js';

/** Somebody in each of many namespaces. */
export interface Crowd {
  /** Each sends one packet of UDP there; resolves with how long those waited that were answered, in microseconds. */
  ask(to: string, port: number): Promise<readonly number[]>;
  close(): Promise<void>;
}

/** Starts one inside the namespaces at these paths. */
export async function startCrowd(paths: readonly string[]): Promise<Crowd> {
  const errands = new ErrandThread(new URL('./crowd.mjs', import.meta.url), paths);
  await errands.ready();
  return { ask: (...args) => errands.ask<readonly number[]>({ args }), close: () => errands[Symbol.asyncDispose]() };
}
