import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A process in a namespace that connects when told to, and answers whoever connects to it. */
export interface Probe {
  /** The address that the other end saw, or `null` when nothing came back. */
  tcp(to: string): Promise<string | null>;
  udp(to: string): Promise<string | null>;
  close(): Promise<void>;
}

/** Starts one inside the namespace at this path; it answers there when this resolves. */
export async function startProbe(path: string): Promise<Probe> {
  const child = fork(fileURLToPath(new URL('./probe.mjs', import.meta.url)), [path], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  await answer(child);
  let last: Promise<unknown> = Promise.resolve();
  const ask = (protocol: string, to: string): Promise<string | null> => {
    const next = last.then(() => {
      child.send({ protocol, to });
      return answer(child);
    });
    last = next;
    return next as Promise<string | null>;
  };
  return {
    tcp: (to) => ask('tcp', to),
    udp: (to) => ask('udp', to),
    close: () =>
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
