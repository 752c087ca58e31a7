import { once } from 'node:events';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { closeAll, host, Reached, start } from '../../../test/tool/simulated-cluster.js';
import { MemoryStore } from '../../store/memory/memory-store.js';
import { keys } from './keys.js';

afterEach(closeAll);

describe('what a host has', () => {
  it('follows what another removes while it joins again, after a start while the store was away', async () => {
    const store = new MemoryStore();
    const ha = host('a', store);
    const [a, b] = [await start(ha), await start(host('b', store))];
    const { id: network } = await a.fairlead.networks.create({ name: 'web', driver: 'shared' });
    for (const name of ['one', 'two']) await a.fairlead.endpoints.create({ network: 'web', name });
    await a.stop();
    const away = new Reached(store);
    away.cut = true;
    const alone = await start({ ...ha, store: away });
    // The first is told of anew; before the second is, somebody removes the first, and the mirror of this host sees that.
    const list = away.list.bind(away);
    const [asked, removed, seen] = [new Set<string>(), new AbortController(), new AbortController()];
    const aborted = ({ signal }: AbortController) => signal.aborted || once(signal, 'abort');
    vi.spyOn(away, 'list').mockImplementation(async (prefix) => {
      if (prefix === keys.endpointsOf(network)) {
        await aborted(removed);
        const found = await list(prefix);
        setImmediate(() => seen.abort());
        return found;
      }
      if (prefix.startsWith(keys.endpointsOf(network)) && !asked.has(prefix)) {
        asked.add(prefix);
        if (asked.size === 2) {
          const [first = ''] = asked;
          await b.fairlead.endpoints.remove(first.slice(keys.endpointsOf(network).length));
          removed.abort();
          await aborted(seen);
        }
      }
      return list(prefix);
    });
    away.cut = false;
    await aborted(seen);
    const left = [...asked].slice(1).map((key) => key.slice(keys.endpointsOf(network).length));
    await vi.waitFor(async () => expect((await alone.fairlead.endpoints.list()).map(({ id }) => id)).toEqual(left), { timeout: 5000 });
  });
});
