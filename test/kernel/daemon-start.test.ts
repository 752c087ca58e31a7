import { spawn } from 'node:child_process';
import { lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { commandLine, outcome } from '../tool/command-line.js';
import { hostNamespace } from '../tool/host-namespace.js';

// How a daemon starts where it cannot, and what it leaves to others where it can.
let place: string;
beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), 'fairlead-start-'));
});
afterAll(() => rmSync(place, { recursive: true, force: true }));

const bin = join(import.meta.dirname, '../../bin/fairlead');
const user = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];

/** A daemon in a network namespace of its own, below the programs that `under` names. */
const daemon = (under: readonly string[], flags: Readonly<Record<string, string>> = {}) => {
  const places = { socket: join(place, 's'), state: join(place, 'state'), run: join(place, 'run'), ...flags };
  const words = Object.entries(places).flatMap(([name, value]) => [`--${name}`, value]);
  return outcome(spawn('unshare', [...user, '--net', '--mount', ...under, process.execPath, bin, 'daemon', ...words], { timeout: 20_000 }));
};

it('says that it needs rights, before it makes anything', async () => {
  const { status, err } = await daemon(['setpriv', '--bounding-set=-all', '--inh-caps=-all']);
  expect([status, err]).toEqual([
    125,
    expect.stringMatching(/^fairlead: the kernel does not allow .* \(EPERM\)\n {2}run as root, .*unshare -Urnm --map-root-user .*\[kernel-denied\]\n$/),
  ]);
  expect(readdirSync(place)).toEqual([]);
});

it('says that it needs rights where the network namespace is another user’s', async () => {
  const { status, err } = await daemon(['unshare', '--user', '--map-root-user']);
  expect([status, err]).toEqual([125, expect.stringContaining('[kernel-denied]')]);
});

it.each([
  ['state', '/proc/fairlead', 'state-denied'],
  ['run', '/proc/fairlead', 'state-denied'],
  ['socket', `/${'x'.repeat(120)}`, 'socket-path-long'],
  ['socket', '/proc/fairlead/s', 'socket-refused'],
])('refuses --%s %s by name', async (flag, value, code) => {
  const { status, err } = await daemon([], { [flag]: value });
  expect([status, err]).toEqual([125, expect.stringMatching(new RegExp(`${value}[^]*\\[${code}\\]\\n$`))]);
});

it('leaves others the way to its socket, and nothing else', async () => {
  const host = await hostNamespace();
  const cli = commandLine(host);
  await cli.start();
  const other = await hostNamespace();
  try {
    expect(await cli.run('sandbox', 'create', '--name', 'own')).toMatchObject({ status: 0 });
    expect(await cli.run('sandbox', 'create', '--name', 'adopted', '--netns', other.path)).toMatchObject({ status: 0 });
    const modes = ['run', 'run/netns', 'run/adopted', 'run/records', 'run/records/data.mdb', 'run/records/lock.mdb', 'state', 'state/data.mdb'];
    const open = modes.map((name) => [name, (lstatSync(join(host.run, name)).mode & 0o777).toString(8)]);
    expect(open).toEqual(modes.map((name) => [name, name === 'run' ? '711' : name.endsWith('.mdb') ? '600' : '700']));
    for (const name of readdirSync(join(host.run, 'run/adopted'))) expect(lstatSync(join(host.run, 'run/adopted', name)).mode & 0o777).toBe(0o600);
    expect(await cli.run('sandbox', 'rm', 'own', 'adopted')).toMatchObject({ status: 0 });
  } finally {
    await cli.stop();
    await other.close();
    await host.close();
  }
});
