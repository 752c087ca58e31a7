import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { closeAll, host as hostOf, neighbours, Reached, start } from '../../../test/tool/simulated-cluster.js';
import { silent } from '../../base/log.js';
import { SimulatedKernel } from '../../kernel/simulated/simulated-kernel.js';
import { MemoryStore } from '../../store/memory/memory-store.js';
import { keys } from './keys.js';

let store: MemoryStore;
const host = (name: string) => hostOf(name, store);
const until = (what: () => unknown) => vi.waitFor(() => expect(what()).toBeTruthy(), { timeout: 3000, interval: 5 });

beforeEach(() => {
  store = new MemoryStore();
});

afterEach(closeAll);

describe('a network of several hosts', () => {
  it('is seen by all of them the moment it is made, and gone the moment it is removed', async () => {
    const [a, b] = [await start(host('a')), await start(host('b'))];
    const made = await a.fairlead.networks.create({ name: 'web', driver: 'shared' });
    expect(await b.fairlead.networks.get('web')).toEqual(made);
    expect(made).toMatchObject({ scope: 'global', shared: { number: 1 }, pools: [{ subnet: '10.0.0.0/24' }] });
    await expect(b.fairlead.networks.create({ name: 'web', driver: 'shared' })).rejects.toMatchObject({ code: 'name-taken' });
    await b.fairlead.networks.remove('web');
    expect((await a.fairlead.networks.list()).map(({ name }) => name)).not.toContain('web');
    expect((await store.list('')).entries.has(`networks/${made.id}`)).toBe(false);
  });

  it('is made on two hosts at once with subnets and numbers of its own', async () => {
    const [a, b] = [await start(host('a')), await start(host('b'))];
    const made = await Promise.all(
      Array.from({ length: 10 }, (_, at) => (at % 2 === 0 ? a : b).fairlead.networks.create({ name: `n${at}`, driver: 'shared' })),
    );
    expect(new Set(made.map(({ pools }) => pools[0]?.subnet)).size).toBe(10);
    expect(new Set(made.map((each) => each.shared?.['number'])).size).toBe(10);
  });

  it('goes on as it was where another host made of it what this one does not understand, through a restart, and doctor tells of it', async () => {
    const ground = host('a');
    const [a, b] = [await start(ground), await start(host('b'))];
    const { id } = await a.fairlead.networks.create({ name: 'web', driver: 'shared' });
    await a.fairlead.sandboxes.create({ name: 'box', networks: [{ network: 'web' }] });
    const key = keys.network(id);
    const as = (options: object) => async () => {
      const value = (await store.list(key)).entries.get(key)?.value as object;
      await store.commit([], [{ key, value: { ...value, options } as never }]);
    };
    const findings = async ({ fairlead }: typeof a) => (await fairlead.doctor()).map(({ object, code }) => `${code} ${object}`);
    await as({ 'com.fairlead.future': '1' })();
    await vi.waitFor(async () => expect(await findings(a)).toEqual(['option-unknown network/web']));
    await expect(a.fairlead.networks.update('web', { options: {} })).rejects.toMatchObject({ code: 'option-unknown' });
    const late = await start(host('c'));
    await expect(late.fairlead.sandboxes.create({ name: 'late', networks: [{ network: 'web' }] })).rejects.toMatchObject({ code: 'option-unknown' });
    await a.stop();
    const again = await start(ground);
    expect(await findings(again)).toEqual(['option-unknown network/web']);
    expect((await again.fairlead.networks.get('web')).options).toEqual({});
    await as({})();
    await vi.waitFor(async () => expect([await findings(again), await findings(b), await findings(late)]).toEqual([[], [], []]));
    await late.fairlead.sandboxes.create({ name: 'late', networks: [{ network: 'web' }] });
  });

  it('is nobody’s trouble where nobody uses it', async () => {
    const [a, b] = [await start(host('a')), await start(host('b'))];
    await a.fairlead.networks.create({ name: 'web', driver: 'shared' });
    expect([await a.fairlead.doctor(), await b.fairlead.doctor()]).toEqual([[], []]);
  });

  it('gives no address twice, however many ask', async () => {
    const [a, b] = [await start(host('a')), await start(host('b'))];
    await a.fairlead.networks.create({ name: 'web', driver: 'shared' });
    const made = await Promise.all(Array.from({ length: 40 }, (_, at) => (at % 2 === 0 ? a : b).fairlead.endpoints.create({ network: 'web', name: `e${at}` })));
    expect(new Set(made.map(({ leases }) => leases[0]?.ip)).size).toBe(40);
    expect(await a.fairlead.endpoints.list()).toHaveLength(40);
    await expect(b.fairlead.endpoints.create({ network: 'web', name: 'e0' })).rejects.toMatchObject({ code: 'endpoint-name-taken' });
    await expect(b.fairlead.endpoints.create({ network: 'web', ip: made[0]?.leases[0]?.ip ?? '' })).rejects.toMatchObject({ code: 'address-taken' });
    await expect(a.fairlead.networks.remove('web')).rejects.toMatchObject({ code: 'network-in-use' });
  });

  it('tries few addresses where others took many since it looked', async () => {
    const [a, b] = [await start(host('a')), await start(host('b'))];
    await a.fairlead.networks.create({ name: 'web', driver: 'shared' });
    const make = ({ fairlead }: typeof a, count: number) => Promise.all(Array.from({ length: count }, () => fairlead.endpoints.create({ network: 'web' })));
    await make(b, 1);
    await make(a, 120);
    const commit = vi.spyOn(store, 'commit');
    await make(b, 1);
    const tried = commit.mock.calls.filter(([, writes]) => writes.some(({ key }) => key.startsWith(keys.addresses)));
    // Three that are others', and one after a look at all of them.
    expect(tried.length).toBeLessThanOrEqual(4);
    // A subnet is used up to the last of its addresses all the same.
    await make(b, 253 - 122);
    expect(new Set((await a.fairlead.endpoints.list()).map(({ leases }) => leases[0]?.ip)).size).toBe(253);
    await expect(make(a, 1)).rejects.toMatchObject({ code: 'addresses-exhausted' });
  });

  it('asks nothing of the store for each host that comes, but on the one that looks after them', async () => {
    for (let at = 0; at < 12; at++) await start(host(`h${at}`));
    const list = vi.spyOn(store, 'list');
    await start(host('late'));
    await vi.waitFor(() => expect(list.mock.calls.filter(([prefix]) => prefix === keys.janitor).length).toBeGreaterThanOrEqual(2));
    expect(list.mock.calls.filter(([prefix]) => prefix === keys.janitor).length).toBeLessThan(6);
  });

  it('leads to endpoints of others while they are there, and to none after', async () => {
    const [ha, hb] = [host('a'), host('b')];
    const [a, b] = [await start(ha), await start(hb)];
    await a.fairlead.networks.create({ name: 'web', driver: 'shared' });
    await a.fairlead.sandboxes.create({ name: 'one', networks: [{ network: 'web' }] });
    await b.fairlead.sandboxes.create({ name: 'two', networks: [{ network: 'web' }] });
    await until(async () => (await neighbours(ha)).length === 1);
    await vi.waitFor(async () => expect([await neighbours(ha), await neighbours(hb)]).toEqual([['10.0.0.3'], ['10.0.0.2']]));
    await b.fairlead.sandboxes.remove('two', { settle: true });
    await vi.waitFor(async () => expect(await neighbours(ha)).toEqual([]));
    expect(await neighbours(hb)).toEqual([]);
  });

  it('is told of by name to sandboxes of all hosts', async () => {
    const [a, b] = [await start(host('a')), await start(host('b'))];
    await a.fairlead.networks.create({ name: 'web', driver: 'shared' });
    await a.fairlead.sandboxes.create({ name: 'one', networks: [{ network: 'web', aliases: ['uno'] }] });
    await b.fairlead.sandboxes.create({ name: 'two', networks: [{ network: 'web' }] });
    await vi.waitFor(() =>
      expect(b.context.records.peers.list()).toMatchObject([
        { names: ['one', 'one', 'uno'].filter((x, i, l) => l.indexOf(x) === i).concat(expect.any(String)) },
      ]),
    );
  });
});

describe('an endpoint', () => {
  it('goes where it is joined, from any host, once', async () => {
    const [a, b] = [await start(host('a')), await start(host('b'))];
    await a.fairlead.networks.create({ name: 'web', driver: 'shared' });
    const made = await a.fairlead.endpoints.create({ network: 'web', name: 'svc' });
    await b.fairlead.sandboxes.create({ name: 'box' });
    const joined = await b.fairlead.endpoints.join('web/svc', 'box');
    expect(joined).toMatchObject({ id: made.id, host: 'b', leases: made.leases, state: 'active' });
    await vi.waitFor(async () => expect(await a.fairlead.endpoints.get('web/svc')).toMatchObject({ host: 'b' }));
    await a.fairlead.sandboxes.create({ name: 'other' });
    await expect(a.fairlead.endpoints.join('web/svc', 'other')).rejects.toMatchObject({ code: 'endpoint-elsewhere' });
    await expect(a.fairlead.endpoints.remove('web/svc')).rejects.toMatchObject({ code: 'endpoint-active' });
    await a.fairlead.endpoints.remove('web/svc', { force: true });
    await vi.waitFor(async () => expect(await b.fairlead.endpoints.list()).toEqual([]));
    expect(await b.fairlead.sandboxes.get('box')).toMatchObject({ state: 'active' });
  });

  it('is changed from any host while it is in no sandbox, and only on its own while it is in one', async () => {
    const [a, b] = [await start(host('a')), await start(host('b'))];
    await a.fairlead.networks.create({ name: 'web', driver: 'shared' });
    await a.fairlead.endpoints.create({ network: 'web', name: 'svc' });
    expect(await b.fairlead.endpoints.update('web/svc', { links: { me: 'svc' } })).toMatchObject({ host: 'b', links: { me: 'svc' } });
    await expect(a.fairlead.endpoints.leave('web/svc')).rejects.toMatchObject({ code: 'endpoint-not-joined' });
    await b.fairlead.sandboxes.create({ name: 'box' });
    await b.fairlead.endpoints.join('web/svc', 'box');
    for (const call of [a.fairlead.endpoints.update('web/svc', {}), a.fairlead.endpoints.leave('web/svc')])
      await expect(call).rejects.toMatchObject({ code: 'endpoint-elsewhere', values: { host: 'b', sandbox: 'box' } });
    for (const seen of [await a.fairlead.endpoints.get('web/svc'), ...(await a.fairlead.endpoints.list())]) expect(seen).toMatchObject({ sandboxName: 'box' });
  });

  it('that is removed by force leaves its address free once this resolves: its host gives it back, or does not come back', async () => {
    const [ha, hb] = [host('a'), host('b')];
    const [a, b] = [await start(ha), await start(hb)];
    await a.fairlead.networks.create({ name: 'web', driver: 'shared' });
    const addresses = async () => [...(await store.list('addresses/')).entries.keys()].length;
    await b.fairlead.sandboxes.create({ name: 'box', networks: [{ network: 'web', name: 'svc' }] });
    await a.fairlead.endpoints.remove('svc', { force: true, settle: true });
    expect(await addresses()).toBe(0);
    await b.fairlead.endpoints.create({ network: 'web', name: 'svc', sandbox: 'box' });
    // It is there as far as anybody knows, and does nothing any more.
    hb.store.cut = true;
    const removed = a.fairlead.endpoints.remove('svc', { force: true, settle: true });
    await vi.waitFor(async () => expect((await store.list('endpoints/')).entries.size).toBe(0));
    expect(await addresses()).toBe(1);
    await hb.store.partition();
    await removed;
    expect(await addresses()).toBe(0);
  });

  it('goes with what its host forgot: after a reboot nobody has its name and its address', async () => {
    const ha = host('a');
    const [a, b] = [await start(ha), await start(host('b'))];
    await a.fairlead.networks.create({ name: 'web', driver: 'shared' });
    await a.fairlead.sandboxes.create({ name: 'box', networks: [{ network: 'web', name: 'svc' }] });
    await a.stop();
    expect(await b.fairlead.endpoints.list()).toMatchObject([{ name: 'svc' }]);
    const again = await start({ ...ha, kernel: new SimulatedKernel({ instance: 'a' }), boot: new MemoryStore() });
    for (const each of [b, again]) expect(await each.fairlead.endpoints.list()).toEqual([]);
    expect([...(await store.list('')).entries.keys()].filter((key) => /^(addresses|endpoint)/.test(key))).toEqual([]);
  });

  it('frees its address at once when it is removed by force from a host that died', async () => {
    const [ha, hb] = [host('a'), host('b')];
    const [a, b] = [await start(ha), await start(hb)];
    await a.fairlead.networks.create({ name: 'web', driver: 'shared' });
    await b.fairlead.sandboxes.create({ name: 'box', networks: [{ network: 'web', name: 'svc' }] });
    const [before] = await b.fairlead.endpoints.list();
    await hb.store.partition();
    await vi.waitFor(async () => expect(await a.fairlead.endpoints.remove('svc', { force: true })).toBeUndefined());
    expect((await a.fairlead.endpoints.create({ network: 'web', name: 'svc' })).leases[0]?.ip).toBe(before?.leases[0]?.ip);
  });
});

describe('a host', () => {
  it('whose lease ended is led to no more, and keeps its addresses until it is forgotten', async () => {
    const [ha, hb] = [host('a'), host('b')];
    const [a, b] = [await start(ha), await start(hb)];
    await a.fairlead.networks.create({ name: 'web', driver: 'shared' });
    await a.fairlead.sandboxes.create({ name: 'one', networks: [{ network: 'web' }] });
    await b.fairlead.sandboxes.create({ name: 'two', networks: [{ network: 'web' }] });
    await vi.waitFor(async () => expect(await neighbours(ha)).toEqual(['10.0.0.3']));
    await expect(a.cluster?.forget('b')).rejects.toMatchObject({ code: 'host-alive' });
    await hb.store.partition();
    await vi.waitFor(async () => expect(await neighbours(ha)).toEqual([]));
    expect(await a.cluster?.hosts()).toMatchObject([
      { name: 'a', state: 'alive', own: true },
      { name: 'b', state: 'departed', endpoints: 1 },
    ]);
    await expect(a.fairlead.endpoints.create({ network: 'web', ip: '10.0.0.3' })).rejects.toMatchObject({ code: 'address-taken' });
    await a.cluster?.forget('b');
    expect(await a.fairlead.endpoints.create({ network: 'web', ip: '10.0.0.3' })).toMatchObject({ state: 'created' });
  });

  it('is forgotten while another counts how long it has been away', async () => {
    const [ha, hb] = [host('a'), host('b')];
    const [a] = [await start(ha), await start(hb)];
    await hb.store.partition();
    await vi.waitFor(async () => expect(await a.cluster?.hosts()).toMatchObject([{ name: 'a' }, { name: 'b', state: 'departed' }]));
    const key = keys.departed('b');
    const list = ha.store.list.bind(ha.store);
    let looks = 0;
    ha.store.list = async (prefix) => {
      const found = await list(prefix);
      if (prefix === key && looks++ === 0) await store.commit([], [{ key, value: { waited: 0.1, instance: 'b' } }]);
      return found;
    };
    await a.cluster?.forget('b');
    expect((await a.cluster?.hosts())?.map(({ name }) => name)).toEqual(['a']);
  });

  it('is forgotten after its quarantine by itself', async () => {
    const [ha, hb] = [host('a'), host('b')];
    const [a, b] = [await start(ha, { quarantine: 1 }), await start(hb, { quarantine: 1 })];
    await a.fairlead.networks.create({ name: 'web', driver: 'shared' });
    await b.fairlead.endpoints.create({ network: 'web', name: 'svc' });
    await hb.store.partition();
    const began = performance.now();
    await vi.waitFor(async () => expect((await a.cluster?.hosts())?.map(({ name }) => name)).toEqual(['a']), { timeout: 10_000, interval: 20 });
    expect(performance.now() - began).toBeGreaterThan(1000);
    expect(await a.fairlead.endpoints.list()).toEqual([]);
    expect((await store.list('addresses/')).entries.size).toBe(0);
    // Nobody may use what others can have by now.
    await vi.waitFor(async () => expect(b.context.records.endpoints.list()).toMatchObject([{ state: 'lost' }]));
  });

  it('that returns in time has what it had; what others were given meanwhile is lost', async () => {
    const [ha, hb] = [host('a'), host('b')];
    const [a, b] = [await start(ha), await start(hb)];
    await a.fairlead.networks.create({ name: 'web', driver: 'shared' });
    await a.fairlead.sandboxes.create({ name: 'one', networks: [{ network: 'web' }] });
    await b.fairlead.sandboxes.create({ name: 'two', networks: [{ network: 'web' }] });
    await b.fairlead.sandboxes.create({ name: 'three', networks: [{ network: 'web' }] });
    await hb.store.partition();
    await vi.waitFor(async () => expect(await a.cluster?.hosts()).toMatchObject([{}, { state: 'departed' }]));
    await a.cluster?.forget('b');
    await a.fairlead.endpoints.create({ network: 'web', name: 'thief', ip: '10.0.0.3' });
    hb.store.cut = false;
    await vi.waitFor(async () => expect(await neighbours(ha)).toEqual(['10.0.0.4']), { timeout: 5000 });
    const states = (await b.fairlead.endpoints.list()).map(({ name, state }) => `${name} ${state}`).sort();
    expect(states).toEqual(['one active', 'thief created', 'three active', 'two lost']);
    await expect(b.fairlead.endpoints.join('two', 'two')).rejects.toMatchObject({ code: 'endpoint-lost' });
    await b.fairlead.endpoints.remove('two');
    expect(await a.fairlead.endpoints.get('thief')).toMatchObject({ host: 'a' });
  });

  it('explains an endpoint of another one: where it is, and what leads there', async () => {
    const [a, b] = [await start(host('a')), await start(host('b'))];
    await a.fairlead.networks.create({ name: 'web', driver: 'shared' });
    await b.fairlead.sandboxes.create({ name: 'box', networks: [{ network: 'web', name: 'two' }] });
    const place = '# it is on host b, in sandbox box: explain it there';
    expect(await a.fairlead.explain('web/two')).toMatchObject({ name: 'endpoint/web/two', commands: [place, '# nothing leads to it from here'] });
    await a.fairlead.sandboxes.create({ name: 'one', networks: [{ network: 'web' }] });
    const way = expect.stringMatching(/^ip neighbour replace 10\.0\.0\.2 lladdr 02:42:0a:00:00:02 dev sh-\w+ nud permanent protocol 250$/);
    for (const ref of ['two', 'web/two', 'endpoint/web/two'])
      await vi.waitFor(async () => expect((await a.fairlead.explain(ref)).commands).toEqual([place, '# what leads to it from here:', way]));
    expect((await a.fairlead.explain('one')).commands).toContainEqual(expect.stringContaining('ip link add'));
    await expect(a.fairlead.explain('endpoint/web/three')).rejects.toMatchObject({ code: 'endpoint-absent' });
    await expect(a.fairlead.explain('network/two')).rejects.toMatchObject({ code: 'network-absent' });
  });

  it('that is started without the store is refused while it has something there, and knows none of the networks after', async () => {
    const ha = host('a');
    const a = await start(ha);
    await a.fairlead.networks.create({ name: 'web', driver: 'shared' });
    await a.fairlead.sandboxes.create({ name: 'one', networks: [{ network: 'web' }] });
    await a.stop();
    await expect(start(ha, { alone: true })).rejects.toMatchObject({ code: 'cluster-left', values: { networks: 'web' } });
    const again = await start(ha);
    await again.fairlead.sandboxes.remove('one', { settle: true });
    await vi.waitFor(async () => expect((await again.fairlead.networks.get('web')).facts).toBeNull());
    await again.stop();
    const alone = await start(ha, { alone: true });
    expect((await alone.fairlead.networks.list()).map(({ driver }) => driver)).not.toContain('shared');
    expect(await alone.fairlead.doctor()).toEqual([]);
    await alone.stop();
    expect(await (await start(ha)).fairlead.networks.get('web')).toMatchObject({ driver: 'shared' });
  });

  it('that returns while it attaches something has that', async () => {
    const [ha, hb] = [host('a'), host('b')];
    const [a, b] = [await start(ha), await start(hb)];
    await a.fairlead.networks.create({ name: 'web', driver: 'shared' });
    await a.fairlead.sandboxes.create({ name: 'one', networks: [{ network: 'web' }] });
    const { held, release } = hb.store.hold((writes) => writes.some(({ key }) => key.startsWith('endpoints/')));
    const making = b.fairlead.sandboxes.create({ name: 'two', networks: [{ network: 'web' }] });
    await held;
    await hb.store.partition();
    await vi.waitFor(() => expect(b.cluster?.alive).toBe(false));
    hb.store.cut = false;
    await vi.waitFor(() => expect(b.cluster?.alive).toBe(true), { timeout: 5000 });
    await vi.waitFor(async () => expect(await b.cluster?.hosts()).toMatchObject([{ state: 'alive' }, { state: 'alive' }]));
    release();
    await making;
    await vi.waitFor(async () => expect(await neighbours(ha)).toEqual(['10.0.0.3']));
    expect((await b.fairlead.endpoints.list()).map(({ name, state }) => `${name} ${state}`).sort()).toEqual(['one active', 'two active']);
  });

  it('has nothing left of a network that the store has lost, once its lost endpoints are removed', async () => {
    const ha = host('a');
    const log = { ...silent, error: vi.fn() };
    const a = await start(ha, { log });
    await a.fairlead.networks.create({ name: 'web', driver: 'shared' });
    await a.fairlead.sandboxes.create({ name: 'one', networks: [{ network: 'web' }] });
    await ha.store.partition();
    await vi.waitFor(() => expect(a.cluster?.alive).toBe(false));
    await store.commit(
      [],
      [...(await store.list('')).entries.keys()].map((key) => ({ key, value: null })),
    );
    ha.store.cut = false;
    await vi.waitFor(async () => expect((await a.fairlead.endpoints.list()).map(({ state }) => state)).toEqual(['lost']), { timeout: 5000 });
    expect(log.error.mock.calls.map(([message]) => String(message))).toContainEqual(expect.stringMatching(/its network is not in the shared store any more$/));
    await a.fairlead.endpoints.remove('web/one', { settle: true });
    await vi.waitFor(async () => expect((await a.fairlead.networks.list()).map(({ name }) => name)).not.toContain('web'));
    expect(await a.fairlead.doctor()).toEqual([]);
  });

  it('has its name for itself', async () => {
    await start(host('a'));
    await expect(start(host('a'), { instance: 'other' })).rejects.toMatchObject({ code: 'host-name-taken' });
  });

  it('goes on while the store is away: nothing changes, what it lets go of is given back later', async () => {
    const [ha, hb] = [host('a'), host('b')];
    const [a, b] = [await start(ha), await start(hb)];
    await a.fairlead.networks.create({ name: 'web', driver: 'shared' });
    await a.fairlead.sandboxes.create({ name: 'one', networks: [{ network: 'web' }] });
    await b.fairlead.sandboxes.create({ name: 'two', networks: [{ network: 'web' }] });
    await vi.waitFor(async () => expect(await neighbours(ha)).toEqual(['10.0.0.3']));
    ha.store.cut = true;
    await expect(a.fairlead.endpoints.create({ network: 'web' })).rejects.toMatchObject({ code: 'store-unreachable' });
    await expect(a.fairlead.networks.create({ name: 'more', driver: 'shared' })).rejects.toMatchObject({ code: 'store-unreachable' });
    expect(await neighbours(ha)).toEqual(['10.0.0.3']);
    await a.fairlead.sandboxes.remove('one', { settle: true });
    expect((await store.list('addresses/')).entries.size).toBe(2);
    ha.store.cut = false;
    await ha.store.partition();
    ha.store.cut = false;
    await vi.waitFor(async () => expect((await store.list('addresses/')).entries.size).toBe(1), { timeout: 5000 });
    await vi.waitFor(async () => expect(await neighbours(hb)).toEqual([]));
  });

  it('starts again with what it had, also while the store is away', async () => {
    const [ha, hb] = [host('a'), host('b')];
    const [a, b] = [await start(ha), await start(hb)];
    await a.fairlead.networks.create({ name: 'web', driver: 'shared' });
    await a.fairlead.sandboxes.create({ name: 'one', networks: [{ network: 'web' }] });
    await b.fairlead.sandboxes.create({ name: 'two', networks: [{ network: 'web' }] });
    await a.stop();
    const again = await start({ ...ha, store: new Reached(store) });
    expect(await again.fairlead.endpoints.list()).toHaveLength(2);
    await vi.waitFor(async () => expect(await neighbours(ha)).toEqual(['10.0.0.3']));
    await again.stop();
    const away = new Reached(store);
    away.cut = true;
    const alone = await start({ ...ha, store: away });
    expect(await alone.fairlead.sandboxes.list()).toMatchObject([{ name: 'one' }]);
    expect(await alone.fairlead.networks.get('web')).toMatchObject({ driver: 'shared' });
    away.cut = false;
    await vi.waitFor(async () => expect(await neighbours(ha)).toEqual(['10.0.0.3']), { timeout: 5000 });
  });
});
