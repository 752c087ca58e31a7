import type { Entry, Revision } from '../store.js';
import type { Keys } from './keys.js';
import { CallError, type Members } from './members.js';
import { calls } from './protocol.js';
import type { Reading } from './reading.js';

/** What a list answers. */
export interface Listed {
  readonly revision: Revision;
  readonly entries: ReadonlyMap<string, Entry>;
}

const PAGE = 1000;

/**
 * All records that begin so, page by page, all as they were at the first page's revision. When that past is compacted away on the
 * way, it begins again. Throws CallError.
 */
export async function list(members: Members, keys: Keys, reading: Reading, prefix: string): Promise<Listed> {
  for (let page = PAGE; ; ) {
    try {
      return await listAt(members, keys, reading, prefix, page);
    } catch (error) {
      const fault = error instanceof CallError ? error.fault : undefined;
      if (fault === 'too-large' && page > 1) page = Math.ceil(page / 10);
      else if (fault !== 'compacted') throw error;
    }
  }
}

async function listAt(members: Members, keys: Keys, reading: Reading, prefix: string, limit: number): Promise<Listed> {
  const entries = new Map<string, Entry>();
  const { range_end, key: first } = keys.range(prefix);
  let revision: Revision | undefined;
  for (let key = first; ; ) {
    const asked = { key, range_end, limit, ...(revision !== undefined && { revision }) };
    const { header, kvs, more } = await members.run((link, time) => link.call(calls.range, asked, time));
    revision ??= Number(header.revision);
    for (const kv of kvs) {
      const name = reading.name(kv);
      const value = name === undefined ? null : reading.value(name, kv);
      if (name !== undefined && value !== null) entries.set(name, { value, revision: Number(kv.mod_revision) });
    }
    const last = kvs.at(-1);
    if (!more || !last) return { revision, entries };
    key = Buffer.concat([last.key, Buffer.of(0)]);
  }
}
