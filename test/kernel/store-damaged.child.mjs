// Damages the file of a store in argv[2] in every way that a seed in argv[3] gives, and opens it. Before each it says what it does:
// who dies of it is killed by a signal, and the last line tells by what.
import { readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { EmbeddedStore } from '#dist/store/embedded/embedded-store.js';

const [path, seed] = process.argv.slice(2);
const file = join(path, 'data.mdb');
const open = () => EmbeddedStore.open({ path, durable: false });

// What a store has after some life: two levels, large values, free pages.
const first = await open();
for (let i = 0; i < 900; i++) await first.commit([], [{ key: `k/${i % 400}`, value: 'x'.repeat((i * 137) % 9000) }]);
for (let i = 0; i < 100; i++) await first.commit([], [{ key: `k/${i}`, value: null }]);
await first[Symbol.asyncDispose]();
const whole = readFileSync(file);

const at = fc.nat(whole.length - 1);
// Headers of pages and their first pointers are where a wrong byte leads somewhere.
const structural = fc.tuple(fc.nat(whole.length / 4096 - 1), fc.nat(200)).map(([page, offset]) => page * 4096 + offset);
const page = fc.nat(whole.length / 4096 - 1);
const damage = fc.oneof(
  fc.record({ at: fc.oneof(at, structural), bytes: fc.uint8Array({ minLength: 1, maxLength: 16 }) }),
  fc.record({ at: structural, bytes: fc.constantFrom(new Uint8Array(8).fill(255), new Uint8Array(8), new Uint8Array(4096)) }),
  fc.record({ from: page, to: page }),
);
const damages = fc.record({ each: fc.array(damage, { minLength: 1, maxLength: 3 }), length: fc.oneof(fc.constant(whole.length), at) });

function damaged({ each, length }) {
  const bytes = Buffer.from(whole);
  for (const { at: position, bytes: other, from, to } of each)
    if (other) bytes.set(other.subarray(0, bytes.length - position), position);
    else bytes.copy(bytes, to * 4096, from * 4096, (from + 1) * 4096);
  return bytes.subarray(0, length);
}

const seen = { opened: 0, refused: 0 };
await fc.assert(
  fc.asyncProperty(damages, async (how) => {
    writeSync(1, `${fc.stringify(how)}\n`);
    writeFileSync(file, damaged(how));
    let store;
    try {
      store = await open();
    } catch (error) {
      if (error.code !== 'state-damaged' && error.code !== 'state-invalid') throw error;
      seen.refused++;
      return;
    }
    // What opens can be used.
    seen.opened++;
    for (let i = 0; i < 30; i++) await store.commit([], [{ key: `k/${i * 13}`, value: i % 3 === 0 ? null : 'y'.repeat((i * 311) % 9000) }]);
    await store[Symbol.asyncDispose]();
    await (await open())[Symbol.asyncDispose]();
  }),
  { numRuns: 250, seed: Number(seed), endOnFailure: true },
);
console.log(JSON.stringify(seen));
