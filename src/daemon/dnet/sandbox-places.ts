import { mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isId } from '../../base/id.js';
import type { Sandbox } from '../../model/records.js';
import { sandboxFiles, type Surroundings } from '../../names/sandbox-files.js';

/** Where the original keeps what belongs to a sandbox. */
export interface Places {
  /** Namespaces, by the first 12 digits of the sandbox's id. */
  readonly namespaces: string;
  /** Its files, by its whole id. */
  readonly files: string;
  /** The engine's run directory, where the namespaces really are. */
  readonly run: string;
}

/** Keeps what belongs to a sandbox where the original's clients look for it. */
export class SandboxPlaces {
  readonly #places: Places;

  constructor(places: Places) {
    this.#places = places;
  }

  /** Forgets what a daemon before this one left. Docker keeps things of its own in both places: what is not of our making stays. */
  clear(): void {
    for (const place of [this.#places.namespaces, this.#places.files]) mkdirSync(place, { recursive: true, mode: 0o755 });
    for (const entry of readdirSync(this.#places.namespaces, { withFileTypes: true })) {
      const path = join(this.#places.namespaces, entry.name);
      if (entry.isSymbolicLink() && readlinkSync(path).startsWith(`${this.#places.run}/`)) rmSync(path);
    }
    for (const entry of readdirSync(this.#places.files, { withFileTypes: true })) {
      if (entry.isDirectory() && isId(entry.name)) rmSync(join(this.#places.files, entry.name), { recursive: true });
    }
  }

  /** The path by which programs enter the sandbox. */
  keyOf({ id }: Pick<Sandbox, 'id'>): string {
    return join(this.#places.namespaces, id.slice(0, 12));
  }

  /** Makes the namespace's path; a link does, as it is opened by name. */
  open(sandbox: Sandbox): void {
    rmSync(this.keyOf(sandbox), { force: true });
    symlinkSync(sandbox.key, this.keyOf(sandbox));
  }

  /** Writes the files by which programs in it find names. */
  write(sandbox: Sandbox, around: Surroundings): void {
    const { hosts, resolvConf } = sandboxFiles(sandbox, around, hostResolvConf());
    const folder = join(this.#places.files, sandbox.id);
    mkdirSync(folder, { recursive: true, mode: 0o755 });
    writeFileSync(join(folder, 'hosts'), hosts);
    writeFileSync(join(folder, 'resolv.conf'), resolvConf);
  }

  /** Takes both away. */
  remove(sandbox: Pick<Sandbox, 'id'>): void {
    rmSync(this.keyOf(sandbox), { force: true });
    rmSync(join(this.#places.files, sandbox.id), { recursive: true, force: true });
  }
}

function hostResolvConf(): string {
  try {
    return readFileSync('/etc/resolv.conf', 'utf8');
  } catch {
    return '';
  }
}
