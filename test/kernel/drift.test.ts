import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { createFairlead, type Fairlead } from '#dist/index.js';
import { dnsPeer } from '../tool/dns-peer.js';
import { disturbIn } from '../tool/held-namespace.js';
import { type HostNamespace, hostNamespace } from '../tool/host-namespace.js';
import { startProbe } from '../tool/probe.js';

// What others do to the kernel behind Fairlead's back, and that it is as it was afterwards.
let host: HostNamespace;
let fairlead: Fairlead;
let healed: Set<string>;
const stop = new AbortController();

const open = (driftInterval: number) => createFairlead({ host: host.path, state: join(host.run, 'state'), run: join(host.run, 'run'), driftInterval });

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
    for await (const { kind, name, change } of events) if (change === 'healed') healed.add(`${kind} ${name}`);
  })();
});
beforeEach(() => {
  healed = new Set();
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

it('brings a flushed ruleset back', async () => {
  await host.flushRuleset();
  await heals('network web', 'network db');
});

it("brings a sandbox's link back, with its addresses and routes", async () => {
  await host.deleteLink(await outside('a'));
  await heals('endpoint a');
});

it('brings a bridge back with its ports', async () => {
  await host.deleteLink(await device('web'));
  await heals('network web', 'endpoint a', 'endpoint b', 'endpoint c');
});

it("brings a gateway's address back", async () => {
  const { pools } = await fairlead.networks.get('web');
  await host.deleteAddress(await device('web'), `${pools[0]?.gateway}/16`);
  await heals('network web');
});

it('sets up what was set down', async () => {
  const links = [await outside('b'), await device('web')];
  for (const link of links) await host.setDown(link);
  await heals('endpoint b', 'network web');
});

it('brings a namespace back that somebody deleted, and what leads into it', async () => {
  const { key } = await fairlead.sandboxes.get('c');
  await host.exec(['umount', key]);
  await host.exec(['rm', key]);
  await heals('sandbox c', 'endpoint c');
});

it('answers names in a namespace that had to be made anew, when that is said to be healed', async () => {
  const { key } = await fairlead.sandboxes.get('b');
  const before = await dnsPeer(key);
  await host.exec(['umount', key]);
  await host.exec(['rm', key]);
  await vi.waitFor(() => expect([...healed]).toContain('sandbox b'), { timeout: 10_000 });
  const now = await dnsPeer(key);
  const query = { id: 1, name: 'a', type: 'A' };
  try {
    expect(await now.udp(53, [query])).toMatchObject([{ rcode: 'NOERROR' }]);
    expect(await now.tcp(53, [query])).toMatchObject({ answers: [{ rcode: 'NOERROR' }] });
    // Its sockets there are closed: they would keep the old one alive.
    expect(await before.udp(53, [query], 300)).toEqual([null]);
  } finally {
    await Promise.all([before.close(), now.close()]);
  }
  await heals('endpoint b', 'endpoint b-db');
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
