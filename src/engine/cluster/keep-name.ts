import { failure } from '../../base/error.js';
import type { Store } from '../../store/store.js';

/** Where this boot's store has it. */
const NAME = 'cluster/name';

/**
 * What this host has on networks of several hosts the others know by its name: with another one it would be nobody's. Throws `host-renamed`
 * where it has something, on these networks, and is called otherwise than before.
 */
export async function keepName(boot: Store, name: string, networks: ReadonlySet<string>): Promise<void> {
  const before = (await boot.list(NAME)).entries.get(NAME)?.value;
  if (before === name) return;
  if (typeof before === 'string' && networks.size > 0) throw failure('host-renamed', { host: name, before, networks: [...networks].join(', ') });
  await boot.commit([], [{ key: NAME, value: name }]);
}
