// Takes the directory argv[2] when a line comes in, says how that went, and holds it until its standard input ends.
import { createInterface } from 'node:readline';
import { StateLock } from '#dist/store/embedded/state-lock.js';

process.stdout.write('ready\n');
for await (const _ of createInterface({ input: process.stdin })) {
  try {
    StateLock.take(process.argv[2]);
    process.stdout.write('taken\n');
  } catch (error) {
    process.stdout.write(`${error.code}\n`);
  }
}
process.kill(process.pid, 'SIGKILL');
