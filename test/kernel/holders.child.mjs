// The library without a daemon: `hold` makes a sandbox that is to go with this process, `look` says which there are.
import { createFairlead } from '#dist/index.js';

const [place, how] = process.argv.slice(2);
const fairlead = await createFairlead({ state: `${place}/state`, run: `${place}/run` });
if (how === 'hold') {
  const sandbox = await fairlead.sandboxes.create({ networks: [{ network: 'bridge' }], until: { pid: process.pid } });
  process.stdout.write(`${JSON.stringify(sandbox)}\n`);
} else {
  process.stdout.write(`${JSON.stringify(await fairlead.sandboxes.list())}\n`);
  await fairlead.settled();
  await fairlead[Symbol.asyncDispose]();
}
