import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { closeAll, type Host, host as hostOf, neighbours, Reached, start } from '../../../test/tool/simulated-cluster.js';
import { failure } from '../../base/error.js';
import { MemoryStore } from '../../store/memory/memory-store.js';

// What comes of endpoints and addresses when the store is away, a daemon is killed, or a host is longer away than its addresses wait.
let store: MemoryStore;
const host = (name: string) => hostOf(name, store);
const SOON = { timeout: 5000, interval: 10 };
const keysOf = async (prefix: string) => [...(await store.list(prefix)).entries.keys()].map((key) => key.split('/').slice(2).join('/')).sort();

beforeEach(() => {
  store = new MemoryStore();
});

afterEach(closeAll);

async function two() {
  const [ha, hb] = [host('a'), host('b')];
  const [a, b] = [await start(ha), await start(hb, { at: 2 })];
  await a.fairlead.networks.create({ name: 'web', driver: 'shared' });
  await a.fairlead.sandboxes.create({ name: 'one', networks: [{ network: 'web' }] });
  await b.fairlead.sandboxes.create({ name: 'two', networks: [{ network: 'web' }] });
  await vi.waitFor(async () => expect(await neighbours(ha)).toEqual(['10.0.0.3']), SOON);
  return { ha, hb, a, b };
}

/** The same host after its daemon was killed: nothing was taken back, and nothing more is written. */
async function killed(before: Host): Promise<Host> {
  const boot = new MemoryStore();
  const written = [...(await before.boot.list('')).entries].map(([key, { value }]) => ({ key, value }));
  await boot.commit([], written);
  await before.store.partition();
  return { ...before, boot, store: new Reached(store) };
}

describe('without the store', () => {
  it('an endpoint is left and removed on this host, and the others are told when it answers', async () => {
    const { ha, hb, a } = await two();
    await a.fairlead.sandboxes.create({ name: 'more', networks: [{ network: 'web' }] });
    await vi.waitFor(async () => expect(await neighbours(hb)).toEqual(['10.0.0.2', '10.0.0.4']), SOON);
    ha.store.cut = true;
    expect(await a.fairlead.endpoints.leave('web/one')).toMatchObject({ state: 'created' });
    await a.fairlead.sandboxes.remove('more', { settle: true });
    expect((await a.fairlead.endpoints.list()).map(({ name }) => name).sort()).toEqual(['one', 'two']);
    expect((await a.fairlead.networks.list()).map(({ name }) => name)).toContain('web');
    expect(await neighbours(hb)).toEqual(['10.0.0.2', '10.0.0.4']);
    ha.store.cut = false;
    // Its lease never ended, so nothing but that the store answers tells it to.
    await vi.waitFor(async () => expect(await neighbours(hb)).toEqual([]), SOON);
    await vi.waitFor(async () => expect(await keysOf('addresses/')).toEqual(['10.0.0.2', '10.0.0.3']), SOON);
    expect(await keysOf('endpoint-names/')).toEqual(['one', 'two']);
  });

  it('an address that waits to be given back is not taken before that is done', async () => {
    const { ha, a } = await two();
    const made = await a.fairlead.endpoints.create({ network: 'web', name: 'x', ip: '10.0.0.9' });
    ha.store.cut = true;
    await a.fairlead.endpoints.remove('web/x', { settle: true });
    ha.store.cut = false;
    expect((await a.fairlead.endpoints.create({ network: 'web', name: 'y', ip: '10.0.0.9' })).leases).toEqual(made.leases);
    await vi.waitFor(async () => expect((await ha.boot.list('owed/')).entries.size).toBe(0), SOON);
    expect(await keysOf('addresses/')).toEqual(['10.0.0.2', '10.0.0.3', '10.0.0.9']);
  });

  it('a daemon that starts leads to the others as its predecessor did', async () => {
    const { ha, a } = await two();
    const again = await killed(ha);
    await a.stop();
    again.store.cut = true;
    const alone = await start(again);
    expect(await neighbours(again)).toEqual(['10.0.0.3']);
    expect(alone.context.records.peers.list()).toMatchObject([{ name: 'two', names: expect.arrayContaining(['two']) }]);
    expect((await alone.fairlead.endpoints.list()).map(({ name }) => name)).toEqual(['one', 'two']);
    await expect(alone.fairlead.endpoints.create({ network: 'web' })).rejects.toMatchObject({ code: 'store-unreachable' });
    expect((await alone.fairlead.networks.list()).map(({ name }) => name)).toContain('web');
    again.store.cut = false;
    await vi.waitFor(async () => expect(await alone.fairlead.endpoints.create({ network: 'web', name: 'now' })).toMatchObject({ host: 'a' }), SOON);
  });
});

describe('a store that takes no changes', () => {
  const full = failure('store-full', { etcd: 'the store', reason: 'mvcc: database space exceeded' });
  const distrusted = failure('store-distrusted', { etcd: 'the store', reason: 'certificate has expired' });

  it('is given back, once it takes some, what was left and removed meanwhile', async () => {
    const { ha, hb, a } = await two();
    await a.fairlead.sandboxes.create({ name: 'more', networks: [{ network: 'web' }] });
    await vi.waitFor(async () => expect(await neighbours(hb)).toEqual(['10.0.0.2', '10.0.0.4']), SOON);
    for (const unwilling of [full, distrusted]) {
      ha.store.unwilling = unwilling;
      const leaving = unwilling === full ? 'web/one' : 'web/more';
      expect(await a.fairlead.endpoints.leave(leaving)).toMatchObject({ state: 'created' });
      await a.fairlead.endpoints.remove(leaving, { settle: true });
      await expect(a.fairlead.endpoints.create({ network: 'web' })).rejects.toMatchObject({ code: unwilling.code });
      ha.store.unwilling = undefined;
      await vi.waitFor(async () => expect(await keysOf('endpoint-names/')).not.toContain(leaving.slice('web/'.length)), SOON);
    }
    await vi.waitFor(async () => expect(await keysOf('addresses/')).toEqual(['10.0.0.3']), SOON);
    expect(await neighbours(hb)).toEqual([]);
  });

  it('keeps no daemon from starting that has something there, and its host is one of them again once it takes some', async () => {
    for (const unwilling of [full, distrusted]) {
      store = new MemoryStore();
      const { ha, a } = await two();
      const again = await killed(ha);
      await a.stop();
      again.store.unwilling = unwilling;
      const alone = await start(again);
      expect(await neighbours(again)).toEqual(['10.0.0.3']);
      expect(alone.cluster?.alive).toBe(false);
      again.store.unwilling = undefined;
      await vi.waitFor(async () => expect(await alone.fairlead.endpoints.create({ network: 'web', name: 'now' })).toMatchObject({ host: 'a' }), SOON);
    }
  });

  it('is told to whoever names one that refuses, where nothing of this host is on it', async () => {
    const fresh = host('c');
    fresh.store.unwilling = distrusted;
    await expect(start(fresh)).rejects.toMatchObject({ code: 'store-distrusted' });
    fresh.store.unwilling = full;
    expect((await start(fresh)).cluster?.alive).toBe(false);
  });
});

describe('after a kill', () => {
  it('what was begun and not acknowledged is given back, and what others removed is not there again', async () => {
    const { ha, a, b } = await two();
    await a.fairlead.endpoints.create({ network: 'web', name: 'gone' });
    const again = await killed(ha);
    await a.stop();
    // As if it had been killed after it told the others, and before it wrote down that it has it.
    const rolledBack = (await again.boot.list('endpoints/')).entries;
    const [key = ''] = [...rolledBack].filter(([, { value }]) => (value as { name?: string }).name === 'gone').map(([each]) => each);
    await again.boot.commit([], [{ key, value: null }]);
    await b.fairlead.endpoints.remove('web/one', { force: true });
    const back = await start(again);
    expect((await back.fairlead.endpoints.list()).map(({ name }) => name)).toEqual(['two']);
    await vi.waitFor(async () => expect([await keysOf('addresses/'), await keysOf('endpoint-names/')]).toEqual([['10.0.0.3'], ['two']]), SOON);
  });

  it('the time that passed without a daemon counts', async () => {
    const { ha, a } = await two();
    await a.stop();
    const again = await killed(ha);
    const [[key, entry] = ['', { value: 0 }]] = (await again.boot.list('cluster/seen')).entries;
    await again.boot.commit([], [{ key, value: (entry.value as number) - 55 }]);
    again.store.cut = true;
    const alone = await start(again);
    expect(alone.context.records.endpoints.list()).toMatchObject([{ name: 'one', state: 'lost' }]);
    expect((await again.kernel.read()).filter(({ kind }) => kind === 'address')).toEqual([]);
  });
});

describe('a host that was longer away than its addresses wait', () => {
  it('gives back what it gave up, and takes nothing back that others have by now', async () => {
    const { hb, a, b } = await two();
    await hb.store.partition();
    await vi.waitFor(async () => expect(await a.cluster?.hosts()).toMatchObject([{}, { state: 'departed' }]), SOON);
    await a.cluster?.forget('b');
    await a.fairlead.endpoints.create({ network: 'web', name: 'thief', ip: '10.0.0.3' });
    hb.store.cut = false;
    await vi.waitFor(() => expect(b.context.records.endpoints.list()).toMatchObject([{ name: 'two', state: 'lost' }]), SOON);
    await a.fairlead.endpoints.remove('web/thief', { settle: true });
    await b.fairlead.endpoints.create({ network: 'web', name: 'again', ip: '10.0.0.3' });
    await b.fairlead.endpoints.remove('web/two', { settle: true });
    expect(await keysOf('addresses/')).toEqual(['10.0.0.2', '10.0.0.3']);
  });
});

describe('a clock that is set', () => {
  it('changes nothing in how long a host is away', async () => {
    const [ha, hb] = [host('a'), host('b')];
    const [a, b] = [await start(ha, { quarantine: 6 }), await start(hb, { at: 2, quarantine: 6 })];
    await a.fairlead.networks.create({ name: 'web', driver: 'shared' });
    await b.fairlead.sandboxes.create({ name: 'two', networks: [{ network: 'web' }] });
    const now = Date.now.bind(Date);
    const clock = vi.spyOn(Date, 'now');
    const waited = async () =>
      Number(((await store.list('hosts/b/departed')).entries.get('hosts/b/departed')?.value as { waited?: number } | undefined)?.waited);
    await hb.store.partition();
    for (const days of [365, -365]) {
      clock.mockImplementation(() => now() + days * 86_400_000);
      const before = (await waited()) || 0;
      await vi.waitFor(async () => expect(await waited()).toBeGreaterThan(before), SOON);
      expect(await waited()).toBeLessThan(5);
      expect(b.context.records.endpoints.list()).toMatchObject([{ state: 'active' }]);
    }
    clock.mockRestore();
    hb.store.cut = false;
    await vi.waitFor(async () => expect(await a.cluster?.hosts()).toMatchObject([{}, { name: 'b', state: 'alive', endpoints: 1 }]), SOON);
  });
});

describe('what others see', () => {
  it('follows names, aliases and ports that change, and a refused name leaves all as it was', async () => {
    const { a, b } = await two();
    await b.fairlead.sandboxes.update('two', { name: 'deux', aliases: { add: [{ name: 'zwei' }] } });
    const seen = () => a.context.records.peers.list();
    await vi.waitFor(() => expect(seen()).toMatchObject([{ name: 'deux', names: expect.arrayContaining(['deux', 'zwei']) }]), SOON);
    expect(await keysOf('endpoint-names/')).toEqual(['deux', 'one']);
    await b.fairlead.endpoints.update('web/deux', { aliases: ['dos'] });
    await vi.waitFor(() => expect(seen()[0]?.names).toContain('dos'), SOON);
    await expect(b.fairlead.sandboxes.update('deux', { name: 'one' })).rejects.toMatchObject({ code: 'endpoint-name-taken' });
    expect(await b.fairlead.sandboxes.get('deux')).toMatchObject({ name: 'deux' });
    expect(await keysOf('endpoint-names/')).toEqual(['deux', 'one']);
  });

  it('is nothing of a sandbox that could not be made whole', async () => {
    const { a, b } = await two();
    await a.fairlead.networks.create({ name: 'db', driver: 'shared' });
    await a.fairlead.endpoints.create({ network: 'db', name: 'taken' });
    const networks = [{ network: 'web' }, { network: 'db', name: 'taken' }];
    await expect(b.fairlead.sandboxes.create({ name: 'half', networks })).rejects.toMatchObject({ code: 'endpoint-name-taken' });
    expect((await a.fairlead.endpoints.list()).map(({ name }) => name).sort()).toEqual(['one', 'taken', 'two']);
    expect(await keysOf('addresses/')).toHaveLength(3);
  });

  it('has MAC addresses of its own', async () => {
    const { a, b } = await two();
    await a.fairlead.endpoints.create({ network: 'web', name: 'x', mac: '02:00:00:00:00:01' });
    await expect(b.fairlead.endpoints.create({ network: 'web', name: 'y', mac: '02:00:00:00:00:01' })).rejects.toMatchObject({ code: 'mac-taken' });
    await a.fairlead.endpoints.remove('web/x');
    expect(await b.fairlead.endpoints.create({ network: 'web', name: 'y', mac: '02:00:00:00:00:01' })).toMatchObject({ host: 'b' });
    expect(await keysOf('macs/')).toHaveLength(3);
  });

  it('of a network is the same on all hosts, whoever changes it', async () => {
    const { a, b } = await two();
    const heard: string[] = [];
    a.context.hub.listen(({ kind, change }) => heard.push(`${kind} ${change}`));
    await b.fairlead.networks.update('web', { labels: { tier: 'front' } });
    expect(await a.fairlead.networks.get('web')).toMatchObject({ labels: { tier: 'front' } });
    await a.fairlead.networks.update('web', { labels: { more: 'yes' } });
    expect(await b.fairlead.networks.get('web')).toMatchObject({ labels: { tier: 'front', more: 'yes' } });
    expect(heard.filter((each) => each === 'network changed')).toHaveLength(2);
  });
});
