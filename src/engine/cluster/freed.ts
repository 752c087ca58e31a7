import type { Endpoint } from '../../model/records.js';
import type { Store } from '../../store/store.js';
import { changed } from './changed.js';
import { dropOf } from './janitor.js';
import { keys } from './keys.js';
import { readHolder } from './parse.js';

/**
 * Resolves when the addresses of an endpoint are free that was taken from its host: that gives them back, or is not there any more, and they
 * are taken from it too. Without either until `patience` ends: then they wait as those of a host that went.
 */
export async function freed(store: Store, { network, leases }: Endpoint, host: string, patience: AbortSignal): Promise<void> {
  const own = (entries: Awaited<ReturnType<Store['list']>>['entries']) =>
    leases
      .map(({ ip }) => keys.address(network, ip))
      .flatMap((key) => {
        const entry = entries.get(key);
        return entry && readHolder(entry.value)?.host === host ? [`${key} ${entry.revision}`] : [];
      });
  let held: readonly string[] | undefined;
  while (!patience.aborted) {
    const { entries, revision } = await store.list(keys.addressesOf(network));
    const now = own(entries);
    // What was given to the same host anew has been free between.
    held = held === undefined ? now : held.filter((each) => now.includes(each));
    if (held.length === 0) return;
    const gone = held.map((each) => each.slice(0, each.indexOf(' ')));
    if (await dropOf(store, host, gone)) return;
    await changed(store, [keys.addressesOf(network), keys.alive(host)], revision, patience);
  }
}
