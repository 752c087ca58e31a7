import { lstatSync, readlinkSync, watch, type FSWatcher } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

/** A link more is a loop: MAXSYMLINKS, include/linux/namei.h. */
const MOST_LINKS = 40;

/**
 * Tells when what a path leads to may be another: the file is written, replaced, made or removed, a symbolic link on the way leads
 * elsewhere, a folder comes or goes. What is watched is each link and the file in their folders, the first name that is missing in
 * the last folder that exists, and the file itself, because a folder does not tell of what is written to a file that is mounted over
 * one of its names. A folder above that is moved away is not noticed, nor is what the kernel has no watch left for.
 *
 *     watches set ──► something happened ──► all closed, set anew for the path as it is now ──► told
 */
export class PathWatch implements Disposable {
  readonly #path: string;
  readonly #changed: () => void;
  readonly #watchers: FSWatcher[] = [];

  /** Watches from now on. `changed` is called once for each event that may matter, and may find everything as it was. */
  constructor(path: string, changed: () => void) {
    this.#path = resolve(path);
    this.#changed = changed;
    this.#arm();
  }

  [Symbol.dispose](): void {
    for (const watcher of this.#watchers.splice(0)) watcher.close();
  }

  // What came between a way's end and its watches is seen in the way, which then is another.
  #arm(): void {
    for (let way = wayTo(this.#path), before = ''; way.join('\0') !== before; way = wayTo(this.#path)) {
      before = way.join('\0');
      this[Symbol.dispose]();
      for (const path of way) this.#watch(dirname(path), basename(path));
      const file = way.at(-1);
      if (file !== undefined) this.#watch(file);
    }
  }

  // A folder that goes is told by its own name.
  #watch(path: string, name?: string): void {
    try {
      const watcher = watch(path, { persistent: false }, (_, file) => {
        if (name === undefined || file === null || file === name || file === basename(path)) this.#heard();
      });
      watcher.on('error', () => watcher.close());
      this.#watchers.push(watcher);
    } catch {
      // Gone meanwhile, or fs.inotify.max_user_watches is reached.
    }
  }

  #heard(): void {
    this.#arm();
    this.#changed();
  }
}

/** All links on the way of a path, and its end: the file, or the first name that is missing. Each in a folder that is real. */
function wayTo(path: string): readonly string[] {
  const way: string[] = [];
  let names = path.split('/').filter(Boolean);
  let at = '/';
  while (names.length > 0) {
    const [name = '', ...rest] = names;
    const next = join(at, name);
    const target = linkTarget(next);
    if (target === undefined || (target === null && rest.length === 0)) return [...way, next];
    if (target === null) [at, names] = [next, rest];
    else {
      way.push(next);
      if (way.length > MOST_LINKS) return way;
      [at, names] = ['/', [...resolve(at, target).split('/').filter(Boolean), ...rest]];
    }
  }
  return way;
}

/** Where a symbolic link leads; `null` for what is none, `undefined` where nothing is. */
function linkTarget(path: string): string | null | undefined {
  try {
    return lstatSync(path).isSymbolicLink() ? readlinkSync(path) : null;
  } catch {
    return undefined;
  }
}
