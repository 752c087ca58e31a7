import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Fairlead, FairleadOptions } from '#dist/index.js';

const program = fileURLToPath(new URL('./cluster-host.child.mjs', import.meta.url));

interface Answer {
  readonly id?: number;
  readonly value?: unknown;
  readonly error?: { readonly code?: string; readonly message: string };
  readonly message?: string;
}

/** Why what was asked was not answered: the host's process has ended. */
export class HostEnded extends Error {}

/** More for the process: what Node loads before all else, and its environment. */
export interface Launch {
  readonly preload: string;
  readonly env: NodeJS.ProcessEnv;
}

/** A host, of a cluster mostly, as a process: killed, frozen and started again while its namespace lives. What it is asked ends with the process. */
export class ClusterHost {
  readonly #options: FairleadOptions;
  readonly #waiting = new Map<number, { readonly resolve: (value: never) => void; readonly reject: (error: Error) => void }>();
  #child: ChildProcess | undefined;
  #next = 0;
  /** What it has logged, but for what is for finding out. */
  readonly log: string[] = [];

  constructor(options: FairleadOptions) {
    this.#options = options;
  }

  readonly networks = this.#part('networks');
  readonly sandboxes = this.#part('sandboxes');
  readonly endpoints = this.#part('endpoints');
  readonly hosts = this.#part('hosts');
  readonly info: Fairlead['info'] = () => this.#ask('info', []);
  readonly doctor: Fairlead['doctor'] = (...args) => this.#ask('doctor', args);
  readonly explain: Fairlead['explain'] = (...args) => this.#ask('explain', args);

  /** Starts it; `more` is said for this start. Rejects with what it is refused for. */
  async start(more: Partial<FairleadOptions> = {}, launch?: Launch): Promise<void> {
    const how = launch && { execArgv: ['--import', launch.preload], env: { ...process.env, ...launch.env } };
    this.#child = fork(program, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], ...how });
    this.#child.on('message', (answer: Answer) => this.#take(answer));
    // All that it said before it ended has been heard by then.
    this.#child.on('disconnect', () => {
      for (const { reject } of this.#waiting.values()) reject(new HostEnded('the host’s process ended'));
      this.#waiting.clear();
    });
    await this.#ask('open', [{ ...this.#options, ...more }]);
  }

  async stop(): Promise<void> {
    if (!this.#running) return;
    await this.#ask('close', []);
    await this.#end('SIGTERM');
  }

  /** As a crash. */
  kill(): Promise<void> {
    return this.#end('SIGKILL');
  }

  /** Resolves when its process has ended, by itself. */
  async ended(): Promise<void> {
    if (this.#child && this.#running) await once(this.#child, 'exit');
  }

  /** Says something to what was loaded before all else. */
  tell(word: string): void {
    this.#child?.send({ tell: word });
  }

  freeze(): void {
    this.#child?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#child?.kill('SIGCONT');
  }

  get #running(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    if (!this.#child || !this.#running) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill(signal);
    await ended;
  }

  #part<Part extends 'networks' | 'sandboxes' | 'endpoints' | 'hosts'>(part: Part): Fairlead[Part] {
    return new Proxy({} as Fairlead[Part], {
      get:
        (_, method) =>
        (...args: readonly unknown[]) =>
          this.#ask(`${part}.${String(method)}`, args),
    });
  }

  #ask<T>(call: string, args: readonly unknown[]): Promise<T> {
    const id = this.#next++;
    return new Promise<T>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#child?.send({ id, call, args });
    });
  }

  #take({ id, value, error, message }: Answer): void {
    if (id === undefined) {
      this.log.push(message ?? '');
      return;
    }
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error) waiting?.reject(Object.assign(new Error(error.message), error));
    else waiting?.resolve(value as never);
  }
}
