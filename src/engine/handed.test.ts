import { afterEach, beforeEach, expect, it } from 'vitest';
import { openEngine } from '../../test/tool/open-engine.js';
import { SimulatedKernel } from '../kernel/simulated/simulated-kernel.js';
import { MemoryStore } from '../store/memory/memory-store.js';

const ground = () => ({ kernel: new SimulatedKernel({ instance: 'test' }), definitions: new MemoryStore(), boot: new MemoryStore() });
let stand: ReturnType<typeof ground>;
let opened: Awaited<ReturnType<typeof openEngine>>;
beforeEach(async () => {
  stand = ground();
  opened = await openEngine(stand);
});
afterEach(() => opened.fairlead[Symbol.asyncDispose]());

const linkOf = async () => (await opened.fairlead.endpoints.list())[0]?.link;

it('leaves what another engine took where that has put it', async () => {
  const { networks, sandboxes } = opened.fairlead;
  await networks.create({ name: 'wire', driver: 'macvlan', ipam: { config: [{ subnet: '10.9.0.0/24' }] } });
  await sandboxes.create({ name: 'theirs', handed: '/var/run/docker/netns/1', networks: [{ network: 'wire' }] });
  const link = await linkOf();
  expect((await stand.kernel.survey('host')).links.map(({ name }) => name)).toContain(link?.inside);
  await stand.kernel.disturb.deleteLink(link?.inside ?? '');
  expect(await opened.fairlead.doctor()).toEqual([]);
  await opened.fairlead[Symbol.asyncDispose]();
  opened = await openEngine(stand);
  expect((await stand.kernel.survey('host')).links.map(({ name }) => name)).not.toContain(link?.inside);
  expect(await opened.fairlead.doctor()).toEqual([]);
  await opened.fairlead.endpoints.remove('wire/theirs', { force: true, settle: true });
  expect(await opened.fairlead.endpoints.list()).toEqual([]);
});

it('gives none of them a way out of its own, and answers no names there', async () => {
  const { networks, sandboxes } = opened.fairlead;
  await networks.create({ name: 'web' });
  const { resolver, stack } = await sandboxes.create({ name: 'theirs', handed: '/var/run/docker/netns/1' });
  expect([resolver, stack]).toEqual([undefined, 'host']);
  await opened.fairlead.endpoints.create({ network: 'web', sandbox: 'theirs' });
  expect((await networks.list()).map(({ name }) => name)).not.toContain('docker_gwbridge');
});

it.each([
  [{ handed: 'netns/1' }, 'no absolute path'],
  [{ handed: '/netns/1', netns: '/proc/1/ns/net' }, 'a namespace to adopt'],
  [{ handed: '/netns/1', dns: { servers: ['192.0.2.1'] } }, 'how names are looked up'],
])('refuses %j', async (ask, reason) => {
  await expect(opened.fairlead.sandboxes.create(ask)).rejects.toThrow(reason);
});

it('refuses the host’s own network for one', async () => {
  await expect(opened.fairlead.sandboxes.create({ handed: '/netns/1', networks: [{ network: 'host' }] })).rejects.toMatchObject({ code: 'network-exclusive' });
});
