// Opens a kernel and ends while its thread sleeps in poll(): `exit` by process.exit(), `return` by closing it, `above` by process.exit() of the process
// whose worker has opened it (`below`). `report` has Node ask all threads.
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { LinuxKernel } from '#dist/kernel/linux/linux-kernel.js';

const [host, run, how] = process.argv.slice(2);
if (how === 'above' && isMainThread) {
  const below = new Worker(new URL(import.meta.url), { argv: [host, run, 'below'] });
  below.on('message', () => process.exit(4));
} else {
  const kernel = await LinuxKernel.open({ host, run, instance: { id: 'child', group: 7 } });
  await kernel.survey('host');
  if (how === 'exit') process.exit(3);
  if (how === 'report') process.stdout.write(`${process.report.getReport().workers.length}\n`);
  if (how === 'return' || how === 'report') await kernel[Symbol.asyncDispose]();
  if (how === 'idle') process.stdout.write('open\n');
  if (how === 'below') parentPort.postMessage('open');
}
