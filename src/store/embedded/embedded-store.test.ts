import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { open as openLmdb } from 'lmdb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { storeConformance } from '../../../test/conformance/store.js';
import { EmbeddedStore } from './embedded-store.js';

for (const durable of [true, false])
  storeConformance(`embedded, ${durable ? 'durable' : 'of this boot'}`, async () => {
    const path = mkdtempSync(join(tmpdir(), 'fairlead-store-'));
    let current = await EmbeddedStore.open({ path, durable });
    return {
      store: current,
      reopen: async () => {
        await current[Symbol.asyncDispose]();
        current = await EmbeddedStore.open({ path, durable });
        return current;
      },
      close: async () => {
        await current[Symbol.asyncDispose]();
        rmSync(path, { recursive: true });
      },
    };
  });

describe('EmbeddedStore', () => {
  let base: string;
  beforeEach(() => {
    base = mkdtempSync(join(tmpdir(), 'fairlead-store-'));
  });
  afterEach(() => rmSync(base, { recursive: true }));

  const foreign = async (key: string | number, value: string): Promise<void> => {
    const db = openLmdb<string, string | number>({ path: join(base, 's'), noSubdir: false, maxDbs: 1, encoding: 'string', overlappingSync: false });
    await db.put(key, value);
    await db.close();
  };
  const open = (durable = true) => EmbeddedStore.open({ path: join(base, 's'), durable });

  it('makes its directory, for its user alone', async () => {
    await using store = await EmbeddedStore.open({ path: join(base, 'deep', 'er'), durable: true });
    expect(await store.commit([], [{ key: 'a', value: 1 }])).toBe(1);
    expect(statSync(join(base, 'deep', 'er')).mode & 0o777).toBe(0o700);
  });

  it('is opened once at a time', async () => {
    const first = await open();
    await expect(open()).rejects.toMatchObject({ code: 'state-locked', values: { path: join(base, 's'), pid: process.pid } });
    await first[Symbol.asyncDispose]();
    const second = await open();
    await second[Symbol.asyncDispose]();
  });

  it.each([
    ['network/a', 'no JSON', 'it is no JSON object'],
    ['network/a', '"text"', 'it is no JSON object'],
    ['network/a', '{"value":{}}', 'it has no revision'],
    ['network/a', '{"revision":-1,"value":{}}', 'it has no revision'],
    ['network/a', '{"revision":3}', 'it has no value'],
    ['network/a', '{"revision":3,"lease":7,"value":1}', 'its lease is no text'],
    [7, '{"revision":3,"value":1}', 'its key is none that Fairlead writes'],
    [0, 'many', 'it is no revision'],
  ])('names the key of a record that it cannot read: %s %s', async (key, value, reason) => {
    await foreign(key, value);
    await expect(open()).rejects.toMatchObject({ code: 'state-invalid', values: { key: String(key), path: join(base, 's'), reason } });
    // It let go of the directory: the next one finds the same error, not a lock.
    await expect(open()).rejects.toMatchObject({ code: 'state-invalid' });
  });

  it.each([
    ['is none of lmdb', 0, 'it is no LMDB file of this version'],
    ['has lost its second header', 4096, 'its second header is damaged'],
  ])('refuses a file that %s', async (_, position, reason) => {
    const store = await open();
    await store.commit([], [{ key: 'a', value: 1 }]);
    await store[Symbol.asyncDispose]();
    const file = join(base, 's', 'data.mdb');
    const bytes = readFileSync(file);
    bytes.fill('x', position, position + 4096);
    writeFileSync(file, bytes);
    await expect(open()).rejects.toMatchObject({ code: 'state-invalid', values: { key: 'data.mdb', reason } });
  });

  it('begins anew with a file that is empty', async () => {
    mkdirSync(join(base, 's'));
    writeFileSync(join(base, 's', 'data.mdb'), '');
    await using store = await open();
    expect(await store.commit([], [{ key: 'a', value: 1 }])).toBe(1);
  });

  it('says which directory cannot be written', async () => {
    writeFileSync(join(base, 'file'), '');
    const path = join(base, 'file', 'state');
    await expect(EmbeddedStore.open({ path, durable: true })).rejects.toMatchObject({ code: 'state-denied', values: { path, errno: 'ENOTDIR' } });
  });

  it('counts on after the newest records were removed', async () => {
    const first = await open();
    await first.commit([], [{ key: 'a', value: 1 }]);
    await first.commit([], [{ key: 'b', value: 1 }]);
    expect(await first.commit([], [{ key: 'b', value: null }])).toBe(3);
    await first[Symbol.asyncDispose]();
    await using second = await open();
    expect(await second.commit([], [{ key: 'c', value: 1 }])).toBe(4);
  });

  it('lets commits that wait share a write, and each has its own revision', async () => {
    await using store = await open();
    const answers = await Promise.all(Array.from({ length: 200 }, (_, i) => store.commit([], [{ key: `k/${i}`, value: i }])));
    expect(answers).toEqual(Array.from({ length: 200 }, (_, i) => i + 1));
  });

  it.each([true, false])('does not grow by being written (durable: %s)', async (durable) => {
    await using store = await open(durable);
    const value = 'x'.repeat(1000);
    const round = async (count: number) => {
      for (let i = 0; i < count; i++) await store.commit([], [{ key: `k/${i % 50}`, value }]);
    };
    await round(200);
    const before = statSync(join(base, 's', 'data.mdb')).size;
    await round(durable ? 400 : 4000);
    expect(statSync(join(base, 's', 'data.mdb')).size).toBeLessThan(before * 2);
  });
});
