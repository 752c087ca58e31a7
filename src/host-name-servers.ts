import { readFileSync } from 'node:fs';
import { PathWatch } from './base/path-watch.js';
import { hostUpstreams } from './names/upstreams.js';
import type { Upstream } from './names/types.js';

/** The host's name servers, as its resolv.conf names them: a file, or a symbolic link to one in /run, written or replaced by programs. */
export class HostNameServers implements Disposable {
  readonly #path: string;
  #watch: PathWatch | undefined;
  #changed: () => void = () => {};
  #servers: readonly Upstream[];

  constructor(path = '/etc/resolv.conf') {
    this.#path = path;
    this.#servers = this.#read();
  }

  /** Whom to ask now, in the order of the file. */
  get list(): readonly Upstream[] {
    return this.#servers;
  }

  /** Calls `changed` from now on whenever the file names others than before. */
  follow(changed: () => void): void {
    this.#changed = changed;
    this.#watch?.[Symbol.dispose]();
    this.#watch = new PathWatch(this.#path, () => this.look());
    this.look();
  }

  /** Reads the file: for what no watch tells of. */
  look(): void {
    const servers = this.#read();
    if (JSON.stringify(servers) === JSON.stringify(this.#servers)) return;
    this.#servers = servers;
    this.#changed();
  }

  [Symbol.dispose](): void {
    this.#watch?.[Symbol.dispose]();
  }

  #read(): readonly Upstream[] {
    try {
      return hostUpstreams(readFileSync(this.#path, 'utf8'));
    } catch {
      // Between two names of the file there is none; a host without it has nobody to ask.
      return [];
    }
  }
}
