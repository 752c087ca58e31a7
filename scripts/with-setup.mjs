// node scripts/with-setup.mjs FILE [ARG…]: makes a fresh clone runnable, then runs FILE with Node. Needs Node and npm alone.
import { runShown } from './lib/run.mjs';
import { setUp } from './lib/setup.mjs';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`Fairlead needs Node 20.19 or newer; this is ${process.version}\n`);
  process.exit(1);
}
const trouble = setUp();
if (trouble !== undefined) {
  process.stderr.write(`${trouble}\n`);
  process.exit(1);
}
process.exit(await runShown(process.execPath, process.argv.slice(2)));
