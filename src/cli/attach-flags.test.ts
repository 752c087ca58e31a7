import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fakeWorld } from '../../test/tool/fake-world.js';
import { serveApi } from '../api/server.js';
import { connectFairlead } from '../client/client.js';
import { createFairlead } from '../index.js';
import type { Fairlead } from '../model/fairlead.js';
import { main } from './main.js';

// The commands against the engine through its API, on the simulated kernel. The order matters.
let folder: string;
let fairlead: Fairlead;
let server: AsyncDisposable;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fairlead-cli-'));
  fairlead = await createFairlead({ kernel: 'simulated' });
  server = await serveApi({ fairlead, place: { path: join(folder, 'api.sock') }, version: '0.0.0' });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await fairlead[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

async function run(...words: readonly string[]) {
  const world = fakeWorld({ connect: async () => connectFairlead(`unix://${join(folder, 'api.sock')}`) });
  const status = await main(words, world);
  return { status, ...world.taken() };
}

async function ok(...words: readonly string[]): Promise<string> {
  const { status, out, err } = await run(...words);
  expect({ words, status, err }).toEqual({ words, status: 0, err: '' });
  return out.trimEnd();
}

describe('templates of networks', () => {
  it('are made, listed as Docker lists them, used, and kept by those who use them', async () => {
    await ok('network', 'create', '--config-only', '--subnet', '10.64.0.0/24', '--subnet', 'fd64::/64', '-o', 'com.docker.network.driver.mtu=1400', 'plan');
    await ok('network', 'create', '--config-from', 'plan', 'web');
    expect(await ok('network', 'ls', '--filter', 'type=custom', '--format', '{{.Name}} {{.Driver}} {{.Subnets}}')).toBe(
      'plan null \nweb bridge 10.64.0.0/24, fd64::/64',
    );
    expect(await ok('network', 'inspect', '--format', '{{.ConfigOnly}} {{.ConfigFrom.Network}}', 'plan', 'web')).toBe('true \nfalse plan');
    expect(await run('network', 'rm', 'plan')).toMatchObject({ status: 125, err: expect.stringMatching(/"plan" is in use by web/) });
    expect(await run('network', 'create', '--config-from', 'plan', '--label', 'a=b', 'x')).toMatchObject({
      status: 125,
      err: expect.stringMatching(/--label/),
    });
    expect(await ok('network', 'rm', 'plan', 'web')).toBe('plan\nweb');
    await ok('network', 'create', '--config-only', '--subnet', '10.64.0.0/24', '--subnet', 'fd64::/64', 'plan');
    await ok('network', 'create', '--config-from', 'plan', 'web');
    await ok('network', 'prune', '-f');
    expect(await ok('network', 'ls', '--filter', 'type=custom', '-q', '--format', '{{.Name}}')).toBe('plan');
  });
});

describe('an endpoint', () => {
  it('is given all that it can have, and shows it', async () => {
    await ok('network', 'create', '--config-from', 'plan', 'web');
    await ok('sandbox', 'create', '--name', 'box');
    const words = ['--ip', '10.64.0.9', '--ip', '10.64.0.8', '--ip6', 'fd64::9', '--mac', '02:00:00:00:00:09', '--link-local-ip', '169.254.0.9'];
    await ok('endpoint', 'create', ...words, '--driver-opt', 'com.docker.network.endpoint.ifname=lan0', '--gw-priority', '5', 'web', 'door');
    await ok('endpoint', 'join', 'door', 'box');
    const [shown] = JSON.parse(await ok('endpoint', 'inspect', 'door')) as readonly unknown[];
    expect(shown).toMatchObject({
      IPAddress: '10.64.0.9',
      GlobalIPv6Address: 'fd64::9',
      SecondaryIPAddresses: [{ Addr: '10.64.0.8', PrefixLen: 24 }],
      SecondaryIPv6Addresses: [],
      IPAMConfig: { IPv4Address: '10.64.0.9', IPv6Address: 'fd64::9', LinkLocalIPs: ['169.254.0.9'] },
      MacAddress: '02:00:00:00:00:09',
      InterfaceName: 'lan0',
      GwPriority: 5,
      DriverOpts: { 'com.docker.network.endpoint.ifname': 'lan0' },
    });
    await ok('endpoint', 'leave', 'door');
    await ok('endpoint', 'rm', 'door');
    await ok('network', 'connect', ...words, 'web', 'box');
    expect((await fairlead.endpoints.get('web/box')).mac).toBe('02:00:00:00:00:09');
  });

  it('of run and sandbox create is given them by one --network', async () => {
    await ok('sandbox', 'create', '--name', 'two', '--network', 'web,ip=10.64.0.20,ip=10.64.0.21,link-local-ip=169.254.0.20,ifname=lan0');
    expect(await ok('endpoint', 'ls', '--filter', 'sandbox=two', '--format', '{{.Addresses}} {{.Interface}}')).toMatch(
      /^10\.64\.0\.20\/24, 10\.64\.0\.21\/24, fd64::\S+ lan0$/,
    );
    expect(await run('sandbox', 'create', '--network', 'web,link-local-ip=10.64.0.9')).toMatchObject({
      status: 125,
      err: expect.stringMatching(/not link-local/),
    });
  });
});
