import { mkdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { connectFairlead, type FairleadClient } from '#dist/client/client.js';
import { type CommandLine, commandLine } from '../tool/command-line.js';
import { type HostNamespace, hostNamespace } from '../tool/host-namespace.js';
import { patience } from '../tool/patience.mjs';
import { type ExamplePlugin, type PluginProxy, pluginProxy, startExample } from '../tool/plugin.js';
import { startProbe } from '../tool/probe.js';

// Networks of plugins that are processes of their own: packets pass, and whatever ends, and whenever, they are told what is no longer wanted.
let host: HostNamespace;
let cli: CommandLine;
let fairlead: FairleadClient;
let [network, ipam]: ExamplePlugin[] = [];
let proxy: PluginProxy;
let dir: string;
const soon = { timeout: 10_000 * patience };
const start = async () => {
  await cli.start('--plugin-dir', dir, '--plugin-patience', String(2 * patience), '--log-level', 'error');
  fairlead = connectFairlead(`unix://${host.run}/fairlead.sock`);
};
const restart = async () => {
  await cli.stop('SIGKILL');
  await start();
};
const create = (name = 'web', options = {}) => fairlead.networks.create({ name, driver: 'cables', ipam: { driver: 'topdown' }, options });
const attach = (name = 'a', network = 'web') => fairlead.sandboxes.create({ name, networks: [{ network }] });
const removeNetwork = (name = 'web') => fairlead.networks.remove(name, { settle: true });
const removeSandbox = (name = 'a') => fairlead.sandboxes.remove(name, { settle: true });
const isWell = async () => expect(await fairlead.doctor()).toEqual([]);

/** The addresses that the plugin says are taken, by subnet. */
const given = () => Object.fromEntries(JSON.parse(readFileSync(`${dir}/topdown.sock.json`, 'utf8')) as [string, string[]][]);
/** The plugin's own links. */
const links = async () =>
  (JSON.parse(await host.exec(['ip', '-json', 'link'])) as { ifname: string }[]).filter(({ ifname }) => ifname.startsWith('cab')).length;
const calls = () => proxy.passed.map(({ call }) => call.split('.')[1]);
const nothingIsLeft = () => vi.waitFor(async () => expect([await links(), given()]).toEqual([0, {}]), soon);

beforeAll(async () => {
  host = await hostNamespace();
  dir = `${host.run}/plugins`;
  mkdirSync(dir);
  network = await startExample(host, 'network', `${dir}/behind.sock`);
  ipam = await startExample(host, 'ipam', `${dir}/topdown.sock`);
  proxy = await pluginProxy(`${dir}/cables.sock`, `${dir}/behind.sock`);
  cli = commandLine(host);
  await start();
});
afterAll(async () => {
  await cli.stop();
  await proxy[Symbol.asyncDispose]();
  await network?.kill();
  await ipam?.kill();
  await host.close();
});

describe('a network of a plugin', () => {
  it('is found by the names of its drivers, and carries packets', async () => {
    const { id } = await create('web', { 'com.example.opt': 'v1' });
    const a = await attach();
    const b = await fairlead.sandboxes.create({
      name: 'b',
      networks: [{ network: 'web', ip: '10.200.0.9', mac: '02:42:aa:bb:cc:dd', options: { k: 'v' } }],
    });
    const [first, second] = [await startProbe(a.key, 'a'), await startProbe(b.key, 'b')];
    await vi.waitFor(async () => expect(await first.tcp('10.200.0.9')).toBe('10.200.0.254'), soon);
    expect(await second.tcp('10.200.0.254', 7001)).toBe('a');
    expect((await cli.run('sandbox', 'exec', 'a', 'getent', 'hosts', 'b')).out).toMatch(/^10\.200\.0\.9 +b\n$/);
    expect((await cli.run('sandbox', 'exec', 'a', 'ip', 'route')).out).toMatch(/^default via 10\.200\.0\.1 dev eth0/);
    expect((await fairlead.endpoints.get('web/b')).mac).toBe('02:42:aa:bb:cc:dd');
    await isWell();
    await first.close();
    await second.close();
    expect(proxy.passed.find(({ call }) => call === 'NetworkDriver.CreateNetwork')?.body).toBe(
      `{"NetworkID":"${id}","Options":{"com.docker.network.enable_ipv6":false,"com.docker.network.generic":{"com.example.opt":"v1"}},"IPv4Data":[{"AddressSpace":"topdown","Gateway":"10.200.0.1/24","Pool":"10.200.0.0/24"}],"IPv6Data":[]}\n`,
    );
    const { id: endpoint } = await fairlead.endpoints.get('web/b');
    expect(proxy.passed.filter(({ call }) => call === 'NetworkDriver.CreateEndpoint')[1]?.body).toBe(
      `{"NetworkID":"${id}","EndpointID":"${endpoint}","Interface":{"Address":"10.200.0.9/24","AddressIPv6":"","MacAddress":"02:42:aa:bb:cc:dd"},"Options":{"com.docker.network.endpoint.exposedports":[],"com.docker.network.endpoint.macaddress":"AkKqu8zd","com.docker.network.portmap":[],"k":"v"}}\n`,
    );
  });

  it('is asked nothing when the daemon starts again, and then serves as before', async () => {
    proxy.passed.length = 0;
    await restart();
    await isWell();
    expect(proxy.passed).toEqual([]);
    await fairlead.endpoints.remove('web/a', { force: true, settle: true });
    expect(calls()).toEqual(['Activate', 'RevokeExternalConnectivity', 'Leave', 'DeleteEndpoint']);
    await fairlead.endpoints.create({ network: 'web', name: 'a', sandbox: 'a' });
    expect(calls().slice(4)).toEqual(['CreateEndpoint', 'Join', 'ProgramExternalConnectivity', 'EndpointOperInfo']);
  });

  it('is told when all of it goes', async () => {
    await removeSandbox('a');
    proxy.passed.length = 0;
    await removeSandbox('b');
    await removeNetwork();
    expect(calls()).toEqual(['RevokeExternalConnectivity', 'Leave', 'DeleteEndpoint', 'DeleteNetwork']);
    await nothingIsLeft();
  });
});

describe('a daemon that is killed between two calls', () => {
  it.each(['CreateNetwork', 'Join', 'ProgramExternalConnectivity'])('gives back what was asked for until %s', async (call) => {
    if (call !== 'CreateNetwork') await create();
    const held = proxy.held(`NetworkDriver.${call}`);
    const broken = (call === 'CreateNetwork' ? create() : attach()).then(
      () => undefined,
      (error: unknown) => error,
    );
    await held;
    await cli.stop('SIGKILL');
    expect(await broken).toBeInstanceOf(Error);
    proxy.fate(`NetworkDriver.${call}`, 'pass');
    await start();
    if (call !== 'CreateNetwork') {
      await vi.waitFor(async () => expect([await links(), given()]).toEqual([1, { '10.200.0.0/24': ['10.200.0.1'] }]), soon);
      await removeNetwork();
    }
    await nothingIsLeft();
    await isWell();
  });
});

describe('a plugin on a bad day', () => {
  beforeAll(async () => void (await create()));

  it.each([
    ['refuses', { answer: '{"Err":"no cables left"}' }, 'plugin-refused', 'plugin "cables" refuses NetworkDriver.Join: no cables left'],
    ['breaks', { answer: 'Traceback (most recent call last)', status: 500 }, 'plugin-refused', 'refuses NetworkDriver.Join: Traceback'],
    ['answers nonsense', { answer: '{"InterfaceName":{"SrcName":"../lo"}}' }, 'plugin-unfit', 'no name of a link'],
    ['names no link', { answer: '{"InterfaceName":{"SrcName":"nowhere0"}}' }, 'plugin-unfit', 'it names link "nowhere0", and there is none on this host'],
    ['names a gateway that is none', { answer: '{"Gateway":"10.0.0.1/8"}' }, 'plugin-unfit', '"10.0.0.1/8" is no address'],
    ['hangs', 'held', 'plugin-silent', 'does not answer NetworkDriver.Join: nothing within'],
    ['dies', 'lost', 'plugin-silent', 'does not answer NetworkDriver.Join: ECONNRESET'],
  ] as const)('%s, and is told that nothing is wanted', async (_, fate, code, says) => {
    proxy.fate('NetworkDriver.Join', fate);
    proxy.passed.length = 0;
    await expect(attach()).rejects.toMatchObject({ code, message: expect.stringContaining(says) });
    proxy.fate('NetworkDriver.Join', 'pass');
    expect(calls().filter((call) => call !== 'Activate' && call !== 'GetCapabilities')).toEqual(['CreateEndpoint', 'Join', 'Leave', 'DeleteEndpoint']);
    expect([await links(), given(), await fairlead.sandboxes.list()]).toEqual([1, { '10.200.0.0/24': ['10.200.0.1'] }, []]);
  });

  it('is away: other networks go on, and what it holds is given back when it answers', async () => {
    await attach();
    await network?.kill();
    await removeSandbox();
    await fairlead.networks.create({ name: 'own' });
    await attach('other', 'own');
    await removeSandbox('other');
    await removeNetwork('own');
    await expect(attach()).rejects.toMatchObject({ code: 'plugin-silent' });
    expect(await links()).toBe(3);
    network = await startExample(host, 'network', `${dir}/behind.sock`);
    await attach();
    await vi.waitFor(async () => expect(await links()).toBe(2), soon);
    await removeSandbox();
    await removeNetwork();
    await nothingIsLeft();
  });

  it('is none of that name, or of another kind', async () => {
    await expect(fairlead.networks.create({ name: 'x', driver: 'cabels' })).rejects.toMatchObject({
      code: 'driver-unknown',
      message: expect.stringContaining('did you mean cables?'),
    });
    await expect(fairlead.networks.create({ name: 'x', driver: 'topdown' })).rejects.toMatchObject({ code: 'plugin-unfit' });
    await expect(fairlead.networks.create({ name: 'x', ipam: { driver: 'cables' } })).rejects.toMatchObject({ code: 'plugin-unfit' });
    await expect(fairlead.networks.create({ name: 'x', driver: '../cables' })).rejects.toMatchObject({ code: 'driver-unknown' });
  });
});
