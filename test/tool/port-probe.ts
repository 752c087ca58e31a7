import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A process in a namespace that connects when told to, and answers whoever connects to it: on port 7000 with the address that it saw, on 7001 with its name. */
export interface PortProbe {
  /** What the other end answered, or `null` when nothing came back. */
  tcp(to: string, port?: number): Promise<string | null>;
  /** The same; from this port of its own, so that several are one flow. */
  udp(to: string, port?: number, from?: number): Promise<string | null>;
  /** `pong` where an echo request is answered, else `null`. */
  ping(to: string): Promise<string | null>;
  /** The name of the error with which a packet of UDP is refused, or `null` when nothing came back. */
  refusal(to: string, port: number): Promise<string | null>;
  /** Listens beside that; answers the name of the error where that is refused, else nothing. */
  listen(address: string, port: number): Promise<string>;
  unlisten(): Promise<void>;
  readonly pid: number;
  close(): Promise<void>;
}

/** Starts one inside the namespace at this path; it answers there when this resolves. */
export async function startPortProbe(path: string, name?: string): Promise<PortProbe> {
  const argv = [path, ...(name === undefined ? [] : [name])];
  const child = fork(fileURLToPath(new URL('./port-probe.mjs', import.meta.url)), argv, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  await answer(child);
  let last: Promise<unknown> = Promise.resolve();
  const ask = <T>(call: string, ...args: readonly unknown[]): Promise<T> => {
    const next = last.then(() => {
      child.send({ call, args });
      return answer(child);
    });
    last = next;
    return next as Promise<T>;
  };
  return {
    tcp: (to, port = 7000) => ask('tcp', to, port),
    udp: (to, port = 7000, from) => ask('udp', to, port, from),
    ping: (to) => ask('ping', to),
    refusal: (to, port) => ask('refusal', to, port),
    listen: (address, port) => ask('listen', address, port),
    unlisten: () => ask('unlisten'),
    pid: child.pid ?? 0,
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
