import { fork } from 'node:child_process';
import { Errands } from './errands.js';
import { type Errand, PORT, type Sight } from './probe.js';

/** A probe as whoever started it sees it. */
export interface Prober extends AsyncDisposable {
  /** Speaks to the probe at this address, or asks for this name, and waits so many milliseconds; one visit after the other. */
  visit(to: string, protocol?: Errand['protocol'], wait?: number, port?: number): Promise<Sight>;
}

/** How long what should come is waited for, in milliseconds: a machine may be busy. */
export const PATIENT = 10_000;
/** How long what should not come is waited for: what arrives takes well under a millisecond. */
export const BRIEF = 300;

/** Starts a process inside the namespace at this path; it answers there when this resolves. */
export async function startProbe(path: string): Promise<Prober> {
  const child = fork(new URL('./probe.js', import.meta.url), [path], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const errands = new Errands(child);
  await errands.done();
  return {
    visit: (to, protocol = 'tcp', wait = PATIENT, port = PORT) => errands.ask<Sight>({ protocol, to, port, wait } satisfies Errand),
    [Symbol.asyncDispose]: () => errands[Symbol.asyncDispose](),
  };
}
