// Fills the file system below argv[2] with commits, then makes room again. Prints what happened as JSON.
import { join } from 'node:path';
import { EmbeddedStore } from '#dist/store/embedded/embedded-store.js';

const [place, durable] = process.argv.slice(2);
const path = join(place, 'state');
const open = () => EmbeddedStore.open({ path, durable: durable === 'true' });
const answered = { kept: [], codes: [], unhandled: 0 };
process.on('unhandledRejection', () => answered.unhandled++);

const store = await open();
for (let i = 0; i < 40; i++) {
  const made = store.commit([], [{ key: `k/${i}`, value: 'x'.repeat(100_000) }]);
  await made.then(
    () => answered.kept.push(`k/${i}`),
    (error) => answered.codes.push(`${error.code} ${error.values.errno}`),
  );
}
const listed = [...(await store.list('k/')).entries.keys()];
for (const key of listed) await store.commit([], [{ key, value: null }]);
await store.commit([], [{ key: 'after', value: 1 }]);
await store[Symbol.asyncDispose]();

const again = await open();
console.log(JSON.stringify({ ...answered, listed, after: [...(await again.list('')).entries.keys()] }));
await again[Symbol.asyncDispose]();
