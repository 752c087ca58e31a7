import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { DnetHost } from '../tool/dnet-host.js';
import { type Etcd, startEtcd } from '../tool/etcd.js';
import { startProbe } from '../tool/probe.js';
import { type Underlay, underlayOf } from '../tool/underlay.js';

// Three hosts with `dnet -d` on one wire, and a real etcd on a fourth: what the original's own tests across hosts ask for.
let folder: string;
let etcd: Etcd;
let underlay: Underlay;
let nodes: readonly DnetHost[] = [];

const path = (at: number): string => underlay.hosts[at]?.path ?? '';
const [one, two, three] = [() => node(0), () => node(1), () => node(2)];
function node(at: number): DnetHost {
  const found = nodes[at];
  if (!found) throw new Error('no such host');
  return found;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fairlead-dnets-'));
  underlay = await underlayOf(4);
  etcd = await startEtcd({ namespace: path(3), address: '192.0.2.4' });
  nodes = [0, 1, 2].map((at) => new DnetHost(join(folder, `host${at + 1}`), () => path(at)));
  await Promise.all(nodes.map((each) => each.start(config())));
});
afterAll(async () => {
  for (const each of nodes) await each.stop('SIGKILL');
  await etcd.close();
  await underlay.close();
  rmSync(folder, { recursive: true });
});

// A store of another kind is named as well, which is refused.
const config = () => `[daemon]\n[cluster]\n  discovery = "etcd://${etcd.endpoints[0]}/dnet"\n  Heartbeat = 1\n[scopes.global.client]\n  provider = "consul"\n`;

const done = async (host: DnetHost, ...words: readonly string[]): Promise<string> => {
  const { status, lines } = await host.dnet(...words);
  expect([status, ...lines.filter((line) => line.startsWith('error'))]).toEqual([0]);
  return lines[0] ?? '';
};
const cells = async (host: DnetHost, ...words: readonly string[]) =>
  (await host.dnet(...words)).lines.slice(1).map((line) => line.split(/ {2,}/).map((cell) => cell.trim()));
const services = async (host: DnetHost) =>
  (await cells(host, 'service', 'ls')).map(([, name, network, container]) => [name, network, container].join(' ').trim());
const shared = async (host: DnetHost) => (await cells(host, 'network', 'ls')).map(([, name, type]) => `${name} ${type}`).sort();

/** What a container's own files say of its address. */
async function addressOf(host: DnetHost, service: string): Promise<string> {
  const line = (await host.dnet('service', 'ls', '--no-trunc')).lines.map((each) => each.split(/ +/)).find(([, name]) => name === service) ?? [];
  const hosts = await host.beside('cat', `/var/lib/docker/network/files/${line[4]}/hosts`);
  return /^(10\.[\d.]+)\t/m.exec(hosts)?.[1] ?? '';
}

async function attached(host: DnetHost, container: string, service: string): Promise<string> {
  const sandbox = await done(host, 'container', 'create', container);
  await done(host, 'service', 'publish', service);
  await done(host, 'service', 'attach', container, service);
  return sandbox;
}

it('says in its log what is spoken, and what it refuses', () => {
  expect(one().log).toMatch(/etcd, whose API v3 is spoken/);
  expect(one().log).toMatch(/consul:\/\/: hosts share an etcd here/);
});

it('shows networks and services on every host the moment the command returns', async () => {
  const network = await done(one(), 'network', 'create', '-d', 'test', 'multihost');
  for (const host of nodes) expect(await shared(host)).toEqual(['bridge bridge', 'multihost test']);
  expect((await two().dnet('network', 'info', 'multihost')).lines).toEqual([`Network Id: ${network}`, 'Name: multihost', 'Type: test']);
  expect(await two().dnet('network', 'create', '-d', 'test', 'multihost')).toMatchObject({ status: 1 });
  await done(two(), 'service', 'publish', 'svc.multihost');
  for (const host of nodes) expect(await services(host)).toEqual(['svc multihost']);
  expect(await three().dnet('service', 'publish', 'svc.multihost')).toEqual({
    status: 1,
    lines: [expect.stringMatching(/^error : service with name svc already/)],
  });
});

it('attaches a service of another host, once, and says on every host where it is', async () => {
  const sandbox = await done(one(), 'container', 'create', 'c1');
  await done(one(), 'service', 'attach', 'c1', 'svc.multihost');
  for (const host of nodes) expect((await cells(host, 'service', 'ls'))[0]?.slice(1)).toEqual(['svc', 'multihost', 'c1', sandbox.slice(0, 12)]);
  await done(two(), 'container', 'create', 'c2');
  expect(await two().dnet('service', 'attach', 'c2', 'svc.multihost')).toEqual({
    status: 1,
    lines: ['error : another container is attached to the same network endpoint'],
  });
  for (const host of nodes) {
    const { status, lines } = await host.dnet('network', 'rm', 'multihost');
    expect([status, lines]).toEqual([1, [expect.stringMatching(/^error : network multihost id [0-9a-f]{64} has active endpoints$/)]]);
    expect((await host.dnet('service', 'unpublish', 'svc.multihost')).lines).toEqual([
      expect.stringMatching(/^error : service with name svc id \w+ has active containers$/),
    ]);
  }
  await done(one(), 'service', 'detach', 'c1', 'svc.multihost');
  await done(two(), 'service', 'attach', '--alias', 'svc:me', 'c2', 'svc.multihost');
  expect(await services(three())).toEqual(['svc multihost c2']);
  await done(two(), 'container', 'rm', 'c2');
  await done(three(), 'network', 'rm', 'multihost');
  for (const host of nodes) expect(await shared(host)).toEqual(['bridge bridge']);
});

it('carries packets between containers of two hosts, and finds them by name', async () => {
  await done(one(), 'network', 'create', '-d', 'overlay', '--internal', 'wide');
  const [a, b] = [await attached(one(), 'a', 'a.wide'), await attached(two(), 'b', 'b.wide')];
  const [from, to] = [await startProbe(await one().keyOf(a)), await startProbe(await two().keyOf(b))];
  const ips = [await addressOf(one(), 'a'), await addressOf(two(), 'b')];
  await vi.waitFor(async () => expect(await from.tcp(ips[1] ?? '')).toBe(ips[0]), { timeout: 5000, interval: 50 });
  expect(await to.udp(ips[0] ?? '')).toBe(ips[1]);
  const ask = `const r = new (require('dns').promises.Resolver)(); r.setServers(['127.0.0.11']); r.resolve4('b').then((all) => console.log(all.join()))`;
  const key = `/var/run/docker/netns/${a.slice(0, 12)}`;
  expect(await one().beside('nsenter', `--net=${key}`, process.execPath, '-e', ask)).toBe(`${ips[1]}\n`);
  await from.close();
  await to.close();
});

it('gives a service of a host that died to another, with the same address', async () => {
  await attached(three(), 'dead', 'dead.wide');
  await attached(three(), 'late', 'late.wide');
  const before = await addressOf(three(), 'dead');
  await three().stop('SIGKILL');
  expect(await services(one())).toContain('dead wide dead');
  await done(one(), 'service', 'unpublish', '-f', 'dead.wide');
  await attached(one(), 'heir', 'dead.wide');
  expect(await addressOf(one(), 'dead')).toBe(before);
});

it('purges what a host had when it comes back with an empty kernel', async () => {
  three().forgetRun();
  await underlay.reboot(3);
  await three().start(config());
  expect(await shared(three())).toEqual(['bridge bridge', 'wide overlay']);
  for (const host of nodes) expect((await services(host)).sort()).toEqual(['a wide a', 'b wide b', 'dead wide heir']);
  const keys = (await etcd.ctl('get', '--prefix', '--keys-only', '/dnet')).split('\n');
  for (const kind of ['addresses', 'endpoints', 'endpoint-names']) expect(keys.filter((key) => key.includes(`/${kind}/`))).toHaveLength(3);
});

it.each(['SIGTERM', 'SIGKILL'] as const)('purges what a host had when it starts again after %s, and leaves to others what is theirs', async (signal) => {
  await two().stop(signal);
  await two().start(config());
  for (const host of nodes) expect((await services(host)).sort()).toEqual(['a wide a', 'dead wide heir']);
  await attached(two(), 'b', 'b.wide');
  expect((await services(one())).sort()).toEqual(['a wide a', 'b wide b', 'dead wide heir']);
});
