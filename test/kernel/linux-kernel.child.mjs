// Opens a kernel and ends while its thread sleeps in poll(): `exit` by process.exit(), `return` by closing it. `ports` tells what came of holding 300 at once, then of one.
import { LinuxKernel } from '#dist/kernel/linux/linux-kernel.js';

const [host, run, how] = process.argv.slice(2);
const kernel = await LinuxKernel.open({ host, run, instance: { id: 'child', group: 7 } });
await kernel.survey('host');
if (how === 'exit') process.exit(3);
if (how === 'ports') {
  const held = (port) => ({ do: 'create', resource: { kind: 'held', in: 'host', protocol: 'tcp', ip: '127.0.0.1', port } });
  const came = (asked) =>
    asked.then(
      () => 'held',
      ({ code, values }) => `${code} ${values.limit}`,
    );
  const many = await came(kernel.apply(Array.from({ length: 300 }, (_, index) => held(8000 + index))));
  process.stdout.write(`${many}, ${await came(kernel.apply([held(8000)]))}\n`);
}
if (how === 'return' || how === 'ports') await kernel[Symbol.asyncDispose]();
if (how === 'idle') process.stdout.write('open\n');
