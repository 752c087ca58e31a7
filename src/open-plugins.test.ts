import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { closeAll, host, start } from '../test/tool/simulated-cluster.js';
import { servePlugin } from './plugin/serve/serve-plugin.js';
import type { NetworkDriver } from './plugin/serve/handlers.js';
import { MemoryStore } from './store/memory/memory-store.js';

// Drivers that are plugins, on hosts that share a store: what each host asks its own, in the order in which it does.
let dir: string;
let store: MemoryStore;
let served: AsyncDisposable[];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'fairlead-plugins-'));
  store = new MemoryStore();
  served = [];
});
afterEach(async () => {
  await closeAll();
  for (const each of served) await each[Symbol.asyncDispose]();
  rmSync(dir, { recursive: true });
});

/** A plugin that writes down what it is asked, at a host's own directory. */
async function recording(at: string, driver: Partial<NetworkDriver>): Promise<{ readonly place: string; readonly asked: string[] }> {
  const place = join(dir, at);
  const asked: string[] = [];
  mkdirSync(place, { recursive: true });
  const network: NetworkDriver = {
    createNetwork: ({ options, ipv4 }) => void asked.push(`create ${JSON.stringify(options.generic)} ${ipv4[0]?.pool} ${ipv4[0]?.gateway ?? 'without'}`),
    deleteNetwork: () => void asked.push('delete'),
    createEndpoint: () => {},
    deleteEndpoint: () => {},
    join: () => ({ routes: [], disableGatewayService: true }),
    leave: () => {},
    allocateNetwork: ({ options, ipv4 }) => {
      asked.push(`allocate ${JSON.stringify(options)} ${ipv4[0]?.pool}`);
      return { options: { vni: '4711' } };
    },
    freeNetwork: () => void asked.push('free'),
    gwAllocCheck: ({ options }) => {
      asked.push(`gateway? ${JSON.stringify(options.generic)}`);
      return { skip4: true, skip6: false };
    },
    discoverNew: (node) => void asked.push(`+${node?.address}${node?.self ? ' self' : ''}`),
    discoverDelete: (node) => void asked.push(`-${node?.address}`),
    ...driver,
  };
  served.push(await servePlugin({ socket: join(place, 'cables.sock'), network }));
  return { place, asked };
}

const ask = { name: 'web', driver: 'cables', ipam: { config: [{ subnet: '10.5.0.0/24' }] }, options: { speed: '10' } };
const GLOBAL = { scope: 'global' } as const;

it('is asked once for all hosts what they are to know of a network, and told of it by each', async () => {
  const [one, two] = [await recording('one', { capabilities: GLOBAL }), await recording('two', { capabilities: GLOBAL })];
  const a = await start(host('a', store), { at: 1, plugins: one.place });
  const b = await start(host('b', store), { at: 2, plugins: two.place });
  await a.fairlead.networks.create(ask);
  await a.fairlead.sandboxes.create({ name: 'box', networks: [{ network: 'web' }] });
  expect(one.asked).toEqual([
    '+192.0.2.1 self',
    '+192.0.2.2',
    'allocate {"speed":"10"} 10.5.0.0/24',
    'create {"speed":"10","vni":"4711"} 10.5.0.0/24 10.5.0.1/24',
  ]);
  await vi.waitFor(async () => expect((await b.fairlead.networks.list()).map(({ name }) => name)).toContain('web'));
  await b.fairlead.sandboxes.create({ name: 'other', networks: [{ network: 'web' }] });
  expect(two.asked).toEqual(['+192.0.2.1', '+192.0.2.2 self', 'create {"speed":"10","vni":"4711"} 10.5.0.0/24 10.5.0.1/24']);
  await a.fairlead.sandboxes.remove('box', { settle: true });
  await b.fairlead.sandboxes.remove('other', { settle: true });
  await b.fairlead.networks.remove('web');
  await vi.waitFor(() => expect([one.asked.slice(4), two.asked.slice(3)]).toEqual([['delete'], ['delete', 'free']]));
});

it('is told of hosts that come and go, from its first use on', async () => {
  const { place, asked } = await recording('one', { capabilities: { scope: 'local', connectivity: 'global' } });
  const a = await start(host('a', store), { at: 1, plugins: place });
  expect(asked).toEqual([]);
  await a.fairlead.networks.create(ask);
  expect(asked[0]).toBe('+192.0.2.1 self');
  const b = await start(host('b', store), { at: 2 });
  await vi.waitFor(() => expect(asked.at(-1)).toBe('+192.0.2.2'));
  await b.stop();
  await vi.waitFor(() => expect(asked.at(-1)).toBe('-192.0.2.2'));
});

it('hears of no hosts where its networks are of one', async () => {
  const { place, asked } = await recording('one', {});
  const a = await start(host('a', store), { plugins: place });
  await a.fairlead.networks.create(ask);
  expect(asked).toEqual(['create {"speed":"10"} 10.5.0.0/24 10.5.0.1/24']);
});

it('says which networks need no address for a gateway', async () => {
  const { place, asked } = await recording('one', { capabilities: { asksForGateways: true } });
  const a = await start(host('a', store), { plugins: place });
  const { pools } = await a.fairlead.networks.create(ask);
  expect(asked).toEqual(['gateway? {"speed":"10"}', 'create {"speed":"10"} 10.5.0.0/24 without']);
  expect(pools[0]?.gateway).toBe(undefined);
  const box = await a.fairlead.endpoints.create({ network: 'web' });
  expect(box.leases[0]?.ip).toBe('10.5.0.1');
});

it('has what it gave for all hosts taken back where another host was first', async () => {
  const two = await recording('two', { capabilities: GLOBAL });
  const b = await start(host('b', store), { at: 2, plugins: two.place });
  const meanwhile = async () => {
    await b.fairlead.networks.create(ask);
    return { options: {} };
  };
  const one = await recording('one', { capabilities: GLOBAL, allocateNetwork: meanwhile });
  const a = await start(host('a', store), { at: 1, plugins: one.place });
  await expect(a.fairlead.networks.create(ask)).rejects.toMatchObject({ code: 'name-taken' });
  expect(one.asked.filter((each) => each === 'free')).toHaveLength(1);
  expect(two.asked).not.toContain('free');
});
