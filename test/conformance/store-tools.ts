import { expect } from 'vitest';
import type { Json } from '../../src/base/json.js';
import type { Change, Revision, Store, Write } from '../../src/store/store.js';

/** A store under test. */
export interface StoreSubject {
  readonly store: Store;
  /** Closes it and opens another on the same data. */
  readonly reopen?: () => Promise<Store>;
  /** Makes it forget what was before now, where it does not do so by itself. */
  readonly forget?: () => Promise<void>;
  /** Whether others take revisions too, and the past outlives a store that is closed. */
  readonly shared?: true;
  /** Closes what is open and removes the data. */
  close(): Promise<void>;
}

interface Asked {
  readonly conditions: readonly { readonly key: string; readonly holds: boolean }[];
  readonly writes: readonly Write[];
  readonly reopen: boolean;
}

/** Makes the commits in the store and in a map, and compares the two after each. */
export async function comparedWithMap(subject: StoreSubject, commits: readonly Asked[]): Promise<void> {
  let { store } = subject;
  const oracle = new Map<string, { value: Json; revision: number }>();
  let revision = (await store.list('')).revision;
  for (const { conditions, writes, reopen } of commits) {
    const actual = conditions.map(({ key, holds }) => {
      const right = oracle.get(key)?.revision ?? ('absent' as const);
      return { key, revision: holds ? right : right === 'absent' ? 999_999 : ('absent' as const) };
    });
    const answer = await store.commit(actual, writes);
    if (!conditions.every(({ holds }) => holds)) expect(answer).toBe(false);
    else {
      const now = made(answer);
      expect(now).toBeGreaterThanOrEqual(revision);
      revision = now;
      for (const { key, value } of writes) {
        if (value === null) oracle.delete(key);
        else oracle.set(key, { value, revision });
      }
    }
    if (reopen && subject.reopen) store = await subject.reopen();
    for (const prefix of ['', 'a', 'a/', 'b/1', 'z']) {
      const expected = [...oracle].filter(([key]) => key.startsWith(prefix)).sort(([a], [b]) => (a < b ? -1 : 1));
      const { entries } = await store.list(prefix);
      expect([...entries]).toEqual(expected);
    }
    expectReached((await store.list('')).revision, revision, subject);
  }
}

/** The store is at this revision; where others take some too, at least there. */
export function expectReached(actual: Revision, expected: Revision, { shared }: StoreSubject): void {
  if (shared) expect(actual).toBeGreaterThanOrEqual(expected);
  else expect(actual).toBe(expected);
}

/** The value as JSON keeps it: there is no negative zero. */
export const asJson = (value: unknown): Json => JSON.parse(JSON.stringify(value)) as Json;

/** The revision of a commit that must have been made. */
export function made(answer: Revision | false): Revision {
  if (answer === false) throw new Error('the commit was not made');
  return answer;
}

/** The values below a prefix, by key. */
export async function contents(store: Store, prefix: string): Promise<Record<string, Json>> {
  const { entries } = await store.list(prefix);
  return Object.fromEntries([...entries].map(([key, { value }]) => [key, value]));
}

/** Adds to the number at `count`, by compare and swap. */
export async function increment(store: Store, times: number): Promise<void> {
  for (let done = 0; done < times; ) {
    const entry = (await store.list('count')).entries.get('count');
    const answer = await store.commit([{ key: 'count', revision: entry?.revision ?? 'absent' }], [{ key: 'count', value: Number(entry?.value) + 1 }]);
    if (answer !== false) done++;
  }
}

/** The first changes of a watch, at least so many. */
export async function take(watch: AsyncIterable<readonly Change[] | 'compacted'>, count: number): Promise<Change[]> {
  const seen: Change[] = [];
  for await (const batch of watch) {
    if (batch === 'compacted') throw new Error('the past is gone');
    seen.push(...batch);
    if (seen.length >= count) return seen;
  }
  throw new Error(`the watch ended after ${seen.length} of ${count} changes`);
}

/** Everything until it ends. */
export async function collectAll<T>(iterable: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const each of iterable) all.push(each);
  return all;
}
