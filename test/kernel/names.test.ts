import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createFairlead, type Fairlead, type Sandbox } from '#dist/index.js';
import { type DnsPeer, dnsPeer } from '../tool/dns-peer.js';
import { type HostNamespace, hostNamespace } from '../tool/host-namespace.js';

// Names as programs in sandboxes see them: asked at 127.0.0.11 port 53, through the sandbox's ruleset, by processes there.
//
//     web 10.64.0.0/24 and fd64::/64: a .2 (alias front), b .3          db 10.65.0.0/24, internal: b .2, c .3

const DNS = 53;
let host: HostNamespace;
let fairlead: Fairlead;
const peers = new Map<string, DnsPeer>();
const log: string[] = [];
/** The threads of this process, as they were started. */
const threads: Worker[] = [];
process.on('worker', (worker) => threads.push(worker));

const noted = (what: string, values?: object) => void log.push(`${what} ${JSON.stringify(values)}`);
const open = async () => {
  const heard = { debug: () => {}, info: () => {}, warn: noted, error: noted };
  fairlead = await createFairlead({ host: host.path, state: join(host.run, 'state'), run: join(host.run, 'run'), dns: ['127.0.0.1'], log: heard });
};
const peer = async ({ name, key }: Pick<Sandbox, 'name' | 'key'>) => {
  const made = await dnsPeer(key);
  peers.set(name, made);
  return made;
};
const ask = async (from: string, name: string, type = 'A') => {
  const [answer] = (await peers.get(from)?.udp(DNS, [{ id: 7, name, type }])) ?? [];
  return answer ? (answer.rcode === 'NOERROR' ? [...answer.data].sort() : answer.rcode) : null;
};
const unanswered = async (from: string, name: string) => (await peers.get(from)?.udp(DNS, [{ id: 7, name, type: 'A' }], 300))?.[0] === null;
const overTcp = async (from: string, name: string) => (await peers.get(from)?.tcp(DNS, [{ id: 7, name, type: 'A' }]))?.answers[0]?.data;

beforeAll(async () => {
  host = await hostNamespace();
  await open();
  await fairlead.networks.create({ name: 'web', ipam: { config: [{ subnet: '10.64.0.0/24' }, { subnet: 'fd64::/64' }] } });
  await fairlead.networks.create({ name: 'db', internal: true, ipam: { config: [{ subnet: '10.65.0.0/24' }] } });
  const hosts = [
    { name: 'nas', address: '192.0.2.7' },
    { name: 'me', address: 'host-gateway' },
  ];
  const sandboxes = [
    await fairlead.sandboxes.create({ name: 'a', hostname: 'a-host', networks: [{ network: 'web', aliases: ['front'] }], dns: { hosts } }),
    await fairlead.sandboxes.create({ name: 'b', networks: [{ network: 'web' }, { network: 'db' }] }),
    await fairlead.sandboxes.create({ name: 'c', networks: [{ network: 'db' }] }),
  ];
  for (const sandbox of sandboxes) await peer(sandbox);
  const outside = await dnsPeer(host.path);
  peers.set('host', outside);
  await outside.serve({
    address: '127.0.0.1',
    port: DNS,
    rules: [
      { name: 'silent.test', silent: true },
      { name: 'outside.test', data: ['198.51.100.9'] },
    ],
  });
});
afterAll(async () => {
  for (const each of peers.values()) await each.close();
  await fairlead[Symbol.asyncDispose]();
  await host.close();
});

describe('names', () => {
  it('are those of the sandboxes on the same network, by every name that they have', async () => {
    expect(await ask('b', 'a')).toEqual(['10.64.0.2']);
    expect(await ask('b', 'front')).toEqual(['10.64.0.2']);
    expect(await ask('b', 'a-host')).toEqual(['10.64.0.2']);
    expect(await ask('b', 'A.Web.')).toEqual(['10.64.0.2']);
    expect(await ask('b', 'a', 'AAAA')).toEqual(['fd64::2']);
    expect(await ask('c', 'b')).toEqual(['10.65.0.2']);
    expect(await overTcp('b', 'a')).toEqual(['10.64.0.2']);
    expect(await ask('b', '2.0.64.10.in-addr.arpa', 'PTR')).toEqual(['a.web']);
  });

  it('are none of another network', async () => {
    expect(await ask('c', 'a')).toBe('NXDOMAIN');
    expect(await ask('a', 'c')).not.toEqual(['10.65.0.3']);
  });

  it('are those that the user added, and the host', async () => {
    expect(await ask('a', 'nas')).toEqual(['192.0.2.7']);
    expect(await ask('a', 'me')).toEqual(['10.64.0.1']);
    expect(await ask('b', 'nas')).not.toEqual(['192.0.2.7']);
  });

  it('of the world are asked from the host, and not at all from an internal network', async () => {
    expect(await ask('a', 'outside.test')).toEqual(['198.51.100.9']);
    await peers.get('host')?.asked();
    expect(await ask('c', 'outside.test')).toBe('SERVFAIL');
    expect(await peers.get('host')?.asked()).toEqual([]);
  });

  it('are counted, and what is known of an upstream is not asked again', async () => {
    const counts = async () => {
      const { names } = await fairlead.info();
      return names as Record<string, number>;
    };
    const before = await counts();
    expect(before).toMatchObject({ sandboxes: 3, refused: 0 });
    await ask('a', 'b');
    expect(await ask('b', 'outside.test')).toEqual(['198.51.100.9']);
    const { queries = 0, local = 0, cached = 0, forwarded } = before;
    expect(await counts()).toEqual({ ...before, queries: queries + 2, local: local + 1, cached: cached + 1, forwarded });
  });

  it('follow connections, new names and new aliases', async () => {
    const { id } = await fairlead.endpoints.create({ network: 'web', name: 'c-web', sandbox: 'c', aliases: ['third'] });
    expect(await ask('a', 'third')).toEqual(['10.64.0.4']);
    await fairlead.endpoints.update(id, { aliases: ['fourth'] });
    expect(await ask('a', 'fourth')).toEqual(['10.64.0.4']);
    expect(await ask('a', 'third')).not.toEqual(['10.64.0.4']);
    await fairlead.sandboxes.update('c', { name: 'renamed' });
    expect(await ask('a', 'renamed')).toEqual(['10.64.0.4']);
    await fairlead.endpoints.remove(id, { force: true });
    expect(await ask('a', 'renamed')).not.toEqual(['10.64.0.4']);
    await fairlead.sandboxes.update('renamed', { name: 'c' });
  });

  it('are free for a successor after a rename', async () => {
    await fairlead.sandboxes.update('b', { name: 'b-old' });
    expect(await ask('a', 'b')).not.toEqual(['10.64.0.3']);
    expect(await ask('a', 'b-old')).toEqual(['10.64.0.3']);
    await fairlead.sandboxes.update('b-old', { name: 'b' });
    expect(await ask('a', 'b')).toEqual(['10.64.0.3']);
  });
});

describe('a link', () => {
  it('is a name that one sandbox alone sees, before those of others, and follows changes', async () => {
    const networks = [{ network: 'web', links: { database: 'b', a: 'b', later: 'soon' } }];
    await peer(await fairlead.sandboxes.create({ name: 'l', networks }));
    expect(await ask('l', 'database')).toEqual(['10.64.0.3']);
    expect(await ask('l', 'database.web', 'AAAA')).toEqual(['fd64::3']);
    expect(await ask('l', 'a')).toEqual(['10.64.0.3']);
    expect(await ask('a', 'database')).not.toEqual(['10.64.0.3']);
    await fairlead.sandboxes.create({ name: 'soon', networks: [{ network: 'web', ip: '10.64.0.70' }] });
    expect(await ask('l', 'later')).toEqual(['10.64.0.70']);
    await fairlead.endpoints.update('web/l', { links: {} });
    expect(await ask('l', 'database')).not.toEqual(['10.64.0.3']);
    expect(await ask('l', 'a')).toEqual(['10.64.0.2']);
  });
});

it('what a sandbox publishes is a service that others find', async () => {
  await fairlead.sandboxes.create({ name: 'shop', networks: [{ network: 'web' }], ports: [{ hostPort: 8080, port: 80 }] });
  expect(await ask('b', '_80._tcp.shop', 'SRV')).toEqual([{ priority: 0, weight: 0, port: 80, target: 'shop.web' }]);
  await fairlead.sandboxes.update('shop', { ports: { remove: [{ port: 80 }], add: [{ hostPort: 8081, port: 81 }] } });
  expect(await ask('b', '_80._tcp.shop', 'SRV')).toEqual([]);
  expect(await ask('b', '_81._tcp.shop.web', 'SRV')).toMatchObject([{ port: 81 }]);
});

describe('options of resolv.conf', () => {
  const asked = async (name: string) => (await peers.get(name)?.asked()) ?? [];
  const opened = async (name: string, options: readonly string[], servers: readonly string[] = []) =>
    peer(await fairlead.sandboxes.create({ name, networks: [{ network: 'web' }], dns: { options, servers } }));

  it('say by what transport upstreams are asked, and for which addresses', async () => {
    await opened('v', ['use-vc', 'no-aaaa']);
    await asked('host');
    expect(await ask('v', 'vc.outside.test')).toEqual(['198.51.100.9']);
    expect(await asked('host')).toEqual(['tcp vc.outside.test A']);
    expect(await ask('v', 'vc.outside.test', 'AAAA')).toEqual([]);
    expect(await asked('host')).toEqual([]);
  });

  it('say how long and how often they are asked', async () => {
    await opened('t', ['timeout:1', 'attempts:2']);
    const begun = performance.now();
    expect(await ask('t', 'silent.test')).toBe('SERVFAIL');
    expect(await asked('host')).toEqual(['udp silent.test A', 'udp silent.test A']);
    expect(performance.now() - begun).toBeGreaterThan(1900);
  });

  it('say that each is asked in turn', async () => {
    const servers = await Promise.all(['one', 'two'].map((name) => fairlead.sandboxes.create({ name, networks: [{ network: 'web' }] })));
    for (const server of servers) await (await peer(server)).serve({ address: '0.0.0.0', port: DNS, rules: [{ name: '', data: ['203.0.113.1'] }] });
    const endpoints = (await fairlead.endpoints.list()).filter(({ name }) => name === 'one' || name === 'two');
    await opened(
      'r',
      ['rotate'],
      endpoints.flatMap(({ leases }) => leases.filter(({ family }) => family === 4).map(({ ip }) => ip)),
    );
    for (const name of ['w', 'x', 'y', 'z']) expect(await ask('r', `${name}.outside.test`)).toEqual(['203.0.113.1']);
    expect([(await asked('one')).length, (await asked('two')).length]).toEqual([2, 2]);
  });
});

it('a name server of the user on 0.0.0.0:53 still starts, and is found at its own address', async () => {
  await peers.get('b')?.serve({ address: '0.0.0.0', port: DNS, rules: [{ name: 'mine.test', data: ['203.0.113.1'] }] });
  expect(await ask('b', 'a')).toEqual(['10.64.0.2']);
  const chosen = await fairlead.sandboxes.create({ name: 'd', networks: [{ network: 'web' }], dns: { servers: ['10.64.0.3'] } });
  await peer(chosen);
  expect(await ask('d', 'mine.test')).toEqual(['203.0.113.1']);
  expect(await ask('d', 'a')).toEqual(['10.64.0.2']);
});

it('a port that a program in an adopted namespace has is not fought for: the resolver listens at another', async () => {
  const key = (await fairlead.sandboxes.get('d')).key;
  await fairlead.sandboxes.remove('d', { settle: true, force: true });
  await expect(fairlead.sandboxes.create({ name: 'e', netns: key })).rejects.toThrow();
  const other = await hostNamespace();
  try {
    const held = await dnsPeer(other.path);
    await held.hold(20_053, 'udp');
    const { resolver } = await fairlead.sandboxes.create({ name: 'e', netns: other.path, networks: [{ network: 'web' }] });
    expect(resolver).not.toBe(20_053);
    peers.set('e', held);
    expect(await ask('e', 'a')).toEqual(['10.64.0.2']);
    await fairlead.sandboxes.remove('e', { settle: true });
    expect(await unanswered('e', 'a')).toBe(true);
    await held.close();
    peers.delete('e');
  } finally {
    await other.close();
  }
});

it('are answered again after a start, at the same ports', async () => {
  await fairlead[Symbol.asyncDispose]();
  expect(await unanswered('b', 'a')).toBe(true);
  await open();
  expect(await ask('b', 'a')).toEqual(['10.64.0.2']);
  expect(await overTcp('a', 'b')).toEqual(['10.64.0.3']);
  expect(await fairlead.doctor()).toEqual([]);
});

it('keep no namespace alive', async () => {
  await fairlead.sandboxes.create({ name: 'short', networks: [{ network: 'web' }] });
  const { link } = (await fairlead.endpoints.list()).find(({ name }) => name === 'short') ?? {};
  await fairlead.sandboxes.remove('short', { settle: true });
  expect(await host.exec(['ls', '/sys/class/net'])).not.toContain(link?.outside ?? '?');
  expect(readdirSync(join(host.run, 'run/netns'))).toHaveLength((await fairlead.sandboxes.list()).length);
  expect(log.filter((line) => !line.includes('mend'))).toEqual([]);
});

// Terminated it closes nothing, as one that has no memory left: the worst way in which it can go.
it('are answered again when the thread that answers is cut off, and nothing of it is left', async () => {
  // That of the kernel is begun after it.
  const [resolver, begun] = [threads.at(-2), threads.length];
  const descriptors = () => readdirSync('/proc/self/fd').length;
  const before = descriptors();
  const gone = resolver?.terminate();
  // It sleeps in the kernel: a question wakes it, and is its last.
  await unanswered('b', 'a');
  await gone;
  // A question that meets nobody is given up after seconds: there are several to be asked.
  await vi.waitFor(async () => expect(await ask('b', 'a')).toEqual(['10.64.0.2']), 40_000);
  expect(await overTcp('a', 'b')).toEqual(['10.64.0.3']);
  expect(threads).toHaveLength(begun + 1);
  expect((await fairlead.sandboxes.get('b')).resolver).toBe(20_053);
  expect(await fairlead.doctor()).toEqual([]);
  await fairlead.sandboxes.create({ name: 'later', networks: [{ network: 'web', ip: '10.64.0.44' }] });
  expect(await ask('b', 'later')).toEqual(['10.64.0.44']);
  await fairlead.sandboxes.remove('later', { settle: true });
  expect(descriptors() - before).toBeLessThan(5);
});
