import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { closeAll, host as hostOf, start } from '../../../test/tool/simulated-cluster.js';
import type { Json } from '../../base/json.js';
import { MemoryStore } from '../../store/memory/memory-store.js';

// Who is who: hosts that are called otherwise or were copied, and what says to be another thing than it is.
let store: MemoryStore;
const host = (name: string) => hostOf(name, store);

beforeEach(() => {
  store = new MemoryStore();
});

afterEach(closeAll);

describe('a host', () => {
  it('that is called otherwise is refused while it has something there, and keeps that under its name of before', async () => {
    const ha = host('a');
    const a = await start(ha);
    await a.fairlead.networks.create({ name: 'web', driver: 'shared' });
    await a.fairlead.sandboxes.create({ name: 'one', networks: [{ network: 'web' }] });
    await a.stop();
    const renamed = () => start({ ...ha, name: 'z' }, { instance: 'a' });
    await expect(renamed()).rejects.toMatchObject({ code: 'host-renamed', values: { before: 'a', host: 'z', networks: 'web' } });
    const again = await start(ha);
    expect(await again.fairlead.endpoints.get('one')).toMatchObject({ host: 'a', state: 'active' });
    await again.fairlead.sandboxes.remove('one', { settle: true });
    await again.stop();
    expect(await (await renamed()).cluster?.hosts()).toMatchObject([
      { name: 'a', state: 'departed' },
      { name: 'z', state: 'alive' },
    ]);
  });

  it('that is there is not taken for a copy of it with its state, which has no place until it goes', async () => {
    const ha = host('a');
    const a = await start(ha);
    await a.fairlead.networks.create({ name: 'web', driver: 'shared' });
    await a.fairlead.sandboxes.create({ name: 'one', networks: [{ network: 'web' }] });
    const copy = () => start(host('a'), { at: 2, lease: 0.2 });
    await expect(copy()).rejects.toMatchObject({ code: 'host-name-taken', values: { host: 'a', address: '192.0.2.1', now: 'it is there' } });
    expect([await a.fairlead.endpoints.get('one'), a.cluster?.alive]).toMatchObject([{ state: 'active' }, true]);
    // Who was it before and has moved only waits for what is left of its lease.
    const moved = start(host('a'), { at: 2, lease: 5 });
    await ha.store.partition();
    expect((await moved).cluster?.alive).toBe(true);
  });

  it('believes nothing that says to be another than where it stands, nor a network of its own', async () => {
    const ha = host('a');
    const [a, b] = [await start(ha), await start(host('b'), { at: 2 })];
    const { id: web } = await a.fairlead.networks.create({ name: 'web', driver: 'shared' });
    await a.fairlead.sandboxes.create({ name: 'one', networks: [{ network: 'web' }] });
    const { id: two } = await b.fairlead.endpoints.create({ network: 'web', name: 'two' });
    const before = await a.fairlead.networks.list();
    const local = before.find(({ scope }) => scope === 'local')?.id ?? '';
    const read = async (key: string) => (await store.list(key)).entries.get(key)?.value as { readonly [field: string]: Json };
    const other = 'e'.repeat(64);
    const [network, endpoint] = [await read(`networks/${web}`), await read(`endpoints/${web}/${two}`)];
    await store.commit([], [{ key: `networks/${other}`, value: { ...network, id: local, name: 'taken' } }]);
    await store.commit([], [{ key: `networks/${local}`, value: { ...network, id: local, name: 'taken' } }]);
    await store.commit([], [{ key: `endpoints/${web}/${other}`, value: endpoint }]);
    await b.fairlead.networks.update('web', { labels: { seen: 'yes' } });
    await vi.waitFor(async () => expect(await a.fairlead.networks.get('web')).toMatchObject({ labels: { seen: 'yes' } }));
    const names = async () => (await a.fairlead.networks.list()).map(({ id, name, scope }) => `${id} ${name} ${scope}`);
    expect(await names()).toEqual(before.map(({ id, name, scope }) => `${id} ${name} ${scope}`));
    expect(a.context.records.peers.list().map(({ id }) => id)).toEqual([two]);
  });
});
