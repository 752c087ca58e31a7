import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
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

  const file = () => join(base, 's', 'data.mdb');
  const filled = async (): Promise<Buffer> => {
    const store = await open();
    for (let i = 0; i < 300; i++) await store.commit([], [{ key: `k/${i % 120}`, value: 'x'.repeat((i * 137) % 9000) }]);
    for (let i = 0; i < 20; i++) await store.commit([], [{ key: `k/${i}`, value: null }]);
    await store[Symbol.asyncDispose]();
    return readFileSync(file());
  };

  it.each<[string, (whole: Buffer) => Buffer, string | RegExp]>([
    ['is empty', () => Buffer.alloc(0), 'it is empty'],
    ['is none of lmdb', (whole) => whole.fill('x', 0, 4096), 'it is no LMDB file of this version'],
    ['has lost its second header', (whole) => whole.fill('x', 4096, 8192), 'its second header is damaged'],
    ['was cut in the middle', (whole) => whole.subarray(0, whole.length / 2), /^it was cut short: page \d+ is missing$/],
    ['was cut after its headers', (whole) => whole.subarray(0, 8192), /^it was cut short: page \d+ is missing$/],
    ['lost its pages', (whole) => whole.fill(0, 8192), /^page \d+ is damaged$/],
  ])('refuses a file that %s, and leaves it as it is', async (_, damage, reason) => {
    const damaged = damage(await filled());
    writeFileSync(file(), damaged);
    await expect(open()).rejects.toMatchObject({
      code: 'state-damaged',
      values: { path: file(), reason: typeof reason === 'string' ? reason : expect.stringMatching(reason) },
    });
    expect(readFileSync(file()).equals(damaged)).toBe(true);
  });

  it('makes files for its user alone', async () => {
    await filled();
    for (const name of readdirSync(join(base, 's'))) expect([name, statSync(join(base, 's', name)).mode & 0o777]).toEqual([name, 0o600]);
    expect(readdirSync(join(base, 's')).sort()).toEqual(['data.mdb', 'lock.mdb']);
  });

  it('goes on with what one that was killed while it made its file has left', async () => {
    mkdirSync(join(base, 's'));
    writeFileSync(`${file()}.new`, 'half');
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

  it.each([true, false])('lists what was written in the same turn (durable: %s)', async (durable) => {
    await using store = await open(durable);
    for (let value = 1; value <= 3; value++) {
      await store.commit([], [{ key: 'a', value: { value } }]);
      expect((await store.list('')).entries).toEqual(new Map([['a', { value: { value }, revision: value }]]));
    }
    await store.commit([], [{ key: 'a', value: null }]);
    expect((await store.list('')).entries.size).toBe(0);
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
