import type { Revision, Store } from '../../store/store.js';

/** Resolves with the first change after this revision below one of these prefixes, or when `patience` ends. */
export async function changed(store: Store, prefixes: readonly string[], from: Revision, patience: AbortSignal): Promise<void> {
  const enough = new AbortController();
  const signal = AbortSignal.any([enough.signal, patience]);
  const first = async (prefix: string) => {
    for await (const _ of store.watch(prefix, from, signal)) return;
  };
  try {
    await Promise.race(prefixes.map(first));
  } finally {
    enough.abort();
  }
}
