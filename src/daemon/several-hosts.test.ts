import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fakeWorld } from '../../test/tool/fake-world.js';
import { openEngine } from '../../test/tool/open-engine.js';
import { sharedDriver } from '../../test/tool/shared-driver.js';
import { serveApi } from '../api/server.js';
import { main } from '../cli/main.js';
import { connectFairlead } from '../client/client.js';
import { dockerEngineApp } from '../dialects/docker-engine/app.js';
import { libnetworkApp } from '../dialects/libnetwork/app.js';
import type { Ip } from '../ip/types.js';
import { SimulatedKernel } from '../kernel/simulated/simulated-kernel.js';
import { Exposition } from '../metrics/exposition.js';
import type { Fairlead } from '../model/fairlead.js';
import { MemoryStore } from '../store/memory/memory-store.js';

// What each face shows on one of two hosts: of the other one it knows the endpoints, and no sandbox.
const folder = mkdtempSync(join(tmpdir(), 'fairlead-hosts-'));
const store = new MemoryStore();
const closing: AsyncDisposable[] = [];
let a: Fairlead;
let b: Fairlead;
const open = async (name: string, at: number): Promise<Fairlead> => {
  const stores = { definitions: new MemoryStore(), boot: new MemoryStore() };
  const host = { name, instance: name, address: `192.0.2.${at}` as Ip };
  const cluster = { store, host, lease: 5, quarantine: 60, rotation: 3600, storeName: 'memory' };
  const { fairlead } = await openEngine({ kernel: new SimulatedKernel({ instance: name }), ...stores, id: name, others: [sharedDriver], cluster });
  closing.unshift(fairlead);
  return fairlead;
};
beforeAll(async () => {
  a = await open('a', 1);
  b = await open('b', 2);
  closing.unshift(await serveApi({ fairlead: b, place: { path: join(folder, 'api.sock') }, version: '0.0.0' }));
  for (const [host, name] of [
    [a, 'far'],
    [b, 'near'],
  ] as const) {
    if (name === 'far') await host.networks.create({ name: 'web', driver: 'shared', ipam: { config: [{ subnet: '10.9.0.0/24' }] } });
    await host.sandboxes.create({ name, networks: [{ network: 'web' }] });
    await host.endpoints.create({ network: 'web', name: `${name}-free` });
  }
});
afterAll(async () => {
  for (const each of closing) await each[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

async function run(...words: string[]): Promise<string> {
  const world = fakeWorld({ connect: async () => connectFairlead(`unix://${join(folder, 'api.sock')}`) });
  const status = await main(words, world);
  const { out, err } = world.taken();
  expect({ status, err }).toEqual({ status: 0, err: '' });
  return out;
}

it('the listing of endpoints says on which host each is', async () => {
  const rows = (await run('endpoint', 'ls')).trimEnd().split('\n');
  expect(rows[0]).toMatch(/^ENDPOINT ID +NAME +NETWORK +HOST +SANDBOX +ADDRESSES +INTERFACE$/);
  expect(
    rows
      .slice(1)
      .map((row) => row.split(/ {2,}/).slice(1).join(' '))
      .sort(),
  ).toEqual(['far web a far 10.9.0.2/24', 'far-free web a 10.9.0.3/24', 'near web b near 10.9.0.4/24 eth0', 'near-free web b 10.9.0.5/24']);
  expect((await run('endpoint', 'ls', '--filter', 'host=a', '--format', '{{.Name}} {{.Host}}')).split('\n').sort()).toEqual(['', 'far a', 'far-free a']);
  expect((await run('endpoint', 'ls', '--filter', 'sandbox=far', '--format', '{{.Name}}')).trim()).toBe('far');
});

it('an endpoint of another host is inspected', async () => {
  const { id } = await a.sandboxes.get('far');
  expect(JSON.parse(await run('endpoint', 'inspect', 'web/far'))).toMatchObject([{ Host: 'a', SandboxID: id, SandboxName: 'far', SandboxKey: '' }]);
});

it('a network shows the containers of this host, and the hosts that are on it', async () => {
  const { id } = await b.sandboxes.get('near');
  const free = await b.endpoints.get('near-free');
  const wanted = {
    Scope: 'global',
    Peers: [
      { Name: 'a', IP: '192.0.2.1' },
      { Name: 'b', IP: '192.0.2.2' },
    ],
  };
  const [shown] = JSON.parse(await run('network', 'inspect', 'web'));
  expect(shown).toMatchObject(wanted);
  expect(Object.keys(shown.Containers).sort()).toEqual([id, `ep-${free.id}`].sort());
  expect(JSON.parse(await run('network', 'inspect', 'bridge'))[0]).not.toHaveProperty('Peers');
  const app = dockerEngineApp(b, { version: '9.9', closing: new AbortController().signal });
  const answer = (await (await app.request('/v1.47/networks/web')).json()) as { Containers: object };
  expect(answer).toMatchObject(wanted);
  expect(Object.keys(answer.Containers)).toHaveLength(2);
  const containers = (await (await app.request('/v1.47/containers/json?all=1')).json()) as { Names: string[] }[];
  expect(containers.map(({ Names }) => Names)).toEqual([['/near']]);
});

it('libnetwork’s API shows where a service of another host is, and lets nobody in', async () => {
  const app = libnetworkApp(b, { defaults: { network: 'bridge', driver: 'bridge' } });
  const far = await a.sandboxes.get('far');
  const { id } = await b.endpoints.get('web/far');
  expect(await (await app.request(`/services/${id}/backend`)).json()).toEqual({ id: far.id, key: '', container_id: 'far' });
  const { id: here } = await b.sandboxes.get('near');
  const refused = await app.request(`/services/${id}/backend`, { method: 'POST', body: JSON.stringify({ sandbox_id: here }) });
  expect([refused.status, await refused.text()]).toEqual([403, 'another container is attached to the same network endpoint\n']);
});

it('metrics count what is here, and all addresses that are given', async () => {
  const text = await new Exposition(b, '9.9').text({ traffic: false });
  expect(text.match(/^fairlead_objects\{object="endpoint".*$/gm)).toEqual([
    'fairlead_objects{object="endpoint",state="active"} 1',
    'fairlead_objects{object="endpoint",state="created"} 1',
  ]);
  expect(text).toContain('fairlead_pool_used{network="web",subnet="10.9.0.0/24"} 4');
});

it('the Engine’s events of it are of all hosts, and those of who connects of one', async () => {
  const end = new AbortController();
  const app = dockerEngineApp(b, { version: '9.9', closing: end.signal });
  const reader = (await app.request('/v1.47/events')).body?.pipeThrough(new TextDecoderStream()).getReader();
  await b.networks.create({ name: 'brief', driver: 'shared' });
  await b.endpoints.create({ network: 'brief', name: 'x', sandbox: 'near' });
  await b.endpoints.remove('brief/x', { force: true });
  await b.networks.remove('brief');
  let text = '';
  while (!text.includes('"destroy"')) text += (await reader?.read())?.value ?? '';
  await reader?.cancel();
  const told = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { Action: string; scope: string });
  expect(told.map(({ Action, scope }) => `${Action} ${scope}`)).toEqual(['create global', 'connect local', 'disconnect local', 'destroy global']);
});
