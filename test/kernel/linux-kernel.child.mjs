// Opens a kernel and ends while its thread sleeps in poll(): `exit` by process.exit(), `return` by closing it.
import { LinuxKernel } from '#dist/kernel/linux/linux-kernel.js';

const [host, run, how] = process.argv.slice(2);
const kernel = await LinuxKernel.open({ host, run, instance: { id: 'child', group: 7 } });
await kernel.survey('host');
if (how === 'exit') process.exit(3);
if (how === 'return') await kernel[Symbol.asyncDispose]();
if (how === 'idle') process.stdout.write('open\n');
