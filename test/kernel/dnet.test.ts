import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { DnetHost } from '../tool/dnet-host.js';
import { type HostNamespace, hostNamespace } from '../tool/host-namespace.js';
import { startExample } from '../tool/plugin.js';

const CONFIG = 'title = "LibNetwork"\n[daemon]\n  Debug = true\n  DefaultNetwork = "bridge"\n';

let folder: string;
let host: HostNamespace;
let node: DnetHost;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fairlead-dnet-'));
  host = await hostNamespace();
  node = new DnetHost(folder, () => host.path);
  await node.start(CONFIG);
});
afterAll(async () => {
  await node.stop('SIGKILL');
  await host.close();
  rmSync(folder, { recursive: true });
});

const dnet = (...words: readonly string[]) => node.dnet(...words);
const beside = (...words: readonly string[]) => node.beside(...words);

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
  node.signal('SIGHUP');
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

it('has networks of plugins, found where Docker finds them', async () => {
  const dir = join(folder, 'run/docker/plugins');
  mkdirSync(dir, { recursive: true });
  const plugin = await startExample(host, 'network', join(dir, 'cables.sock'));
  onTestFinished(() => plugin.kill());
  for (const line of [
    'network create -d cables --subnet 10.6.0.0/24 plugged',
    'container create three',
    'service publish svc.plugged',
    'service attach three svc.plugged',
  ])
    expect(await dnet(...line.split(' '))).toMatchObject({ status: 0 });
  const rows = (await dnet('service', 'ls', '--no-trunc')).lines.slice(1).map((line) => line.split(/ +/));
  const [, , , , sandbox = ''] = rows.find(([, name]) => name === 'svc') ?? [];
  expect(await beside('nsenter', `--net=/var/run/docker/netns/${sandbox.slice(0, 12)}`, 'ip', '-o', 'address')).toContain(' 10.6.0.2/24 ');
  await dnet('container', 'rm', 'three');
  expect(await dnet('network', 'rm', 'plugged')).toMatchObject({ status: 0 });
  expect(await host.exec(['ip', '-o', 'link'])).not.toContain('cab');
  expect((await dnet('network', 'create', '-d', 'nobody', 'other')).lines[0]).toContain('nobody');
});

it('opens no debugger on SIGUSR1', async () => {
  node.signal('SIGUSR1');
  await networks();
  // Port 9229.
  expect(await beside('cat', '/proc/net/tcp')).not.toContain(':240D ');
});

it.each(['SIGTERM', 'SIGQUIT', 'SIGKILL'] as const)('keeps networks, and no container, over a restart after %s', async (signal) => {
  await dnet('container', 'create', 'stale');
  await dnet('service', 'publish', 'stale.web');
  await dnet('service', 'attach', 'stale', 'stale.web');
  expect(await node.stop(signal)).toBe(signal === 'SIGKILL' ? null : 0);
  await node.start(CONFIG);
  expect(await networks()).toEqual(['bridge', 'web']);
  expect((await dnet('service', 'ls')).lines).toHaveLength(1);
  expect((await dnet('container', 'create', 'stale')).status).toBe(0);
  expect((await dnet('container', 'rm', 'stale')).status).toBe(0);
});

it('rebuilds them on a host that has nothing of it: after a reboot', async () => {
  await node.stop('SIGKILL');
  await host.close();
  host = await hostNamespace();
  node.forgetRun();
  await node.start(CONFIG);
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
  await node.stop('SIGTERM');
  await node.start();
  expect(await networks()).toEqual([]);
  expect(await dnet('service', 'publish', 'lost')).toEqual({ status: 1, lines: ['error : invalid name: no network is named, and none is the default one'] });
});
