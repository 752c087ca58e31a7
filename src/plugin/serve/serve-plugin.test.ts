import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { parseInterfaceAddress, parseIp, parseMac, parsePrefix } from '../index.js';
import { ACCEPTED } from '../wire/body.js';
import type { NetworkDriver } from './handlers.js';
import { type PluginService, servePlugin } from './serve-plugin.js';

let folder: string;
let socket: string;
let served: AsyncDisposable;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fairlead-plugin-'));
  socket = join(folder, 'p.sock');
});
afterEach(async () => {
  await served[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});
const serve = async (plugin: Omit<PluginService, 'socket'>) => {
  served = await servePlugin({ socket, ...plugin });
};

/** A call as Docker 20.10 makes it: an empty Host, no type of content. */
const call = (path: string, body = ''): Promise<{ status: number | undefined; type: string | undefined; text: string }> =>
  new Promise((resolve, reject) => {
    const headers = { host: '', accept: ACCEPTED, 'user-agent': 'Go-http-client/1.1', 'content-length': Buffer.byteLength(body) };
    request({ socketPath: socket, method: 'POST', path, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve({ status: response.statusCode, type: response.headers['content-type'], text: Buffer.concat(chunks).toString() }));
    })
      .on('error', reject)
      .end(body);
  });

const network = (over: Partial<NetworkDriver> = {}): NetworkDriver => ({
  createNetwork: () => {},
  deleteNetwork: () => {},
  createEndpoint: () => {},
  deleteEndpoint: () => {},
  join: () => ({ routes: [], disableGatewayService: false }),
  leave: () => {},
  ...over,
});

it('says which kinds it is, and what they can', async () => {
  let engines = 0;
  const activated = () => void engines++;
  await serve({ activated, network: network({ capabilities: { scope: 'global' } }) });
  expect(await call('/Plugin.Activate')).toEqual({
    status: 200,
    type: 'application/vnd.docker.plugins.v1.1+json',
    text: '{"Implements":["NetworkDriver"]}\n',
  });
  expect(engines).toBe(1);
  expect((await call('/NetworkDriver.GetCapabilities')).text).toBe('{"Scope":"global"}\n');
  expect((await call('/IpamDriver.GetCapabilities')).status).toBe(404);
});

it('hands a driver what was asked, and answers what it says', async () => {
  const asked: unknown[] = [];
  const mac = parseMac('02:42:de:ad:00:01');
  const gateway = parseIp('10.88.0.1');
  await serve({
    network: network({
      createEndpoint: (ask) => {
        asked.push(ask);
        return { interface: { mac } };
      },
      join: () => ({ link: { source: 'scb9f3237', prefix: 'eth' }, gateway, routes: [], disableGatewayService: false }),
    }),
  });
  const created = await call('/NetworkDriver.CreateEndpoint', '{"NetworkID":"n","EndpointID":"e","Interface":{"Address":"10.88.0.2/24"},"Options":null}\n');
  expect(created.text).toBe('{"Interface":{"MacAddress":"02:42:de:ad:00:01"}}\n');
  expect(asked).toEqual([{ network: 'n', endpoint: 'e', interface: { address: '10.88.0.2/24' }, options: { other: {} } }]);
  const joined = await call('/NetworkDriver.Join', '{"NetworkID":"n","EndpointID":"e","SandboxKey":"/k","Options":{}}\n');
  expect(JSON.parse(joined.text)).toEqual({
    InterfaceName: { SrcName: 'scb9f3237', DstPrefix: 'eth' },
    Gateway: '10.88.0.1',
    StaticRoutes: [],
    DisableGatewayService: false,
  });
});

it('tells nothing of endpoints where its driver does not, which Docker asks all the same', async () => {
  await serve({ network: network() });
  expect(await call('/NetworkDriver.EndpointOperInfo', '{"NetworkID":"n","EndpointID":"e"}')).toMatchObject({ status: 200, text: '{"Value":{}}\n' });
});

it('hands over what is asked of drivers of several hosts', async () => {
  const heard: unknown[] = [];
  const hear = (ask: unknown) => void heard.push(ask);
  await serve({
    network: network({
      capabilities: { scope: 'global', connectivity: 'global', asksForGateways: true },
      gwAllocCheck: ({ options }) => ({ skip4: options.internal, skip6: true }),
      allocateNetwork: ({ network: id, ipv4 }) => ({ options: { vni: `${id} ${ipv4[0]?.pool}` } }),
      freeNetwork: hear,
      discoverNew: hear,
      discoverDelete: hear,
    }),
  });
  const text = async (name: string, body = '') => (await call(`/NetworkDriver.${name}`, body)).text;
  expect(await text('GetCapabilities')).toBe('{"Scope":"global","ConnectivityScope":"global","GwAllocChecker":true}\n');
  expect(await text('GwAllocCheck', '{"Options":{"com.docker.network.internal":true}}')).toBe('{"SkipIPv4":true,"SkipIPv6":true}\n');
  expect(await text('AllocateNetwork', '{"NetworkID":"n","Options":{},"IPv4Data":[{"Pool":"10.9.0.0/24"}],"IPv6Data":null}')).toBe(
    '{"Options":{"vni":"n 10.9.0.0/24"}}\n',
  );
  expect(await text('FreeNetwork', '{"NetworkID":"n"}')).toBe('{}\n');
  expect(await text('DiscoverNew', '{"DiscoveryType":1,"DiscoveryData":{"Address":"192.0.2.7","self":true}}')).toBe('{}\n');
  expect(await text('DiscoverDelete', '{"DiscoveryType":2,"DiscoveryData":{"Whatever":1}}')).toBe('{}\n');
  expect(heard).toEqual([{ network: 'n' }, { address: '192.0.2.7', self: true }, undefined]);
});

it('tells what a driver threw, in the field that its kind has for it', async () => {
  const fails = () => {
    throw new Error('the cellar is full');
  };
  await serve({
    network: network({ createNetwork: fails }),
    ipam: {
      spaces: { local: 'l', global: 'g' },
      requestPool: fails,
      releasePool: () => {},
      requestAddress: () => ({ address: parseInterfaceAddress('10.0.0.2/24') ?? fails(), data: {} }),
      releaseAddress: () => {},
    },
  });
  expect((await call('/NetworkDriver.CreateNetwork', '{"NetworkID":"n"}')).text).toBe('{"Err":"the cellar is full"}\n');
  expect((await call('/IpamDriver.RequestPool', '{}')).text).toBe('{"Error":"the cellar is full"}\n');
  expect((await call('/IpamDriver.GetDefaultAddressSpaces')).text).toBe('{"LocalDefaultAddressSpace":"l","GlobalDefaultAddressSpace":"g"}\n');
  expect((await call('/IpamDriver.RequestAddress', '{"PoolID":"p"}')).text).toBe('{"Address":"10.0.0.2/24","Data":{}}\n');
});

it('refuses what a call does not take, and calls that it has not', async () => {
  await serve({ network: network() });
  const refused = await call('/NetworkDriver.CreateEndpoint', '{"NetworkID":"n","EndpointID":"e","Interface":{"Address":"10.88.0.2"}}');
  expect(refused.status).toBe(400);
  expect(JSON.parse(refused.text)).toEqual({ Err: 'the request is not what this call takes: Interface.Address: "10.88.0.2" is no address with a length' });
  expect((await call('/NetworkDriver.CreateNetwork', '{')).status).toBe(400);
  expect((await call('/NetworkDriver.DiscoverNew', '{}')).status).toBe(404);
  expect((await call('/NetworkDriver.constructor', '{}')).status).toBe(404);
});

it('lets no driver choose what was said already', async () => {
  await serve({ network: network({ createEndpoint: () => ({ interface: { address: parseInterfaceAddress('10.88.0.9/24') } }) }) });
  const { text } = await call('/NetworkDriver.CreateEndpoint', '{"NetworkID":"n","EndpointID":"e","Interface":{"Address":"10.88.0.2/24"}}');
  expect(JSON.parse(text)).toEqual({ Err: 'createEndpoint answered with address 10.88.0.9/24, but the engine had chosen 10.88.0.2/24' });
  expect(parsePrefix('10.88.0.0/24')).toBe('10.88.0.0/24');
});
