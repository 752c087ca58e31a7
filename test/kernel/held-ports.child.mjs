// Tells what came of holding 300 ports at once, then of one.
import { LinuxKernel } from '#dist/kernel/linux/linux-kernel.js';

const [host, run] = process.argv.slice(2);
const kernel = await LinuxKernel.open({ host, run, instance: { id: 'child', group: 7 } });
const held = (port) => ({ do: 'create', resource: { kind: 'held', in: 'host', protocol: 'tcp', ip: '127.0.0.1', port } });
const came = (asked) =>
  asked.then(
    () => 'held',
    ({ code, values }) => `${code} ${values.limit}`,
  );
const many = await came(kernel.apply(Array.from({ length: 300 }, (_, index) => held(8000 + index))));
process.stdout.write(`${many}, ${await came(kernel.apply([held(8000)]))}`);
await kernel[Symbol.asyncDispose]();
