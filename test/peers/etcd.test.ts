import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { silent } from '../../src/base/log.js';
import type { Change } from '../../src/store/store.js';
import { EtcdStore } from '../../src/store/etcd/etcd-store.js';
import { contents, increment, made, take } from '../conformance/store-tools.js';
import { deafProxy } from '../tool/deaf-proxy.js';
import { type Etcd, startEtcd } from '../tool/etcd.js';
import { placeOn, withStore } from './etcd-place.js';

// The store on a real etcd that fails: what cannot be asked of all stores.

describe('an etcd of three members', () => {
  let etcd: Etcd;
  beforeAll(async () => {
    etcd = await startEtcd({ members: 3 });
  });
  afterAll(() => etcd.close());

  it.each(['kill', 'freeze'] as const)('loses and doubles no commit when its leader is gone: %s', async (how) => {
    await withStore(placeOn(etcd), async (store) => {
      const { revision } = await store.list('');
      await store.commit([], [{ key: 'count', value: 0 }]);
      const total = 60;
      const watched = take(store.watch('', revision, AbortSignal.timeout(20_000)), 1 + 4 * total);
      let gone: Awaited<ReturnType<Etcd['leader']>> | undefined;
      const write = async (writer: number) => {
        const answers: number[] = [];
        for (let i = 0; i < total; i++) {
          if (writer === 0 && i === 20) {
            gone = await etcd.leader();
            await gone[how]();
          }
          answers.push(made(await store.commit([{ key: `${writer}/${i}`, revision: 'absent' }], [{ key: `${writer}/${i}`, value: i }])));
        }
        return answers;
      };
      const [answers] = await Promise.all([Promise.all([0, 1, 2].map(write)), increment(store, total)]);
      const { entries } = await store.list('');
      expect(entries.get('count')?.value).toBe(total);
      for (const [writer, revisions] of answers.entries())
        for (const [i, at] of revisions.entries()) expect(entries.get(`${writer}/${i}`)).toEqual({ value: i, revision: at });
      const revisions = (await watched).map((change) => change.revision);
      expect(revisions).toEqual([...new Set(revisions)].sort((a, b) => a - b));
      expect(revisions).toHaveLength(1 + 4 * total);
      if (how === 'kill') gone?.start();
      else gone?.thaw();
    });
  });

  it('says in time that no member answers, and knows afterwards what became of a commit', async () => {
    await withStore(placeOn(etcd), async (store) => {
      const before = made(await store.commit([], [{ key: 'a', value: 1 }]));
      const seen: Change[] = [];
      const stop = new AbortController();
      const watching = (async () => {
        for await (const batch of store.watch('', before, stop.signal)) if (batch !== 'compacted') seen.push(...batch);
      })();
      for (const member of etcd.members) member.freeze();
      const began = performance.now();
      const nobody = EtcdStore.open(placeOn(etcd, { endpoints: ['127.0.0.1:1'] }));
      const asked = await Promise.allSettled([
        nobody,
        store.list(''),
        store.lease(5),
        ...Array.from({ length: 5 }, (_, i) => store.commit([], [{ key: `b/${i}`, value: i }])),
      ]);
      expect(performance.now() - began).toBeLessThan(7000);
      const codes = asked.map((each) => (each.status === 'rejected' ? each.reason.code : 'made'));
      await expect(nobody).rejects.toThrow(/ECONNREFUSED/);
      expect(codes).toEqual(['store-unreachable', 'store-unreachable', 'store-unreachable', ...Array(5).fill('store-doubtful')]);
      for (const member of etcd.members) member.thaw();
      const first = await vi.waitFor(() => contents(store, ''), { timeout: 10_000 });
      // Whatever was on its way is there, or never will be.
      for (const member of etcd.members) await member.kill();
      for (const member of etcd.members) member.start();
      expect(await vi.waitFor(() => contents(store, ''), { timeout: 10_000 })).toEqual(first);
      made(await store.commit([], [{ key: 'end', value: true }]));
      await vi.waitFor(() => expect(seen.at(-1)).toMatchObject({ key: 'end' }), { timeout: 10_000 });
      expect(Object.fromEntries([{ key: 'a', value: 1 }, ...seen].map(({ key, value }) => [key, value]))).toEqual({ ...first, end: true });
      stop.abort();
      await watching;
    });
  });
});

describe('an etcd of one member', () => {
  let etcd: Etcd;
  beforeAll(async () => {
    etcd = await startEtcd();
  });
  afterAll(() => etcd.close());

  it('makes a commit once whose answer was lost, and says so', async () => {
    const ways = await Promise.all([deafProxy(etcd.endpoints[0] ?? ''), deafProxy(etcd.endpoints[0] ?? '')]);
    const place = placeOn(etcd, { endpoints: ways.map(({ endpoint }) => endpoint) });
    await withStore(place, async (store) => {
      made(await store.commit([], [{ key: 'before', value: 1 }]));
      // One way loses all answers, then the other: the store is on one of them.
      for (const [n, way] of ways.entries()) {
        way.deaf = true;
        const keys = [`a/${n}`, `b/${n}`];
        const commits = keys.map((key, i) => store.commit(i === 0 ? [] : [{ key, revision: 'absent' }], [{ key, value: n }]));
        const refused = store.commit([{ key: 'before', revision: 'absent' }], [{ key: 'wrong', value: n }]);
        const revisions = (await Promise.all(commits)).map(made);
        expect(await refused).toBe(false);
        const { entries } = await store.list('');
        expect(keys.map((key) => entries.get(key)?.revision)).toEqual(revisions);
        expect(entries.has('wrong')).toBe(false);
        way.deaf = false;
      }
      const { kvs } = JSON.parse(await etcd.ctl('get', '--prefix', `${place.prefix}/records/`, '-w', 'json'));
      expect(kvs.map(({ version }: { version: number }) => version)).toEqual(kvs.map(() => 1));
      expect(kvs).toHaveLength(5);
    });
    await Promise.all(ways.map((way) => way.close()));
  });

  it('says of what others wrote wrongly, and goes on', async () => {
    const warn = vi.fn();
    const place = placeOn(etcd);
    await withStore(
      place,
      async (store) => {
        const first = made(await store.commit([], [{ key: 'good', value: 1 }]));
        await etcd.ctl('put', `${place.prefix}/records/good`, '{');
        await etcd.ctl('put', `${place.prefix}/records/alien`, 'null');
        const last = made(await store.commit([], [{ key: 'other', value: 2 }]));
        expect(await contents(store, '')).toEqual({ other: 2 });
        expect(await take(store.watch('', first, AbortSignal.timeout(5000)), 3)).toEqual([
          { key: 'good', value: null, revision: first + 1 },
          { key: 'alien', value: null, revision: first + 2 },
          { key: 'other', value: 2, revision: last },
        ]);
        expect(warn).toHaveBeenCalledTimes(2);
        expect(await store.commit([{ key: 'alien', revision: 'absent' }], [{ key: 'alien', value: 1 }])).toBe(false);
      },
      { ...silent, warn },
    );
  });

  it('has another past once it was restored from a copy: leases are lost, watches end, and all hosts call it the same', async () => {
    const [place, warn] = [placeOn(etcd), vi.fn()];
    await withStore(
      place,
      async (store) => {
        made(await store.commit([], [{ key: 'a', value: 1 }]));
        const copy = await etcd.save();
        const [lease, before] = [await store.lease(60), await store.recall(undefined)];
        const last = made(await store.commit([], [{ key: 'b', value: 2, lease }]));
        expect(store.seen()).toEqual({ id: before.id, revision: last });
        const told = store.watch('', last, new AbortController().signal)[Symbol.asyncIterator]().next();
        await etcd.restore(copy);
        expect((await told).value).toBe('compacted');
        expect(lease.lost.aborted).toBe(true);
        expect([...(await store.list('')).entries.keys()]).toEqual(['a']);
        const after = await store.recall(before);
        expect(after.id).not.toBe(before.id);
        expect(after.revision).toBeLessThan(last + 1);
        // Whoever did not run meanwhile, and comes when there is more than there was.
        for (let i = 0; i < 9; i++) made(await store.commit([], [{ key: 'c', value: i }]));
        await withStore(place, async (other) => {
          expect(await other.recall({ id: before.id, revision: last })).toMatchObject({ id: after.id });
          expect(other.seen().revision).toBeGreaterThan(last);
        });
      },
      { ...silent, warn },
    );
    expect(warn).toHaveBeenCalledWith('the shared store was restored from a copy', expect.anything());
  });

  it('has another past each time that it is restored, from the same copy too: who was away since before the first sees it', async () => {
    const place = placeOn(etcd);
    await withStore(place, async (store) => {
      made(await store.commit([], [{ key: 'a', value: 1 }]));
      const [copy, before] = [await etcd.save(), await store.recall(undefined)];
      const more = async (times: number) => {
        for (let i = 0; i < times; i++) made(await store.commit([], [{ key: 'c', value: i }]));
      };
      await more(3);
      const away = await store.recall(undefined);
      await etcd.restore(copy);
      const first = await store.recall(away);
      await more(3);
      await etcd.restore(copy);
      await store.list('');
      await more(9);
      const second = await store.recall(undefined);
      expect(second.revision).toBeGreaterThan(away.revision);
      expect(new Set([before.id, first.id, second.id]).size).toBe(3);
      await withStore(place, async (other) => expect(await other.recall(away)).toMatchObject({ id: second.id }));
    });
  });

  it('makes many changes at once, and says when they are too many', async () => {
    await withStore(placeOn(etcd), async (store) => {
      const writes = Array.from({ length: 3000 }, (_, i) => ({ key: `k/${i}`, value: i }));
      const revision = made(await store.commit([{ key: 'k/0', revision: 'absent' }], writes));
      const { entries } = await store.list('');
      expect(entries.size).toBe(3000);
      expect([...entries.values()].every((entry) => entry.revision === revision)).toBe(true);
      const conditions = writes.slice(0, 200).map(({ key }) => ({ key, revision }));
      await expect(store.commit(conditions, [])).rejects.toMatchObject({ code: 'store-too-large' });
      await expect(store.commit([], [{ key: 'huge', value: 'x'.repeat(9 << 20) }])).rejects.toMatchObject({ code: 'store-too-large' });
      expect(made(await store.commit([], [{ key: 'k/0', value: null }]))).toBeGreaterThan(revision);
    });
  });

  it('ends leases that others revoke, also those of its own slots', async () => {
    await withStore(placeOn(etcd), async (store) => {
      const lease = await store.lease(60);
      made(await store.commit([], [{ key: 'kept', value: 1 }]));
      const held = await store.lease(2);
      made(await store.commit([], [{ key: 'held', value: 1, lease: held }]));
      for (const id of (await etcd.ctl('lease', 'list')).match(/^[\da-f]+$/gm) ?? []) await etcd.ctl('lease', 'revoke', id);
      expect(
        await store.commit(
          [],
          [
            { key: 'a', value: 1, lease },
            { key: 'b', value: 1 },
          ],
        ),
      ).toBe(false);
      made(await store.commit([], [{ key: 'c', value: 1 }]));
      expect(await contents(store, '')).toEqual({ kept: 1, c: 1 });
      await vi.waitFor(() => expect(held.lost.aborted).toBe(true), { timeout: 3000 });
    });
  });

  it('takes the keys of a host that has stopped, which knows it when it goes on', async () => {
    const place = placeOn(etcd);
    const argv = [fileURLToPath(new URL('./etcd-lease.child.mjs', import.meta.url)), etcd.endpoints.join(','), place.prefix, '2'];
    const child = spawn(process.execPath, argv, { stdio: ['pipe', 'pipe', 'inherit'] });
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    expect((await lines.next()).value).toBe('held');
    await withStore(place, async (store) => {
      const { revision, entries } = await store.list('');
      expect(entries.get('holder')?.value).toBe(child.pid);
      child.kill('SIGSTOP');
      expect(await take(store.watch('', revision, AbortSignal.timeout(10_000)), 1)).toMatchObject([{ key: 'holder', value: null }]);
      child.kill('SIGCONT');
      expect((await lines.next()).value).toBe('lost');
    });
    child.stdin.end();
    await once(child, 'exit');
  });

  it('loses a lease by its own clock before etcd ends it, when nobody answers', async () => {
    const place = placeOn(etcd);
    await withStore(place, async (store) => {
      const lease = await store.lease(3);
      made(await store.commit([], [{ key: 'held', value: 1, lease }]));
      const began = performance.now();
      etcd.members[0]?.freeze();
      await once(lease.lost, 'abort');
      expect(performance.now() - began).toBeLessThan(2900);
      etcd.members[0]?.thaw();
      expect(await etcd.ctl('get', '--keys-only', `${place.prefix}/records/held`)).toContain('held');
    });
  });
});
