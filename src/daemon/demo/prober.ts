import { type ChildProcess, fork } from 'node:child_process';
import { type Errand, PORT, type Sight } from './probe.js';

/** A probe as whoever started it sees it. */
export interface Prober extends AsyncDisposable {
  /** Speaks to the probe at this address; one visit after the other. */
  visit(to: string, protocol?: Errand['protocol']): Promise<Sight>;
}

// A packet that is dropped is waited for this long, in milliseconds; those that arrive take well under one.
const WAIT = 300;

/** Starts a process inside the namespace at this path; it answers there when this resolves. */
export async function startProbe(path: string): Promise<Prober> {
  const child = fork(new URL('./probe.js', import.meta.url), [path], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  await answer(child);
  let last: Promise<unknown> = Promise.resolve();
  return {
    visit: (to, protocol = 'tcp') => {
      const errand: Errand = { protocol, to, port: PORT, wait: WAIT };
      const sight = last.then(() => {
        child.send(errand);
        return answer(child) as Promise<Sight>;
      });
      last = sight;
      return sight;
    },
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve());
        child.disconnect();
      }),
  };
}

function answer(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null) => reject(new Error(`a probe ended with ${code}`));
    child.once('exit', onExit);
    child.once('message', (message) => {
      child.off('exit', onExit);
      resolve(message);
    });
  });
}
