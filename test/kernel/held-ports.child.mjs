// Tells what came of holding 300 ports at once, then of one; or of the one that is named.
import { LinuxKernel } from '#dist/kernel/linux/linux-kernel.js';

const [host, run, port] = process.argv.slice(2);
const kernel = await LinuxKernel.open({ host, run, instance: { id: 'child', group: 7 } });
const held = (port) => ({ do: 'create', resource: { kind: 'held', in: 'host', protocol: 'tcp', ip: '127.0.0.1', port } });
const came = (asked) =>
  asked.then(
    () => 'held',
    ({ code, values }) => `${code} ${values.limit}`,
  );
if (port !== undefined) {
  const { code, message, mend } = await kernel.apply([held(Number(port))]).catch((error) => error);
  process.stdout.write(`${code} ${message}; ${mend.split(':')[0]}`);
  await kernel[Symbol.asyncDispose]();
  process.exit();
}
const many = await came(kernel.apply(Array.from({ length: 300 }, (_, index) => held(8000 + index))));
process.stdout.write(`${many}, ${await came(kernel.apply([held(8000)]))}`);
await kernel[Symbol.asyncDispose]();
