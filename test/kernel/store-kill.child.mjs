// A process that writes into the store at argv[2] until it is killed, and says on its standard output what was acknowledged.
import { writeSync } from 'node:fs';
import { EmbeddedStore } from '#dist/store/embedded/embedded-store.js';

const [path, durable, from] = process.argv.slice(2);
const store = await EmbeddedStore.open({ path, durable: durable === 'true' });

async function writer(number) {
  for (let i = Number(from); ; i++) {
    const writes = ['a', 'b'].map((part) => ({ key: `${part}/${number}/${i}`, value: { number, i, pad: 'x'.repeat(500) } }));
    await store.commit([], writes);
    writeSync(1, `${number}/${i}\n`);
    // So that every kind of store lets the others run too.
    await new Promise((resolve) => setImmediate(resolve));
  }
}

await Promise.all(Array.from({ length: 8 }, (_, number) => writer(number)));
