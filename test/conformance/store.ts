import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Json } from '../../src/base/json.js';
import type { Change, Revision, Store, Write } from '../../src/store/store.js';
import { asJson, collectAll, comparedWithMap, contents, expectReached, increment, made, type StoreSubject, take } from './store-tools.js';

/** What every store must do, and what one must that keeps its keys when it is closed. */
export function storeConformance(name: string, open: () => Promise<StoreSubject>, { keeps }: { readonly keeps: boolean } = { keeps: true }): void {
  describe(`store: ${name}`, () => {
    let subject: StoreSubject;
    let store: Store;
    let signal: AbortSignal;
    let abort: () => void;

    beforeEach(async () => {
      subject = await open();
      store = subject.store;
      const controller = new AbortController();
      signal = controller.signal;
      abort = () => controller.abort();
    });
    afterEach(async () => {
      abort();
      await subject.close();
    });

    const put = async (key: string, value: Json): Promise<Revision> => made(await store.commit([], [{ key, value }]));
    const values = async (prefix: string): Promise<Record<string, Json>> => contents(store, prefix);

    it('has one past, also for who saw it before', async () => {
      const known = await store.recall(undefined);
      const revision = await put('a', 1);
      expect(await store.recall(known)).toMatchObject({ id: known.id });
      expect(store.seen()).toEqual({ id: known.id, revision });
    });

    describe('commit', () => {
      it('writes, overwrites and removes', async () => {
        await put('a', { n: 1 });
        await put('a', { n: 2 });
        expect(await values('')).toEqual({ a: { n: 2 } });
        await put('a', null);
        expect(await values('')).toEqual({});
      });

      it('makes all writes of a commit under one revision', async () => {
        const before = await put('a', 1);
        const revision = made(
          await store.commit(
            [],
            [
              { key: 'a', value: null },
              { key: 'b', value: 2 },
              { key: 'c', value: 3 },
            ],
          ),
        );
        expect(revision).toBeGreaterThan(before);
        const { entries } = await store.list('');
        expect([...entries]).toEqual([
          ['b', { value: 2, revision }],
          ['c', { value: 3, revision }],
        ]);
      });

      it('holds the last of several writes of one key', async () => {
        await store.commit(
          [],
          [
            { key: 'a', value: 1 },
            { key: 'a', value: 2 },
          ],
        );
        expect(await values('')).toEqual({ a: 2 });
      });

      it('makes nothing when one of its conditions does not hold', async () => {
        const first = await put('a', 1);
        const second = await put('a', 2);
        const writes: Write[] = [
          { key: 'a', value: 3 },
          { key: 'b', value: 3 },
        ];
        expect(await store.commit([{ key: 'a', revision: first }], writes)).toBe(false);
        expect(await store.commit([{ key: 'a', revision: 'absent' }], writes)).toBe(false);
        expect(
          await store.commit(
            [
              { key: 'a', revision: second },
              { key: 'b', revision: second },
            ],
            writes,
          ),
        ).toBe(false);
        expect(await values('')).toEqual({ a: 2 });
        expect((await store.list('')).revision).toBe(second);
      });

      it('makes everything when all conditions hold', async () => {
        const revision = await put('a', 1);
        const conditions = [
          { key: 'a', revision },
          { key: 'b', revision: 'absent' as const },
        ];
        expect(await store.commit(conditions, [{ key: 'b', value: 1 }])).toBeGreaterThan(revision);
        expect(await store.commit(conditions, [{ key: 'b', value: 2 }])).toBe(false);
        expect(await values('')).toEqual({ a: 1, b: 1 });
      });

      it('takes a removed key as absent', async () => {
        await put('a', 1);
        await put('a', null);
        expect(await store.commit([{ key: 'a', revision: 'absent' }], [{ key: 'a', value: 2 }])).not.toBe(false);
      });

      it('lets exactly one of several win', async () => {
        const answers = await Promise.all(
          Array.from({ length: 20 }, (_, i) => store.commit([{ key: 'leader', revision: 'absent' }], [{ key: 'leader', value: i }])),
        );
        const winners = answers.flatMap((answer, i) => (answer === false ? [] : [i]));
        expect(winners).toHaveLength(1);
        expect(await values('')).toEqual({ leader: winners[0] });
      });

      it('counts by compare and swap without losing one', async () => {
        await put('count', 0);
        await Promise.all(Array.from({ length: 10 }, () => increment(store, 5)));
        expect(await values('')).toEqual({ count: 50 });
      });

      it('keeps what was asked, whatever becomes of the object', async () => {
        const value = { list: [1] };
        const asked = store.commit([], [{ key: 'a', value }]);
        value.list.push(2);
        await asked;
        value.list.push(3);
        expect(await values('')).toEqual({ a: { list: [1] } });
      });
    });

    describe('list', () => {
      it('answers keys by their beginning, in order', async () => {
        for (const key of ['net/b', 'network/1', 'net/a', 'net/aa', 'ne', 'net', 'net/B', 'net/10', 'net/9']) await put(key, key);
        const { entries } = await store.list('net/');
        expect([...entries.keys()]).toEqual(['net/10', 'net/9', 'net/B', 'net/a', 'net/aa', 'net/b']);
        expect((await store.list('none/')).entries.size).toBe(0);
      });

      it('holds 10,000 keys', async () => {
        const writes = Array.from({ length: 10_000 }, (_, i) => ({ key: `endpoint/${String(i).padStart(5, '0')}`, value: { i, state: 'active' } }));
        for (let i = 0; i < writes.length; i += 500) await store.commit([], writes.slice(i, i + 500));
        const again = subject.reopen ? await subject.reopen() : store;
        const { entries } = await again.list('endpoint/');
        expect([...entries.keys()]).toEqual(writes.map(({ key }) => key));
        expect(entries.get('endpoint/09999')?.value).toEqual({ i: 9999, state: 'active' });
      });

      it('holds values of a megabyte', async () => {
        const value = { text: 'é🎈"\\\n\u0000'.repeat(120_000) };
        await put('big', value);
        const again = subject.reopen ? await subject.reopen() : store;
        expect((await again.list('big')).entries.get('big')?.value).toEqual(value);
      });
    });

    describe('watch', () => {
      it('tells the writes after a revision, past and coming', async () => {
        const first = await put('a/1', 1);
        const second = await put('a/2', 2);
        const seen = take(store.watch('a/', first, signal), 3);
        const third = await put('a/1', null);
        await put('b/1', 0);
        const fifth = await put('a/3', 3);
        expect(await seen).toEqual([
          { key: 'a/2', value: 2, revision: second },
          { key: 'a/1', value: null, revision: third },
          { key: 'a/3', value: 3, revision: fifth },
        ]);
      });

      it('never tells half a commit', async () => {
        const { revision } = await store.list('');
        const batches: (readonly Change[])[] = [];
        const watching = (async () => {
          for await (const batch of store.watch('', revision, signal)) {
            if (batch !== 'compacted') batches.push(batch);
            if (batches.flat().length === 100) return;
          }
        })();
        await Promise.all(
          Array.from({ length: 50 }, (_, i) =>
            store.commit(
              [],
              [
                { key: `x/${i}`, value: i },
                { key: `y/${i}`, value: i },
              ],
            ),
          ),
        );
        await watching;
        for (const batch of batches) expect(batch.length % 2).toBe(0);
      });

      it('tells nothing of what changed nothing', async () => {
        const { revision } = await store.list('');
        const seen = take(store.watch('', revision, signal), 1);
        await put('absent', null);
        await store.commit([{ key: 'none', revision: 99 }], [{ key: 'a', value: 1 }]);
        await put('b', 2);
        expect(await seen).toMatchObject([{ key: 'b', value: 2 }]);
      });

      it('has no gap and no double while many write, wherever it begins', async () => {
        const revisions = [await put('start', 0)];
        const watchers: Promise<Change[]>[] = [];
        for (let round = 0; round < 10; round++) {
          const from = revisions.at(-1) ?? 0;
          watchers.push(take(store.watch('k/', from, signal), (10 - round) * 20));
          const made = await Promise.all(Array.from({ length: 20 }, (_, i) => put(`k/${i % 7}`, round * 20 + i)));
          revisions.push(...made.sort((a, b) => a - b));
        }
        const all = await Promise.all(watchers);
        const whole = all[0] ?? [];
        expect(whole.map(({ revision }) => revision)).toEqual(revisions.slice(1));
        expect(whole.map(({ value }) => value).sort((a, b) => Number(a) - Number(b))).toEqual(Array.from({ length: 200 }, (_, i) => i));
        for (const [round, seen] of all.entries()) expect(seen).toEqual(whole.slice(round * 20));
      });

      it('says that the past is gone, and ends', async () => {
        const first = await put('a', 0);
        const slow = store.watch('', first, signal)[Symbol.asyncIterator]();
        const begun = slow.next();
        await put('a', 1);
        expect((await begun).value).toMatchObject([{ value: 1 }]);
        const writes = (round: number) => Array.from({ length: 100 }, (_, i) => ({ key: `k/${i}`, value: round }));
        let last = 0;
        for (let round = 0; round < 200; round++) last = made(await store.commit([], writes(round)));
        await subject.forget?.();
        // What was on its way to it already is still told.
        let seen = await slow.next();
        while (seen.value !== 'compacted' && !seen.done) seen = await slow.next();
        expect(seen).toEqual({ done: false, value: 'compacted' });
        expect(await slow.next()).toEqual({ done: true, value: undefined });
        expect(await collectAll(store.watch('', first, signal))).toEqual(['compacted']);
        const fresh = take(store.watch('', last, signal), 1);
        await put('b', 1);
        expect(await fresh).toMatchObject([{ key: 'b' }]);
      });

      it('says so too about a revision that this store never had', async () => {
        expect(await collectAll(store.watch('', 1_000_000, signal))).toEqual(['compacted']);
      });

      it('ends when its signal aborts, before and while it waits', async () => {
        const { revision } = await store.list('');
        const waiting = collectAll(store.watch('', revision, signal));
        abort();
        expect(await waiting).toEqual([]);
        expect(await collectAll(store.watch('', revision, signal))).toEqual([]);
      });
    });

    describe('lease', () => {
      it('takes its keys along, and tells the watchers', async () => {
        const lease = await store.lease(10);
        await store.commit(
          [],
          [
            { key: 'host/a', value: 1, lease },
            { key: 'host/b', value: 2 },
          ],
        );
        const { revision } = await store.list('');
        const seen = take(store.watch('', revision, signal), 1);
        expect(lease.lost.aborted).toBe(false);
        await lease[Symbol.asyncDispose]();
        expect(await values('')).toEqual({ 'host/b': 2 });
        expect(await seen).toMatchObject([{ key: 'host/a', value: null }]);
        await lease[Symbol.asyncDispose]();
      });

      it('leaves a key that was written again without it, and takes one that was written again with it', async () => {
        const lease = await store.lease(10);
        await store.commit(
          [],
          [
            { key: 'a', value: 1, lease },
            { key: 'b', value: 1 },
          ],
        );
        await put('a', 2);
        await store.commit([], [{ key: 'b', value: 2, lease }]);
        await lease[Symbol.asyncDispose]();
        expect(await values('')).toEqual({ a: 2 });
      });

      it('writes nothing with a lease that has ended', async () => {
        const lease = await store.lease(10);
        await lease[Symbol.asyncDispose]();
        expect(
          await store.commit(
            [],
            [
              { key: 'a', value: 1, lease },
              { key: 'b', value: 1 },
            ],
          ),
        ).toBe(false);
        expect(await values('')).toEqual({});
      });

      it('leaves no key behind, however its end meets writes', async () => {
        const lease = await store.lease(10);
        const writes = Array.from({ length: 10 }, (_, i) => store.commit([], [{ key: `a/${i}`, value: i, lease }]));
        await lease[Symbol.asyncDispose]();
        await Promise.all(writes);
        expect(await values('')).toEqual({});
      });
    });

    it('refuses everything once it is closed', async () => {
      const lease = await store.lease(10);
      const { revision } = await store.list('');
      const watching = collectAll(store.watch('', revision, signal));
      await store[Symbol.asyncDispose]();
      expect(lease.lost.aborted).toBe(true);
      expect(await watching).toEqual([]);
      await expect(store.commit([], [{ key: 'a', value: 1 }])).rejects.toMatchObject({ code: 'state-closed' });
      await expect(store.list('')).rejects.toMatchObject({ code: 'state-closed' });
      await expect(store.lease(10)).rejects.toMatchObject({ code: 'state-closed' });
      await lease[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
    });

    it('settles what was asked before it was closed', async () => {
      const asked = Promise.all(Array.from({ length: 5 }, (_, i) => put(`a/${i}`, i)));
      await store[Symbol.asyncDispose]();
      expect(await asked).toHaveLength(5);
    });

    it('does what a plain map does, whatever is committed', async () => {
      const key = fc.constantFrom('a', 'a/1', 'a/2', 'b', 'b/1', 'c');
      const writes = fc.array(fc.record({ key, value: fc.option(fc.jsonValue().map(asJson)) }), { maxLength: 4 });
      const conditions = fc.array(fc.record({ key, holds: fc.boolean() }), { maxLength: 2 });
      const commits = fc.array(fc.record({ conditions, writes, reopen: fc.boolean() }), { minLength: 1, maxLength: 8 });
      await fc.assert(
        fc.asyncProperty(commits, async (asked) => {
          const clean = await open();
          try {
            await comparedWithMap(clean, asked);
          } finally {
            await clean.close();
          }
        }),
        { numRuns: 30 },
      );
    });

    if (!keeps) return;

    const reopened = async (): Promise<Store> => {
      if (!subject.reopen) throw new Error('a store that keeps its keys says how it is opened again');
      return subject.reopen();
    };

    it('has everything again after it was opened again, and counts on', async () => {
      const kept = await put('kept', { deep: [1, { two: null }] });
      await put('gone', 1);
      const last = await put('gone', null);
      const again = await reopened();
      const { revision, entries } = await again.list('');
      expect([...entries]).toEqual([['kept', { value: { deep: [1, { two: null }] }, revision: kept }]]);
      expectReached(revision, last, subject);
      if (subject.shared) expect(await take(again.watch('', kept, signal), 2)).toMatchObject([{ value: 1 }, { value: null, revision: last }]);
      else expect(await collectAll(again.watch('', kept, signal))).toEqual(['compacted']);
      expect(await again.commit([{ key: 'kept', revision: kept }], [{ key: 'kept', value: 2 }])).toBeGreaterThan(last);
    });

    it('has no key of a lease after it was opened again', async () => {
      const lease = await store.lease(10);
      const written = made(
        await store.commit(
          [],
          [
            { key: 'host/a', value: 1, lease },
            { key: 'b', value: 1 },
          ],
        ),
      );
      const again = await reopened();
      const { revision, entries } = await again.list('');
      expect([...entries.keys()]).toEqual(['b']);
      expect(revision).toBeGreaterThanOrEqual(written);
    });
  });
}
