import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { silent } from '../../base/log.js';
import { createFairlead, type Fairlead } from '../../index.js';
import { pluginApp } from '../../plugin/serve/plugin-app.js';
import { dockerPlugin } from './docker-plugin.js';

// A container that Docker removes while no daemon answers: nobody ever says so.
let fairlead: Fairlead;
let app: ReturnType<typeof pluginApp>;
let heard: Set<string>;
let keys: string;
beforeEach(async () => {
  keys = mkdtempSync(join(tmpdir(), 'keys-'));
  heard = new Set();
  fairlead = await createFairlead({ kernel: 'simulated' });
  app = pluginApp(dockerPlugin({ fairlead, log: silent, promised: new Set(), heard, known: new Map() }));
  const pool = { AddressSpace: 'LocalDefault', Pool: '10.88.0.0/24', Gateway: '10.88.0.1/24' };
  await well('NetworkDriver.CreateNetwork', { NetworkID: 'a1'.repeat(32), Options: {}, IPv4Data: [pool], IPv6Data: [] });
});
afterEach(async () => {
  await fairlead.settled();
  expect(await fairlead.doctor()).toEqual([]);
  await fairlead[Symbol.asyncDispose]();
  rmSync(keys, { recursive: true, force: true });
});

async function ask(method: string, body: object): Promise<Record<string, unknown>> {
  const answer = await app(new Request(`http://localhost/${method}`, { method: 'POST', body: JSON.stringify(body) }));
  return (await answer.json()) as Record<string, unknown>;
}
const well = async (method: string, body: object) => expect((await ask(method, body))['Err']).toBe(undefined);

const ref = (id: string) => ({ NetworkID: 'a1'.repeat(32), EndpointID: id.repeat(32) });
const binding = { Proto: 6, IP: '', Port: 80, HostIP: '', HostPort: 8080, HostPortEnd: 8080 };
const programs = (id: string) => ask('NetworkDriver.ProgramExternalConnectivity', { ...ref(id), Options: { 'com.docker.network.portmap': [binding] } });
async function begins(id: string, ip: string, mac = ''): Promise<Record<string, unknown>> {
  const made = await ask('NetworkDriver.CreateEndpoint', { ...ref(id), Interface: { Address: `${ip}/24`, AddressIPv6: '', MacAddress: mac }, Options: {} });
  if (made['Err'] !== undefined) return made;
  await well('NetworkDriver.Join', { ...ref(id), SandboxKey: join(keys, id), Options: {} });
  return programs(id);
}
const there = async () => (await fairlead.sandboxes.list()).map(({ handed = '' }) => handed.slice(-2));

it('leaves its port to the next one', async () => {
  await begins('b2', '10.88.0.2');
  // A daemon that began after that; the file of its namespace is not there.
  heard.clear();
  expect(await begins('c3', '10.88.0.3')).toEqual({});
  expect(await there()).toEqual(['c3']);
});

it('leaves its MAC address to the next one', async () => {
  await begins('b2', '10.88.0.2', '02:42:0a:58:00:99');
  heard.clear();
  expect((await begins('c3', '10.88.0.3', '02:42:0a:58:00:99'))['Err']).toBe(undefined);
  expect(await there()).toEqual(['c3']);
});

it('is removed when Docker begins again', async () => {
  await begins('b2', '10.88.0.2');
  heard.clear();
  await well('Plugin.Activate', {});
  expect(await there()).toEqual([]);
  expect(await fairlead.endpoints.list()).toEqual([]);
});

it('is not one whose namespace is there, nor one that begins, nor one of which nothing is to be seen', async () => {
  await begins('b2', '10.88.0.2');
  // Docker makes its namespace only now.
  expect((await begins('c3', '10.88.0.3'))['Err']).toContain('port is already allocated');
  writeFileSync(join(keys, 'b2'), '');
  heard.clear();
  expect((await programs('c3'))['Err']).toContain('port is already allocated');
  rmSync(keys, { recursive: true });
  expect((await programs('c3'))['Err']).toContain('port is already allocated');
  expect(await there()).toEqual(['b2', 'c3']);
});
