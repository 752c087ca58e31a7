import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { createFairlead, type Fairlead, type Log } from '#dist/index.js';
import { silent } from '#dist/base/log.js';
import { LinuxKernel } from '#dist/kernel/linux/linux-kernel.js';
import { dnsPeer } from '../tool/dns-peer.js';
import { disturbIn, strangersNamespace } from '../tool/held-namespace.js';
import { type HostNamespace, hostNamespace } from '../tool/host-namespace.js';
import { startProbe } from '../tool/probe.js';

// What others do to the kernel behind Fairlead's back, and that it is as it was afterwards.
let host: HostNamespace;
let fairlead: Fairlead;
let healed: Set<string>;
let remade: Set<string>;
const stop = new AbortController();

const open = (driftInterval: number, log: Log = silent) =>
  createFairlead({ host: host.path, state: join(host.run, 'state'), run: join(host.run, 'run'), driftInterval, log });

beforeAll(async () => {
  host = await hostNamespace();
  fairlead = await open(0);
  await fairlead.networks.create({ name: 'web', ipv6: true });
  await fairlead.networks.create({ name: 'db', internal: true });
  for (const name of ['a', 'b', 'c'])
    await fairlead.sandboxes.create({
      name,
      networks: [
        { network: 'web', name },
        { network: 'db', name: `${name}-db` },
      ],
    });
  const events = fairlead.events(stop.signal);
  void (async () => {
    for await (const { kind, name, change } of events) {
      if (change === 'healed' || change === 'remade') healed.add(`${kind} ${name}`);
      if (change === 'remade') remade.add(`${kind} ${name}`);
    }
  })();
});
beforeEach(() => {
  healed = new Set();
  remade = new Set();
});
afterAll(async () => {
  stop.abort();
  await fairlead[Symbol.asyncDispose]();
  await host.close();
});

/** All of these are healed, and then all is well. One disturbance may come as several bursts. */
const heals = async (...names: string[]) => {
  await vi.waitFor(() => expect([...healed]).toEqual(expect.arrayContaining(names)), { timeout: 10_000 });
  await vi.waitFor(async () => expect(await fairlead.doctor()).toEqual([]), { timeout: 10_000 });
};
const outside = async (name: string) => (await fairlead.endpoints.get(name)).link?.outside ?? '';
const device = async (name: string) => String((await fairlead.networks.get(name)).facts?.['device']);

// The first network turns forwarding on, and its bridge has its address before it has our mark.
it('brings the address of the very first bridge back', async () => {
  const [lease] = (await fairlead.networks.get('web')).pools;
  await host.deleteAddress(await device('web'), `${lease?.gateway}/${lease?.subnet.split('/')[1]}`);
  await heals('network web');
});

it.each(['net/ipv4/ip_forward', 'net/ipv6/conf/all/forwarding'])('turns %s on again', async (path) => {
  await host.writeSysctl(path, '0');
  await heals('network web');
  expect((await host.exec(['cat', `/proc/sys/${path}`])).trim()).toBe('1');
});

it('brings a flushed ruleset back', async () => {
  await host.flushRuleset();
  await heals('network web', 'network db');
});

it("brings a sandbox's link back, with its addresses and routes", async () => {
  await host.deleteLink(await outside('a'));
  await heals('endpoint a');
});

it("makes a sandbox's link again that somebody moved elsewhere or wrote another alias on", async () => {
  const elsewhere = await strangersNamespace();
  const away = async () => host.exec(['ip', 'link', 'set', await outside('a'), 'netns', elsewhere.path]);
  try {
    for (const disturb of [away, async () => host.exec(['ip', 'link', 'set', await outside('a'), 'alias', 'uplink of a'])]) {
      healed.clear();
      await disturb();
      await heals('endpoint a');
    }
  } finally {
    await elsewhere.close();
  }
});

it('brings a bridge back with its ports', async () => {
  await host.deleteLink(await device('web'));
  await heals('network web', 'endpoint a', 'endpoint b', 'endpoint c');
});

it('gives links that somebody renamed their names back, and touches nothing else', async () => {
  const [bridge, port] = [await device('web'), await outside('a')];
  const indexOf = async (name: string) => JSON.parse(await host.exec(['ip', '-json', 'link', 'show', name]))[0].ifindex;
  const before = [await indexOf(bridge), await indexOf(port)];
  for (const [name, other] of [
    [bridge, 'hugo'],
    [port, 'egon'],
  ] as const)
    await host.exec(['sh', '-c', `ip link set ${name} name ${other} || { ip link set ${name} down && ip link set ${name} name ${other}; }`]);
  await heals('network web', 'endpoint a');
  expect([...healed].sort()).toEqual(['endpoint a', 'network web']);
  expect([await indexOf(bridge), await indexOf(port)]).toEqual(before);
});

it("brings a gateway's address back", async () => {
  const { pools } = await fairlead.networks.get('web');
  await host.deleteAddress(await device('web'), `${pools[0]?.gateway}/16`);
  await heals('network web');
});

it('brings the routes back that came with addresses', async () => {
  const [bridge, { key }] = [await device('web'), await fairlead.sandboxes.get('a')];
  const [four, six] = (await fairlead.networks.get('web')).pools.map(({ subnet }) => subnet);
  const subnets = async (...inside: readonly string[]) => {
    const said = await Promise.all(['-4', '-6'].map((family) => host.exec([...inside, 'ip', family, 'route', 'show', 'proto', 'kernel'])));
    return said.flatMap((each) => each.split('\n')).map((line) => line.trim());
  };
  const before = await subnets();
  await host.exec(['ip', '-4', 'route', 'flush', 'dev', bridge]);
  await heals('network web');
  healed.clear();
  await host.exec(['ip', '-6', 'route', 'flush', 'dev', bridge]);
  await heals('network web');
  expect((await subnets()).sort()).toEqual(before.sort());

  const inside = ['nsenter', `--net=${key}`];
  const was = await subnets(...inside);
  for (const family of ['-4', '-6']) await host.exec([...inside, 'ip', family, 'route', 'flush', 'table', 'main']);
  const lost = (await fairlead.doctor()).filter(({ problem }) => problem.includes('the route to its subnet')).map(({ mend }) => mend.split(' route ')[1]);
  expect(lost).toEqual(
    expect.arrayContaining([`append ${four} dev eth0 protocol kernel`, `append ${six} dev eth0 protocol kernel`].map((each) => expect.stringContaining(each))),
  );
  expect((await fairlead.doctor({ fix: true })).every(({ mended }) => mended)).toBe(true);
  expect((await subnets(...inside)).sort()).toEqual(was.sort());
  const probe = await startProbe(key);
  try {
    for (const subnet of await fairlead.endpoints.get('web/b').then(({ leases }) => leases)) expect(await probe.ping(subnet.ip)).toBe('pong');
  } finally {
    await probe.close();
  }
});

it('takes a route in place of one that came with an address for that one', async () => {
  const [bridge, { key }] = [await device('web'), await fairlead.sandboxes.get('a')];
  const subnets = (await fairlead.networks.get('web')).pools.map(({ subnet }) => String(subnet));
  for (const [link, ...inside] of [[bridge], ['eth0', 'nsenter', `--net=${key}`]] as const) {
    for (const subnet of subnets) {
      const ip = [...inside, 'ip', subnet.includes(':') ? '-6' : '-4', 'route'];
      await host.exec([...ip, 'add', subnet, 'dev', link, 'metric', '300', 'proto', 'static']);
      await host.exec([...ip, 'delete', subnet, 'dev', link, 'proto', 'kernel']);
      expect(await fairlead.doctor()).toEqual([]);
      expect((await host.exec([...ip, 'show', subnet])).trim().split('\n')).toEqual([expect.stringContaining('proto static')]);
      await host.exec([...ip, 'delete', subnet, 'dev', link, 'proto', 'static']);
      await vi.waitFor(async () => expect((await fairlead.doctor({ fix: true })).every(({ mended }) => mended)).toBe(true), { timeout: 5000 });
      await vi.waitFor(async () => expect(await host.exec([...ip, 'show', subnet])).toContain('proto kernel'), { timeout: 5000 });
    }
  }
});

it('sets up what was set down', async () => {
  const links = [await outside('b'), await device('web')];
  for (const link of links) await host.setDown(link);
  await heals('endpoint b', 'network web');
});

// Below 1280 bytes the kernel drops all of IPv6, and begins with its own defaults once there is room again: it makes a link-local address itself, the very one that was there.
it('gives a link its IPv6 back that somebody made too small for it, link-local address included', async () => {
  const { link } = await fairlead.endpoints.get('a');
  const { key } = await fairlead.sandboxes.get('a');
  const inside = (...words: string[]) => host.exec(['nsenter', `--net=${key}`, 'ip', ...words]);
  const shown = async () => /addrgenmode (\S+)/.exec(await inside('-d', 'link', 'show', link?.inside ?? ''))?.[1];
  const addresses = async () => (await inside('-6', '-o', 'address', 'show', link?.inside ?? '')).match(/(?<=inet6 )\S+/g)?.sort();
  const before = await addresses();
  expect(before).toHaveLength(2);
  await inside('link', 'set', link?.inside ?? '', 'mtu', '1200');
  await fairlead.doctor({ fix: true });
  expect(await fairlead.doctor()).toEqual([]);
  expect(await addresses()).toEqual(before);
  expect(await shown()).toBe('none');
  // Whoever did it took it back: of what was there, the kernel's own is all that came again.
  for (const mtu of ['1200', '1500']) await inside('link', 'set', link?.inside ?? '', 'mtu', mtu);
  expect(await addresses()).toHaveLength(1);
  await fairlead.doctor({ fix: true });
  expect(await fairlead.doctor()).toEqual([]);
  expect(await addresses()).toEqual(before);
});

it('brings a namespace back that somebody deleted, and what leads into it', async () => {
  const { key } = await fairlead.sandboxes.get('c');
  await host.exec(['umount', key]);
  await host.exec(['rm', key]);
  await heals('sandbox c', 'endpoint c');
});

it('answers names in a namespace that had to be made anew, when that is said', async () => {
  const { key } = await fairlead.sandboxes.get('b');
  await host.exec(['umount', key]);
  await host.exec(['rm', key]);
  await vi.waitFor(() => expect([...remade]).toEqual(['sandbox b']), { timeout: 10_000 });
  const peer = await dnsPeer(key);
  const query = { id: 1, name: 'a', type: 'A' };
  try {
    expect(await peer.udp(53, [query])).toMatchObject([{ rcode: 'NOERROR' }]);
    expect(await peer.tcp(53, [query])).toMatchObject({ answers: [{ rcode: 'NOERROR' }] });
  } finally {
    await peer.close();
  }
  await heals('endpoint b', 'endpoint b-db');
});

it('binds a namespace to its file again in which a program still runs, and all that is in it stays', async () => {
  const { key } = await fairlead.sandboxes.get('b');
  const [peer, probe] = await Promise.all([dnsPeer(key), startProbe(key)]);
  const { ino } = statSync(key);
  const { leases } = await fairlead.endpoints.get('a');
  try {
    const other = await startProbe((await fairlead.sandboxes.get('a')).key);
    await host.exec(['umount', key]);
    await host.exec(['rm', key]);
    await heals('sandbox b');
    expect(statSync(key).ino).toBe(ino);
    expect([[...healed], [...remade]]).toEqual([['sandbox b'], []]);
    expect(await peer.udp(53, [{ id: 1, name: 'a', type: 'A' }])).toMatchObject([{ rcode: 'NOERROR' }]);
    expect(await probe.tcp(leases[0]?.ip ?? '')).toBe((await fairlead.endpoints.get('b')).leases[0]?.ip);
    await other.close();
    // Nothing tells that it was unmounted alone; doctor says how to mount it by hand, and that is right.
    await host.exec(['umount', '--lazy', key]);
    const findings = await fairlead.doctor();
    expect(findings[0]).toMatchObject({ object: 'sandbox/b', problem: expect.stringContaining('lives in it') });
    await host.exec(['sh', '-c', findings[0]?.mend ?? '']);
    expect(await fairlead.doctor()).toEqual([]);
  } finally {
    await Promise.all([peer.close(), probe.close()]);
  }
});

it('attaches to a bridge, and in a namespace, that somebody has deleted only just now', async () => {
  for (let round = 0; round < 5; round++) {
    await host.deleteLink(await device('web'));
    await fairlead.sandboxes.create({ name: 'late', networks: [{ network: 'web' }] });
    await fairlead.sandboxes.remove('late', { settle: true });
  }
  const { key } = await fairlead.sandboxes.create({ name: 'late' });
  await host.exec(['umount', key]);
  await host.exec(['rm', key]);
  await fairlead.endpoints.create({ network: 'web', sandbox: 'late' });
  await fairlead.sandboxes.remove('late', { settle: true });
  await vi.waitFor(async () => expect(await fairlead.doctor()).toEqual([]), { timeout: 10_000 });
});

it('lets packets through as before', async () => {
  const [a, c] = await Promise.all(['a', 'c'].map(async (name) => startProbe((await fairlead.sandboxes.get(name)).key)));
  const addresses = async (name: string) => (await fairlead.endpoints.get(name)).leases.map(({ ip }) => ip);
  const [from, to] = [await addresses('a'), await addresses('c')];
  try {
    for (const [index, ip] of to.entries()) expect(await a?.tcp(ip)).toBe(from[index]);
  } finally {
    await Promise.all([a?.close(), c?.close()]);
  }
});

it('makes namespaces anew that were lost while nobody looked, and answers names there', async () => {
  await fairlead[Symbol.asyncDispose]();
  const lost = join(host.run, 'run/netns');
  for (const name of readdirSync(lost)) await host.exec(['umount', join(lost, name)]);
  fairlead = await open(0);
  const peer = await dnsPeer((await fairlead.sandboxes.get('a')).key);
  expect(await peer.udp(53, [{ id: 1, name: 'b', type: 'A' }])).toMatchObject([{ rcode: 'NOERROR' }]);
  await peer.close();
  expect(await fairlead.doctor()).toEqual([]);
});

it('takes published ports again after a clean restart, and calls that no drift', async () => {
  await fairlead.sandboxes.create({ name: 'open', networks: [{ network: 'web' }], ports: [{ hostPort: 8080, port: 80 }] });
  await fairlead[Symbol.asyncDispose]();
  const said: string[] = [];
  const note = (what: string) => void said.push(what);
  fairlead = await open(0, { debug: note, info: note, warn: note, error: note });
  expect(said).toContain('ports are held again');
  expect(said).not.toContain('the kernel was made to match the records');
  await fairlead.sandboxes.remove('open', { force: true, settle: true });
});

it('brings flushed rulesets back that follow each other, each in one transaction', async () => {
  const failed: string[] = [];
  await fairlead[Symbol.asyncDispose]();
  fairlead = await open(0, { ...silent, error: (what) => void failed.push(what) });
  for (let round = 0; round < 7; round++) {
    const ends = new AbortController();
    const events = fairlead.events(ends.signal);
    await host.flushRuleset();
    for await (const { kind, change } of events) if (kind === 'network' && change === 'healed') break;
    ends.abort();
  }
  await vi.waitFor(async () => expect(await fairlead.doctor()).toEqual([]), { timeout: 10_000 });
  expect(failed).toEqual([]);
});

it('looks at everything in parts, and at all of it at once only where something is not well', async () => {
  await fairlead.networks.create({ name: 'held', options: { 'com.fairlead.ready': '3' } });
  await fairlead.sandboxes.create({ name: 'open', networks: [{ network: 'held' }], ports: [{ hostPort: 8099, port: 80 }] });
  await fairlead.sandboxes.create({ name: 'machine', networks: [{ network: 'web', options: { 'com.fairlead.endpoint.kind': 'tap' } }] });
  await fairlead[Symbol.asyncDispose]();
  const [whole, part] = [vi.spyOn(LinuxKernel.prototype, 'read'), vi.spyOn(LinuxKernel.prototype, 'readPart')];
  const looks = () => part.mock.calls.filter(([which]) => which === 'last').length;
  try {
    fairlead = await open(0.2);
    const since = looks();
    await vi.waitFor(() => expect(looks()).toBeGreaterThan(since + 1), { timeout: 10_000 });
    whole.mockClear();
    await vi.waitFor(() => expect(looks()).toBeGreaterThan(since + 3), { timeout: 10_000 });
    expect(whole).not.toHaveBeenCalled();
  } finally {
    whole.mockRestore();
    part.mockRestore();
    await fairlead[Symbol.asyncDispose]();
    fairlead = await open(0);
  }
});

it('finds by itself, after a while, what was flushed inside of a sandbox', async () => {
  const { key } = await fairlead.sandboxes.get('a');
  await disturbIn(key, 'flush-ruleset');
  expect(await fairlead.doctor()).toMatchObject([{ code: 'missing', object: 'sandbox/a' }]);
  await fairlead[Symbol.asyncDispose]();
  fairlead = await open(1);
  await disturbIn(key, 'flush-ruleset');
  await vi.waitFor(async () => expect(await fairlead.doctor()).toEqual([]), { timeout: 10_000 });
  const peer = await dnsPeer(key);
  expect(await peer.udp(53, [{ id: 1, name: 'b', type: 'A' }])).toMatchObject([{ rcode: 'NOERROR' }]);
  await peer.close();
});

it('leaves IPv6 off where a sandbox has turned it off, and brings it back where it is on again', async () => {
  const { key } = await fairlead.sandboxes.get('b');
  const inside = (...words: readonly string[]) => host.exec(['nsenter', `--net=${key}`, ...words]);
  const turn = (value: string) => inside('sh', '-c', `echo ${value} >/proc/sys/net/ipv6/conf/all/disable_ipv6`);
  await vi.waitFor(async () => expect(await fairlead.doctor()).toEqual([]), { timeout: 10_000 });
  const before = await inside('ip', '-6', 'address', 'show', 'dev', 'eth0', 'scope', 'global');
  expect(before).toContain('inet6');
  await turn('1');
  expect(await fairlead.doctor()).toEqual([]);
  // It looks, at its start and by itself, and mends whatever else there is.
  await disturbIn(key, 'flush-ruleset');
  await fairlead[Symbol.asyncDispose]();
  const part = vi.spyOn(LinuxKernel.prototype, 'readPart');
  try {
    fairlead = await open(0.2);
    await vi.waitFor(() => expect(part.mock.calls.filter(([which]) => which === 'last').length).toBeGreaterThan(2), { timeout: 10_000 });
  } finally {
    part.mockRestore();
    await fairlead[Symbol.asyncDispose]();
    fairlead = await open(0);
  }
  expect(await fairlead.doctor()).toEqual([]);
  expect(await inside('ip', '-6', 'address')).toBe('');
  expect(await fairlead.doctor({ fix: true })).toEqual([]);
  await turn('0');
  await fairlead.doctor({ fix: true });
  expect(await inside('ip', '-6', 'address', 'show', 'dev', 'eth0', 'scope', 'global')).toBe(before);
  expect(await inside('ip', '-6', 'route')).toContain('default via');
  expect(await fairlead.doctor()).toEqual([]);
});
