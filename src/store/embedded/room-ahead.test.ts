import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { open } from 'lmdb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { emptyFile, type Meta, readMeta } from './lmdb-meta.js';
import { pagesAtMost, RoomAhead } from './room-ahead.js';

let path = '';
const file = () => join(path, 'data.mdb');
const meta = () => readMeta(readFileSync(file())) as Meta;

beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'fairlead-room-'));
  writeFileSync(file(), emptyFile());
});
afterEach(() => rmSync(path, { recursive: true }));

const size = fc.oneof(
  { weight: 3, arbitrary: fc.constant(0) },
  { weight: 6, arbitrary: fc.nat(900) },
  fc.integer({ min: 1900, max: 9000 }),
  fc.integer({ min: 10_000, max: 200_000 }),
);
const transaction = fc.array(fc.record({ key: fc.nat(600), size }), { minLength: 1, maxLength: 150 });

describe('room ahead of LMDB', () => {
  it('is never less than what a transaction takes', async () => {
    const run = async (transactions: readonly (readonly { readonly key: number; readonly size: number }[])[]) => {
      writeFileSync(file(), emptyFile());
      const db = open<string, string>({ path, noSubdir: false, maxDbs: 1, encoding: 'string', noSync: true, eventTurnBatching: false, overlappingSync: false });
      for (const writes of transactions) {
        const before = meta();
        db.transactionSync(() => {
          for (const { key, size } of writes) void (size === 0 ? db.remove(`key/${key}`) : db.put(`key/${key}`, 'x'.repeat(size)));
        });
        const most = pagesAtMost({ sizes: writes.map(({ key, size }) => (size === 0 ? 0 : size + `key/${key}`.length)), adds: true }, before);
        expect(meta().lastPage - before.lastPage).toBeLessThanOrEqual(most);
      }
      await db.close();
    };
    await fc.assert(fc.asyncProperty(fc.array(transaction, { minLength: 1, maxLength: 40 }), run), { numRuns: 40 });
  });

  it('is taken from the file system in good time, and no more than is of use', () => {
    const room = new RoomAhead(file());
    room.take({ sizes: [100], adds: true });
    const first = statSync(file()).size;
    expect(first).toBeGreaterThan(1024 * 1024);
    room.take({ sizes: [100], adds: true });
    expect(statSync(file()).size).toBe(first);
    room.take({ sizes: [8_000_000], adds: true });
    expect(statSync(file()).size).toBeGreaterThan(8_000_000);
    expect(statSync(file()).size).toBeLessThan(11_000_000);
    room.close();
  });

  it('leaves what it finds in the file, however long that is', () => {
    const before = emptyFile();
    writeFileSync(file(), Buffer.concat([before, Buffer.alloc(10_000_000)]));
    const room = new RoomAhead(file());
    room.take({ sizes: [100_000], adds: true });
    room.close();
    expect(statSync(file()).size).toBe(before.length + 10_000_000);
    expect(readFileSync(file()).subarray(0, before.length).equals(before)).toBe(true);
  });
});
