import type { Json } from '../../base/json.js';
import type { Log } from '../../base/log.js';
import type { Keys } from './keys.js';
import type { KeyValue } from './protocol.js';

/**
 * Reads records that anybody may have written. One that no store of ours would write is said to the log, once for each time it
 * was written, and is as one that is absent.
 */
export class Reading {
  readonly #keys: Keys;
  readonly #log: Log;
  #told = new Set<string>();

  constructor(keys: Keys, log: Log) {
    this.#keys = keys;
    this.#log = log;
  }

  /** The record's own key, or nothing for a key that is no text. */
  name({ key, mod_revision }: KeyValue): string | undefined {
    const name = this.#keys.nameOf(key);
    if (name === undefined) this.#tell(key.toString('latin1'), mod_revision, 'its key is no text');
    return name;
  }

  /** The value; `null` for one that is none. */
  value(key: string, { value, mod_revision }: KeyValue): Json {
    try {
      const json = JSON.parse(value.toString()) as Json;
      if (json !== null) return json;
      this.#tell(key, mod_revision, 'its value is null');
    } catch (error) {
      this.#tell(key, mod_revision, error instanceof Error ? error.message : String(error));
    }
    return null;
  }

  #tell(key: string, revision: string, reason: string): void {
    const once = `${key}@${revision}`;
    if (this.#told.has(once)) return;
    if (this.#told.size > 1000) this.#told = new Set();
    this.#told.add(once);
    this.#log.warn('a record in the shared store cannot be read, and is passed over', { key, reason });
  }
}
