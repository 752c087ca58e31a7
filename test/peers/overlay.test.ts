import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createFairlead, type Fairlead } from '#dist/index.js';
import { debian } from '../tool/debian.js';
import { type Etcd, startEtcd } from '../tool/etcd.js';
import { openFrames } from '../tool/frames.js';
import { type Probe, startProbe } from '../tool/probe.js';
import { type Underlay, underlayOf } from '../tool/underlay.js';

// Five hosts on one wire and a real etcd of three members: real packets between sandboxes on different hosts. The last two are a cluster of
// their own, whose hosts reach each other by IPv6.
const run = promisify(execFile);
let etcd: Etcd;
let underlay: Underlay;
const hosts: Fairlead[] = [];
const probes = new Map<string, Probe>();
const at = (name: string) => there(probes.get(name));
const host = (number: number) => there(hosts[number - 1]);

function there<T>(found: T | undefined): T {
  if (found === undefined) throw new Error('the test names what it has not made');
  return found;
}

const open = (number: number, address = 'eth0', prefix = '/overlay'): Promise<Fairlead> => {
  const { path, run } = there(underlay.hosts[number - 1]);
  return createFairlead({
    host: path,
    state: join(run, 'state'),
    run: join(run, 'run'),
    cluster: { store: { endpoints: etcd.endpoints, prefix }, host: `h${number}`, address, lease: 2, quarantine: 60 },
  });
};

async function box(number: number, name: string, network: string): Promise<string> {
  const { key } = await host(number).sandboxes.create({ name, networks: [{ network }] });
  probes.set(name, await startProbe(key));
  return key;
}

const macOf = async (number: number, name: string) => there((await host(number).endpoints.get(name)).mac);

/** Runs a tool of iproute2 in the segment of a network on this host. */
async function within(number: number, network: string, ...argv: readonly string[]): Promise<readonly string[]> {
  const { facts } = await host(number).networks.get(network);
  const path = join(there(underlay.hosts[number - 1]).run, 'run', 'netns', String(facts?.['stack']).slice('ns/'.length));
  const { stdout } = await run('nsenter', [`--net=${path}`, ...argv], { env: debian('iproute2') });
  return stdout
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
}

/** A frame between two MAC addresses, of a type for local experiments (IEEE 802), with a mark in it. */
const frame = (to: string, from: string, mark: string) => Buffer.from(`${to}${from}`.replaceAll(':', '') + `88b5${mark.padEnd(92, '0')}`, 'hex');
const ALL = 'ff:ff:ff:ff:ff:ff';

const addressOf = async (number: number, name: string) => (await host(number).endpoints.get(name)).leases.map(({ ip }) => ip as string);

beforeAll(async () => {
  [etcd, underlay] = await Promise.all([startEtcd({ members: 3 }), underlayOf(5)]);
  for (const number of [1, 2, 3]) hosts.push(await open(number));
  for (const number of [4, 5]) hosts.push(await open(number, `2001:db8::${number}`, '/overlay6'));
  await host(1).networks.create({ name: 'web', driver: 'overlay', ipv6: true, internal: true });
  await box(1, 'a', 'web');
  await box(2, 'b', 'web');
  await box(3, 'c', 'web');
});

afterAll(async () => {
  for (const probe of probes.values()) await probe.close();
  for (const each of hosts) await each[Symbol.asyncDispose]();
  await underlay.close();
  await etcd.close();
});

describe('an overlay network', () => {
  it('carries IPv4 and IPv6, TCP and UDP, between sandboxes of all hosts, each with its own source', async () => {
    for (const [from, to, number] of [
      ['a', 'b', 2],
      ['b', 'c', 3],
      ['c', 'a', 1],
    ] as const) {
      const own = await addressOf(from === 'a' ? 1 : from === 'b' ? 2 : 3, from);
      const [four = '', six = ''] = await addressOf(number, to);
      await vi.waitFor(async () => expect([await at(from).tcp(four), await at(from).udp(four)]).toEqual([own[0], own[0]]));
      expect([await at(from).tcp(six), await at(from).udp(six)]).toEqual([own[1], own[1]]);
    }
  });

  it('carries all of it over an underlay of IPv6', async () => {
    await host(4).networks.create({ name: 'six', driver: 'overlay', ipv6: true, internal: true });
    await box(4, 'f', 'six');
    await box(5, 'g', 'six');
    const [own, [four = '', six = '']] = [await addressOf(4, 'f'), await addressOf(5, 'g')];
    await vi.waitFor(async () => expect([await at('f').tcp(four), await at('f').udp(four)]).toEqual([own[0], own[0]]));
    expect([await at('f').tcp(six), await at('f').udp(six)]).toEqual([own[1], own[1]]);
    const [tunnel = ''] = (await within(4, 'six', 'ip', '-d', 'link', 'show', 'vxlan0')).filter((line) => line.startsWith('vxlan id'));
    expect(tunnel).toContain('local 2001:db8::4 ');
    const way = `${await macOf(5, 'g')} dst 2001:db8::5 `;
    expect((await within(4, 'six', 'bridge', 'fdb', 'show', 'dev', 'vxlan0')).filter((line) => line.startsWith(way))).toHaveLength(1);
  });

  it('tells bridges what is where: they learn nothing, and what nobody knows goes nowhere', async () => {
    const key = await box(1, 'd', 'web');
    const [mine, other, far] = [await macOf(1, 'a'), await macOf(1, 'd'), await macOf(2, 'b')];
    const { link } = await host(1).endpoints.get('a');
    const here = await openFrames((await host(1).sandboxes.get('a')).key, 'eth0');
    const there = await openFrames(key, 'eth0');
    try {
      here.send(frame('02:00:00:00:00:99', mine, 'dead01'));
      here.send(frame(ALL, mine, 'dead02'));
      await there.heard('dead02');
      expect(there.count('dead01')).toBe(0);
      // It sends as another one of its host, and as one of another host.
      there.send(frame(ALL, mine, 'beef01'));
      there.send(frame(ALL, far, 'beef02'));
      await here.heard('beef02');
      const [four = ''] = await addressOf(1, 'a');
      expect(await at('c').tcp(four)).toBe((await addressOf(3, 'c'))[0]);
      expect(await at('a').tcp((await addressOf(2, 'b'))[0] ?? '')).toBe(four);
      const known = await within(1, 'web', 'bridge', 'fdb', 'show');
      expect(known).toEqual(expect.arrayContaining([`${mine} dev ${link?.outside} sticky master br0 static`, `${far} dev vxlan0 sticky master br0 static`]));
      expect(known.filter((line) => line.startsWith(other))).toHaveLength(1);
      // Beside what it was told it has its ports' own addresses and multicasts alone.
      expect(known.filter((line) => !/ (permanent|static)$/.test(line))).toEqual([]);
    } finally {
      await Promise.all([here.close(), there.close()]);
    }
  });

  it('has what somebody takes out of a segment again', async () => {
    const far = await macOf(2, 'b');
    const before = (await within(1, 'web', 'bridge', 'fdb', 'show')).toSorted();
    await within(1, 'web', 'bridge', 'fdb', 'del', far, 'dev', 'vxlan0', 'master');
    await within(1, 'web', 'bridge', 'link', 'set', 'dev', 'vxlan0', 'learning', 'on');
    const whole = async () => {
      expect(await host(1).doctor()).toEqual([]);
      expect((await within(1, 'web', 'bridge', 'fdb', 'show')).toSorted()).toEqual(before);
    };
    await vi.waitFor(whole, { timeout: 20_000, interval: 100 });
    await within(1, 'web', 'ip', 'link', 'delete', 'vxlan0');
    await vi.waitFor(whole, { timeout: 20_000, interval: 100 });
    expect(await at('a').tcp((await addressOf(2, 'b'))[0] ?? '')).toBe((await addressOf(1, 'a'))[0]);
  });

  it('says whose link has its VNI, where that is somebody else’s', async () => {
    const { path } = there(underlay.hosts[0]);
    const typed = (...argv: readonly string[]) => run('nsenter', [`--net=${path}`, 'ip', 'link', ...argv], { env: debian('iproute2') });
    await typed('add', 'theirs0', 'type', 'vxlan', 'id', '77', 'dstport', '4789', 'local', '192.0.2.1');
    await typed('add', 'theirs1', 'type', 'vxlan', 'id', '78', 'dstport', '4789', 'local', '192.0.2.1');
    await typed('add', 'theirs2', 'type', 'vxlan', 'id', '77', 'dstport', '4790', 'local', '192.0.2.1');
    const vnis = { 'com.docker.network.driver.overlay.vxlanid_list': '77' };
    await host(1).networks.create({ name: 'taken', driver: 'overlay', internal: true, options: vnis });
    const join = () => host(1).sandboxes.create({ name: 'late', networks: [{ network: 'taken' }] });
    await expect(join()).rejects.toMatchObject({ code: 'vni-foreign', message: expect.stringContaining('VNI 77 at UDP port 4789') });
    await expect(join()).rejects.toMatchObject({ message: expect.stringMatching(/: theirs0$/m) });
    await typed('del', 'theirs0');
    await join();
    await typed('del', 'theirs1');
    await typed('del', 'theirs2');
    await host(1).sandboxes.remove('late', { settle: true });
    await host(1).networks.remove('taken');
  });
});
