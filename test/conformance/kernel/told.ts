import { expect } from 'vitest';
import type { Kernel } from '../../../src/kernel/kernel.js';
import { keyOf } from '../../../src/resource/key.js';
import type { Key, Resource } from '../../../src/resource/resource.js';

/** Everything told while `work` ran, and until the key that is waited for has come. */
export async function told(kernel: Kernel, last: Resource | Key, work: () => Promise<void>): Promise<ReadonlySet<Key>> {
  const stop = new AbortController();
  const keys = new Set<Key>();
  const awaited = typeof last === 'string' ? last : keyOf(last);
  const listening = kernel.watch(stop.signal);
  const heard = (async () => {
    for await (const burst of listening) {
      expect(burst.length).toBeGreaterThan(0);
      for (const key of burst) keys.add(key);
      if (keys.has(awaited)) return;
    }
  })();
  // What was asked before is done before: from here on it listens.
  await kernel.settled();
  await work();
  await heard;
  stop.abort();
  return keys;
}
