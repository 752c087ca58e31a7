// Opens a new store in the file system at argv[2] with room for 0, 4, 8, … pages. Prints what came of each as JSON.
import { rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EmbeddedStore } from '#dist/store/embedded/embedded-store.js';

const [place, durable] = process.argv.slice(2);
const path = join(place, 'state');
const filler = join(place, 'filler');
const { bsize, bavail } = statfsSync(place);

async function attempt() {
  let store;
  try {
    store = await EmbeddedStore.open({ path, durable: durable === 'true' });
    await store.commit([], [{ key: 'a', value: 1 }]);
    return 'opened';
  } catch (error) {
    return `${error.code} ${error.values?.errno}`;
  } finally {
    await store?.[Symbol.asyncDispose]();
  }
}

const outcomes = [];
for (let room = 0; room <= 120; room += 4) {
  writeFileSync(filler, Buffer.alloc((bavail - room) * bsize));
  outcomes.push(await attempt());
  rmSync(filler);
  rmSync(path, { recursive: true, force: true });
}
console.log(JSON.stringify(outcomes));
