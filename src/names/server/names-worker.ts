import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { asFailure } from '../../base/error.js';
import { tell } from '../../base/told.js';
import type { Word } from '../../kernel/linux/io/thread-words.js';
import { Loop } from './loop.js';
import type { Start } from './protocol.js';

// The entry of the resolver's thread. It never returns to Node's event loop while it works, so that `process.exit()` and the end of
// the thread wait for nothing but epoll, which the wake descriptor ends.
const port = parentPort as MessagePort;
const say = (word: Word): void => port.postMessage(word);

try {
  const loop = new Loop(workerData as Start, port, say);
  say({ ready: loop.descriptors });
  loop.run();
} catch (error) {
  say({ id: 0, error: tell(asFailure(error)) });
}
port.close();
