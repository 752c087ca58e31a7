import { execFileSync, spawn } from 'node:child_process';
import { lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
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

it.each([
  ['-all', 'CAP_NET_ADMIN and CAP_SYS_ADMIN'],
  ['-all,+sys_admin', 'CAP_NET_ADMIN'],
])('says which capabilities root lacks where it has %s, before it makes anything', async (set, missing) => {
  const { status, err } = await daemon(['setpriv', `--bounding-set=${set}`, `--inh-caps=${set}`]);
  expect([status, err]).toEqual([125, expect.stringMatching(new RegExp(`it lacks ${missing}\\n {2}.*CapabilityBoundingSet=.*\\[capability-missing\\]\\n$`))]);
  expect(readdirSync(place)).toEqual([]);
});

it.each([32, 64, 128])('says that %d file descriptors are too few, before it makes anything', async (limit) => {
  const { status, err } = await daemon(['sh', '-c', `ulimit -n ${limit}; exec "$@"`, 'sh']);
  expect([status, err]).toEqual([
    125,
    expect.stringMatching(new RegExp(`^fairlead: ${limit} file descriptors .*\\n {2}.*LimitNOFILE=.*\\[descriptors-few\\]\\n$`)),
  ]);
  expect(readdirSync(place)).toEqual([]);
});

it('tells of nothing that is served where something cannot be', async () => {
  const { status, err } = await daemon([], { listen: 'tcp://127.0.0.1:9999', metrics: '127.0.0.1:9999' });
  expect([status, err]).toEqual([125, expect.stringMatching(/^fairlead: cannot listen at .*\n.*\[listen-refused\]\n$/)]);
});

it.each(['SIGTERM', 'SIGINT', 'SIGQUIT'] as const)('stops in order when %s comes while it starts', async (signal) => {
  const config = join(place, `${signal}.toml`);
  execFileSync('mkfifo', [config]);
  const places = ['state', 'run'].flatMap((name) => [`--${name}`, join(place, signal, name)]);
  const child = spawn('unshare', [...user, '--net', '--mount', process.execPath, bin, 'daemon', '--config', config, ...places]);
  const ended = outcome(child);
  // Opens once the daemon reads there, and signals are heard by then.
  const file = await open(config, 'w');
  child.kill(signal);
  await file.close();
  expect(await ended).toMatchObject({ status: 0, err: expect.stringContaining(`"reason":"${signal}"`) });
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

it('keeps descriptors for removing where sandboxes have the others', async () => {
  const host = await hostNamespace();
  const cli = commandLine(host);
  const places = ['--socket', `${host.run}/fairlead.sock`, '--state', `${host.run}/state`, '--run', `${host.run}/run`];
  const limited = spawn('sh', ['-c', 'ulimit -n 160; exec "$@"', 'sh', 'nsenter', `--net=${host.path}`, process.execPath, bin, 'daemon', ...places]);
  const ended = outcome(limited);
  try {
    await expect.poll(async () => (await cli.run('info')).status, { timeout: 20_000 }).toBe(0);
    const made = await cli.run('network', 'create', '--subnet', '10.77.0.0/24', 'web');
    expect(made.status).toBe(0);
    let last = made;
    for (let index = 0; index < 40 && last.status === 0; index++) last = await cli.run('sandbox', 'create', '--network', 'web', '--name', `box${index}`);
    expect(last).toMatchObject({
      status: 125,
      err: expect.stringMatching(/no file descriptor is left for the names of sandbox box\d+: 160 are allowed\n.*\[descriptors-exhausted\]/),
    });
    expect(await cli.run('sandbox', 'rm', '-f', 'box0')).toMatchObject({ status: 0, err: '' });
    expect(await cli.run('sandbox', 'create', '--network', 'web', '--name', 'again')).toMatchObject({ status: 0 });
    expect(await cli.run('sandbox', 'rm', '-fa')).toMatchObject({ status: 0 });
  } finally {
    limited.kill('SIGTERM');
    expect(await ended).toMatchObject({ status: 0, err: expect.not.stringContaining('EMFILE') });
    await host.close();
  }
});
