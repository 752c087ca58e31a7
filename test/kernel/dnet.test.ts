import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type HostNamespace, hostNamespace } from '../tool/host-namespace.js';

// `dnet -d` and `dnet` on a host of their own, whose /run, /var/lib/docker and /etc/default are folders of this test: the places on disk
// are the original's. A second host with the same folders is that host after a reboot.
const bin = fileURLToPath(new URL('../../bin/dnet', import.meta.url));

let folder: string;
let host: HostNamespace;
let daemon: ChildProcess;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fairlead-dnet-'));
  for (const each of ['run', 'lib']) mkdirSync(join(folder, each));
  writeFileSync(join(folder, 'libnetwork.toml'), 'title = "LibNetwork"\n[daemon]\n  Debug = true\n  DefaultNetwork = "bridge"\n');
  host = await hostNamespace();
  await start();
});
afterAll(async () => {
  await stop('SIGKILL');
  await host.close();
  rmSync(folder, { recursive: true });
});

/** Runs a program on the host, with the folders in their places. */
function inside(argv: readonly string[]): ChildProcess {
  const places = [
    'mount -t tmpfs tmpfs /var/lib && mkdir /var/lib/docker /var/lib/etc /var/lib/work',
    'mount -t overlay overlay -o lowerdir=/etc,upperdir=/var/lib/etc,workdir=/var/lib/work /etc',
    `mount --bind ${folder}/lib /var/lib/docker && mount --bind ${folder}/run /run && exec "$@"`,
  ].join(' && ');
  const words = [`--net=${host.path}`, 'unshare', '--mount', '--propagation', 'private', 'sh', '-c', places, 'sh', ...argv];
  return spawn('nsenter', words, { stdio: ['ignore', 'pipe', 'pipe'] });
}

async function start(config = join(folder, 'libnetwork.toml')): Promise<void> {
  daemon = inside([process.execPath, bin, '-d', '-H', 'tcp://127.0.0.1:2385', '-c', config]);
  const lines = createInterface({ input: daemon.stderr as NodeJS.ReadableStream });
  let said = '';
  for await (const line of lines) {
    said += `${line}\n`;
    if (line.includes('is served')) return void daemon.stderr?.resume();
  }
  throw new Error(`dnet ended: ${said}`);
}

async function stop(signal: NodeJS.Signals): Promise<number | null> {
  if (daemon.exitCode !== null || daemon.signalCode !== null) return daemon.exitCode;
  daemon.kill(signal);
  const [status] = await once(daemon, 'exit');
  return status as number | null;
}

async function dnet(...words: string[]): Promise<{ readonly status: number; readonly lines: readonly string[] }> {
  const child = spawn('nsenter', [`--net=${host.path}`, process.execPath, bin, '-H', 'tcp://127.0.0.1:2385', ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (piece) => (text += piece));
  const [status] = await once(child, 'close');
  return { status: status as number, lines: text.split('\n').filter(Boolean) };
}

/** The output of a program in the mount namespace of the daemon, where the sandboxes' files are. */
async function beside(...argv: string[]): Promise<string> {
  const child = spawn('nsenter', [`--target=${daemon.pid}`, '--mount', '--net', ...argv], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (piece) => (text += piece));
  await once(child, 'close');
  return text;
}

it('has the driver test, whose networks want a store that hosts share', async () => {
  const url = await beside('cat', '/etc/docker/plugins/test.spec');
  expect(
    await beside(
      process.execPath,
      '-e',
      `fetch('${url}/Plugin.Activate', { method: 'POST' }).then((answer) => answer.text()).then((text) => process.stdout.write(text))`,
    ),
  ).toBe('{"Implements":["NetworkDriver"]}\n');
  const { status, lines } = await dnet('network', 'create', '-d', 'test', 'wide');
  expect([status, lines[0]]).toEqual([1, expect.stringMatching(/^error : datastore for scope "global" is not initialized/)]);
});

const cells = async (...words: string[]) => (await dnet(...words)).lines.slice(1).map((line) => line.split(/ {2,}/));
const networks = async () => (await cells('network', 'ls')).map(([, name]) => name).sort();

it('shows the default network and those that somebody made, also after SIGHUP', async () => {
  daemon.kill('SIGHUP');
  expect(await networks()).toEqual(['bridge']);
  expect(await dnet('network', 'create', '--subnet', '10.5.0.0/24', 'web')).toMatchObject({ status: 0 });
  expect(await networks()).toEqual(['bridge', 'web']);
});

it('gives containers a namespace and files where the original does', async () => {
  for (const name of ['one', 'two']) {
    await dnet('container', 'create', name);
    await dnet('service', 'publish', `svc-${name}.web`);
    expect(await dnet('service', 'attach', '--alias', 'svc-one:elder', name, `svc-${name}.web`)).toEqual({ status: 0, lines: [] });
  }
  const rows = (await dnet('service', 'ls', '--no-trunc')).lines.slice(1).map((line) => line.split(/ +/));
  const [, , , , sandbox = ''] = rows.find(([, name]) => name === 'svc-two') ?? [];
  const key = `/var/run/docker/netns/${sandbox.slice(0, 12)}`;
  const files = `/var/lib/docker/network/files/${sandbox}`;
  expect(await beside('cat', `${files}/resolv.conf`)).toContain('nameserver 127.0.0.11');
  expect(await beside('cat', `${files}/hosts`)).toMatch(/^10\.5\.0\.3\t/m);
  const ask = `const dns = require('dns').promises; const r = new dns.Resolver(); r.setServers(['127.0.0.11']);
    Promise.all(['svc-one', 'elder'].map((name) => r.resolve4(name))).then((all) => console.log(all.join(' ')))`;
  expect(await beside('nsenter', `--net=${key}`, process.execPath, '-e', ask)).toBe('10.5.0.2 10.5.0.2\n');
  await dnet('service', 'detach', 'two', 'svc-two.web');
  expect(await beside('cat', `${files}/hosts`)).not.toContain('10.5.0.3');
  await dnet('container', 'rm', 'two');
  expect(await beside('sh', '-c', `ls ${files} ${key} 2>&1 | wc -l`)).toBe('2\n');
});

it('opens no debugger on SIGUSR1', async () => {
  daemon.kill('SIGUSR1');
  await networks();
  // Port 9229.
  expect(await beside('cat', '/proc/net/tcp')).not.toContain(':240D ');
});

it.each(['SIGTERM', 'SIGQUIT', 'SIGKILL'] as const)('keeps networks, and no container, over a restart after %s', async (signal) => {
  await dnet('container', 'create', 'stale');
  await dnet('service', 'publish', 'stale.web');
  await dnet('service', 'attach', 'stale', 'stale.web');
  expect(await stop(signal)).toBe(signal === 'SIGKILL' ? null : 0);
  await start();
  expect(await networks()).toEqual(['bridge', 'web']);
  expect((await dnet('service', 'ls')).lines).toHaveLength(1);
  expect((await dnet('container', 'create', 'stale')).status).toBe(0);
  expect((await dnet('container', 'rm', 'stale')).status).toBe(0);
});

it('rebuilds them on a host that has nothing of it: after a reboot', async () => {
  await stop('SIGKILL');
  await host.close();
  host = await hostNamespace();
  rmSync(join(folder, 'run'), { recursive: true });
  mkdirSync(join(folder, 'run'));
  await start();
  expect(await networks()).toEqual(['bridge', 'web']);
  await dnet('container', 'create', 'new');
  await dnet('service', 'publish', 'new.web');
  expect(await dnet('service', 'attach', 'new', 'new.web')).toEqual({ status: 0, lines: [] });
  expect(await dnet('network', 'rm', 'web')).toEqual({
    status: 1,
    lines: [expect.stringMatching(/^error : network web id [0-9a-f]{64} has active endpoints$/)],
  });
  await dnet('container', 'rm', 'new');
  expect(await dnet('network', 'rm', 'web')).toEqual({ status: 0, lines: [] });
});

it('has no default network without a configuration', async () => {
  await stop('SIGTERM');
  await start('/nowhere.toml');
  expect(await networks()).toEqual([]);
  expect(await dnet('service', 'publish', 'lost')).toEqual({ status: 1, lines: ['error : invalid name: no network is named, and none is the default one'] });
});
