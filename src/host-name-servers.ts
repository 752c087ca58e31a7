import { readFileSync, realpathSync, watch, type FSWatcher } from 'node:fs';
import { basename, dirname } from 'node:path';
import { hostUpstreams } from './names/upstreams.js';
import type { Upstream } from './names/types.js';

/**
 * The host's name servers, as its resolv.conf names them. The file may be a symbolic link into /run, and programs replace
 * rather than write it: what is watched is the folders of both.
 */
export class HostNameServers implements Disposable {
  readonly #path: string;
  readonly #watchers: FSWatcher[] = [];
  #servers: readonly Upstream[];

  constructor(path = '/etc/resolv.conf') {
    this.#path = path;
    this.#servers = this.#read();
  }

  /** Whom to ask now, in the order of the file. */
  get list(): readonly Upstream[] {
    return this.#servers;
  }

  /** Calls `changed` whenever the file names others than before. */
  follow(changed: () => void): void {
    for (const path of new Set([this.#path, target(this.#path)])) {
      const watcher = watch(dirname(path), { persistent: false }, (_, file) => {
        if (file === null || file === basename(path)) this.#look(changed);
      });
      // A folder that goes away takes its watch with it: the servers known so far stay.
      watcher.on('error', () => watcher.close());
      this.#watchers.push(watcher);
    }
  }

  [Symbol.dispose](): void {
    for (const watcher of this.#watchers.splice(0)) watcher.close();
  }

  #look(changed: () => void): void {
    const servers = this.#read();
    if (JSON.stringify(servers) === JSON.stringify(this.#servers)) return;
    this.#servers = servers;
    changed();
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

function target(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
