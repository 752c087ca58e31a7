import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';

const run = promisify(execFile);
const top = fileURLToPath(new URL('../..', import.meta.url));
const packer = join(top, 'node_modules', 'rolldown', 'bin', 'cli.mjs');

const PROGRAM = `import { connectFairlead, createFairlead } from ${JSON.stringify(join(top, 'dist', 'packed', 'index.js'))};
const main = async () => {
  const fairlead = await createFairlead({ kernel: 'simulated' });
  await fairlead.networks.create({ name: 'web' });
  await fairlead.sandboxes.create({ name: 'box', networks: [{ network: 'web' }] });
  console.log((await fairlead.info()).version, (await fairlead.endpoints.get('web/box')).state);
  await fairlead[Symbol.asyncDispose]();
  await connectFairlead('unix:///nowhere/fairlead.sock').info().catch(({ code }) => console.log(code));
};
void main();
`;

let place: string;
beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), 'fairlead-bundled-'));
  writeFileSync(join(place, 'program.mjs'), PROGRAM);
});
afterAll(() => rmSync(place, { recursive: true }));

it.each(['esm', 'cjs'])('a program in one file (%s), with nothing else beside it, has the client and the simulated kernel', async (format) => {
  const file = join(place, `one-file.${format === 'esm' ? 'mjs' : 'cjs'}`);
  await run(process.execPath, [packer, join(place, 'program.mjs'), '--platform', 'node', '--format', format, '--no-codeSplitting', '--file', file]);
  const { stdout } = await run(process.execPath, [file], { cwd: place });
  const { version } = JSON.parse(readFileSync(join(top, 'package.json'), 'utf8')) as { version: string };
  expect(stdout).toBe(`${version} active\ndaemon-absent\n`);
});
