import { asFailure } from '../../base/error.js';
import type { Json } from '../../base/json.js';
import type { Log } from '../../base/log.js';
import type { Change, Revision, Store } from '../../store/store.js';

/** What was seen last below a prefix of the shared store, in this boot's: a start while the shared one is away goes on from there. */
export class Remembered {
  readonly #boot: Store;
  readonly #prefix: string;
  readonly #log: Log;

  constructor(boot: Store, prefix: string, log: Log) {
    this.#boot = boot;
    this.#prefix = `seen/${prefix}`;
    this.#log = log;
  }

  async list(): Promise<readonly Change[]> {
    const { entries } = await this.#boot.list(this.#prefix);
    return [...entries].map(([key, { value }]) => {
      const [revision, seen] = value as readonly [Revision, Json];
      return { key: key.slice('seen/'.length), value: seen, revision };
    });
  }

  /** In order, after what was kept before; nobody waits for it. */
  keep(changes: readonly Change[]): void {
    if (changes.length === 0) return;
    const writes = changes.map(({ key, value, revision }) => ({ key: `seen/${key}`, value: value === null ? null : [revision, value] }));
    this.#boot.commit([], writes).catch((error: unknown) => this.#log.error('writing down what others have', { error: asFailure(error).message }));
  }

  async forget(): Promise<void> {
    const { entries } = await this.#boot.list(this.#prefix);
    await this.#boot.commit(
      [],
      [...entries.keys()].map((key) => ({ key, value: null })),
    );
  }
}
