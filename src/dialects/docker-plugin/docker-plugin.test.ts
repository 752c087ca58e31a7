import { afterEach, beforeEach, expect, it } from 'vitest';
import { createFairlead, type Fairlead } from '../../index.js';
import { pluginApp } from '../../plugin/serve/plugin-app.js';
import { dockerPlugin } from './docker-plugin.js';

let fairlead: Fairlead;
let app: ReturnType<typeof pluginApp>;
beforeEach(async () => {
  fairlead = await createFairlead({ kernel: 'simulated' });
  app = pluginApp(dockerPlugin(fairlead));
});
afterEach(async () => {
  await fairlead.settled();
  expect(await fairlead.doctor()).toEqual([]);
  await fairlead[Symbol.asyncDispose]();
});

const [NET, ONE, TWO] = ['a1', 'b2', 'c3'].map((each) => each.repeat(32)) as [string, string, string];
async function call(method: string, body: object): Promise<Record<string, unknown>> {
  const answer = await app(new Request(`http://localhost/NetworkDriver.${method}`, { method: 'POST', body: JSON.stringify(body) }));
  return (await answer.json()) as Record<string, unknown>;
}
const well = async (method: string, body: object) => {
  const answer = await call(method, body);
  expect(answer['Err']).toBe(undefined);
  return answer;
};
const network = (generic: Record<string, string> = {}, more: object = {}) => ({
  NetworkID: NET,
  Options: { 'com.docker.network.enable_ipv6': false, 'com.docker.network.generic': generic },
  IPv4Data: [{ AddressSpace: 'LocalDefault', Pool: '10.88.0.0/24', Gateway: '10.88.0.1/24' }],
  IPv6Data: [],
  ...more,
});
const endpoint = (id: string, address: string, mac = '') => ({
  NetworkID: NET,
  EndpointID: id,
  Interface: { Address: address, AddressIPv6: '', MacAddress: mac },
  Options: { 'com.docker.network.portmap': [] },
});
const at = (id: string) => ({ NetworkID: NET, EndpointID: id });
const joins = (id: string) => ({ ...at(id), SandboxKey: `/var/run/docker/netns/${id.slice(0, 12)}`, Options: {} });
const portmap = { 'com.docker.network.portmap': [{ Proto: 6, IP: '', Port: 80, HostIP: '', HostPort: 8080, HostPortEnd: 8080 }] };
const ports = async () => (await fairlead.sandboxes.list()).flatMap((each) => each.ports.map(({ port, target }) => `${port}:${target}`));

it('leaves a link in the host’s stack, and nothing upon it', async () => {
  await well('CreateNetwork', network());
  expect(await well('CreateEndpoint', endpoint(ONE, '10.88.0.2/24'))).toEqual({ Interface: { MacAddress: '02:42:0a:58:00:02' } });
  const joined = await well('Join', joins(ONE));
  const { InterfaceName } = joined as { InterfaceName: { SrcName: string } };
  expect(joined).toEqual({
    InterfaceName: { SrcName: expect.stringMatching(/^fd[0-9a-f]{11}$/), DstPrefix: 'eth' },
    Gateway: '10.88.0.1',
    StaticRoutes: [],
    DisableGatewayService: false,
  });
  const [sandbox] = await fairlead.sandboxes.list();
  expect(sandbox).toMatchObject({ handed: '/var/run/docker/netns/b2b2b2b2b2b2', key: '/var/run/docker/netns/b2b2b2b2b2b2', stack: 'host' });
  const { commands } = await fairlead.explain(`docker-${ONE.slice(0, 12)}`);
  expect(commands.filter((line) => line.includes(InterfaceName.SrcName))).toEqual([
    expect.stringContaining('ip link add'),
    `ip link set ${InterfaceName.SrcName} addrgenmode none`,
  ]);
});

it('publishes what Docker says, on the endpoint that is the way out, once', async () => {
  await well('CreateNetwork', network());
  await well('CreateEndpoint', endpoint(ONE, '10.88.0.2/24'));
  await well('Join', joins(ONE));
  for (let times = 0; times < 2; times++) await well('ProgramExternalConnectivity', { ...at(ONE), Options: portmap });
  expect(new Set(await ports())).toEqual(new Set(['8080:80']));
  for (let times = 0; times < 2; times++) await well('RevokeExternalConnectivity', at(ONE));
  expect(await ports()).toEqual([]);
});

it('may be asked to delete what is not there any more', async () => {
  await well('CreateNetwork', network());
  await well('CreateEndpoint', endpoint(ONE, '10.88.0.2/24'));
  await well('Join', joins(ONE));
  for (const method of ['Leave', 'DeleteEndpoint', 'DeleteEndpoint', 'RevokeExternalConnectivity']) await well(method, at(ONE));
  expect([...(await fairlead.endpoints.list()), ...(await fairlead.sandboxes.list())]).toEqual([]);
  for (let times = 0; times < 2; times++) await well('DeleteNetwork', { NetworkID: NET });
  expect((await fairlead.networks.list()).filter(({ predefined }) => !predefined)).toEqual([]);
});

it('believes Docker that an address is free, and that a network without endpoints has none', async () => {
  await well('CreateNetwork', network());
  await well('CreateEndpoint', endpoint(ONE, '10.88.0.2/24'));
  await well('Join', joins(ONE));
  await well('CreateEndpoint', endpoint(TWO, '10.88.0.2/24'));
  await well('Join', joins(TWO));
  expect((await fairlead.endpoints.list()).map(({ name }) => name)).toEqual([`docker-${TWO.slice(0, 12)}`]);
  await well('DeleteNetwork', { NetworkID: NET });
  expect(await fairlead.endpoints.list()).toEqual([]);
});

it('does not believe it of what is another’s', async () => {
  await well('CreateNetwork', network({ 'fairlead.network': 'web' }));
  await fairlead.endpoints.create({ network: 'web', name: 'mine', ip: '10.88.0.2' });
  expect((await call('CreateEndpoint', endpoint(ONE, '10.88.0.2/24')))['Err']).toContain('10.88.0.2');
  expect((await fairlead.endpoints.list()).map(({ name }) => name)).toEqual(['mine']);
});

it('joins an endpoint anew that never left', async () => {
  await well('CreateNetwork', network());
  await well('CreateEndpoint', endpoint(ONE, '10.88.0.2/24'));
  await well('Join', joins(ONE));
  await well('Join', { ...joins(ONE), SandboxKey: '/var/run/docker/netns/another' });
  expect((await fairlead.sandboxes.list()).map(({ key }) => key)).toEqual(['/var/run/docker/netns/another']);
});

it('takes up a network that is there, if it is what Docker was asked for, and leaves it', async () => {
  await fairlead.networks.create({ name: 'web', ipam: { config: [{ subnet: '10.88.0.0/24' }] }, options: { 'com.docker.network.driver.mtu': '1400' } });
  expect(await call('CreateNetwork', network({ 'fairlead.network': 'web', 'fairlead.driver': 'macvlan' }))).toEqual({
    Err: expect.stringContaining('with driver bridge, and Docker was asked for macvlan'),
  });
  expect((await call('CreateNetwork', network({ 'fairlead.network': 'web', 'com.docker.network.driver.mtu': '1300' })))['Err']).toContain('1400');
  await well('CreateNetwork', network({ 'fairlead.network': 'web', 'com.docker.network.driver.mtu': '1400' }));
  await well('CreateEndpoint', endpoint(ONE, '10.88.0.2/24'));
  await well('DeleteNetwork', { NetworkID: NET });
  expect((await fairlead.networks.get('web')).labels).toEqual({});
});

it('leads an ipvlan in l3 out by its link, and hands a macvlan over', async () => {
  for (const [driver, options, way] of [
    ['ipvlan', { ipvlan_mode: 'l3' }, { Gateway: '', StaticRoutes: [] }],
    ['macvlan', {}, { Gateway: '', StaticRoutes: [] }],
  ] as const) {
    await well('CreateNetwork', network({ 'fairlead.driver': driver, ...options }));
    await well('CreateEndpoint', endpoint(ONE, '10.88.0.2/24'));
    // Without a parent it leads nowhere, and Docker is to give it no other way.
    expect(await well('Join', joins(ONE))).toMatchObject({ ...way, DisableGatewayService: true });
    await well('DeleteEndpoint', at(ONE));
    await well('DeleteNetwork', { NetworkID: NET });
    await fairlead.settled();
  }
});

it('says what it is, and what it does not know', async () => {
  const answer = await app(new Request('http://localhost/Plugin.Activate', { method: 'POST' }));
  expect(await answer.json()).toEqual({ Implements: ['NetworkDriver'] });
  expect((await call('Join', joins(ONE)))['Err']).toContain(`no network "${NET}"`);
  expect((await call('CreateNetwork', network({ 'fairlead.driver': 'overlay' })))['Err']).toContain('-o fairlead.network=NAME');
});
