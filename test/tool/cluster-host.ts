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

/** A host of a cluster as a process: killed, frozen and started again while its namespace lives. What it is asked ends with the process. */
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
  async start(more: Partial<FairleadOptions> = {}): Promise<void> {
    this.#child = fork(program, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    this.#child.on('message', (answer: Answer) => this.#take(answer));
    this.#child.on('exit', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('the host’s process ended'));
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
