import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { asFailure } from '../../base/error.js';
import { tell } from '../../base/told.js';
import { Loop } from './loop.js';
import { openMachine } from './open-machine.js';
import type { Say, Start } from './protocol.js';

// The entry of the kernel's thread. It never returns to Node's event loop while it works, so that `process.exit()` and the
// end of the thread wait for nothing but the poll, which the wake descriptor ends.
const port = parentPort as MessagePort;
const say = (message: Say): void => port.postMessage(message);
const start = workerData as Start;

try {
  const { machine, wake, close } = openMachine(start);
  say({ ready: { wake } });
  try {
    new Loop(machine, port, say, wake, start.ending).run();
  } finally {
    close();
  }
} catch (error) {
  say({ id: 0, error: tell(asFailure(error)) });
}
port.close();
