import { afterEach, beforeEach, expect, it } from 'vitest';
import { silent } from '../../base/log.js';
import { createFairlead, type Fairlead } from '../../index.js';
import { pluginApp } from '../../plugin/serve/plugin-app.js';
import { dockerPlugin } from './docker-plugin.js';

let fairlead: Fairlead;
let app: ReturnType<typeof pluginApp>;
let heard: Set<string>;
beforeEach(async () => {
  fairlead = await createFairlead({ kernel: 'simulated' });
  heard = new Set();
  app = pluginApp(dockerPlugin({ fairlead, log: silent, promised: new Set(), heard, known: new Map() }));
});
afterEach(async () => {
  await fairlead.settled();
  expect(await fairlead.doctor()).toEqual([]);
  await fairlead[Symbol.asyncDispose]();
});

const [NET, ONE, TWO] = ['a1', 'b2', 'c3'].map((each) => each.repeat(32)) as [string, string, string];
async function call(method: string, body: object, kind = 'NetworkDriver'): Promise<Record<string, unknown>> {
  const answer = await app(new Request(`http://localhost/${kind}.${method}`, { method: 'POST', body: JSON.stringify(body) }));
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
const binding = { Proto: 6, IP: '', Port: 80, HostIP: '', HostPort: 8080, HostPortEnd: 8080 };
const portmap = { 'com.docker.network.portmap': [binding, { ...binding, HostIP: '127.0.0.1', HostPort: 9000, HostPortEnd: 9000 }] };
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

it('says of a port that is not free what programs look for', async () => {
  await fairlead.sandboxes.create({ name: 'box', networks: [{ network: 'bridge' }], ports: [{ port: 80, hostPort: 8080 }] });
  await well('CreateNetwork', network());
  await well('CreateEndpoint', endpoint(ONE, '10.88.0.2/24'));
  await well('Join', joins(ONE));
  const { Err } = await call('ProgramExternalConnectivity', { ...at(ONE), Options: portmap });
  expect(Err).toMatch(
    /^Bind for 0\.0\.0\.0:8080 failed: port is already allocated \(tcp port 8080 on 0\.0\.0\.0 is published by sandbox box\).*-p OTHER:PORT$/,
  );
  for (const method of ['Leave', 'DeleteEndpoint']) await well(method, at(ONE));
  await fairlead.sandboxes.remove('box', { force: true });
});

it('publishes what Docker says, on the endpoint that is the way out, once', async () => {
  await well('CreateNetwork', network());
  await well('CreateEndpoint', endpoint(ONE, '10.88.0.2/24'));
  await well('Join', joins(ONE));
  for (let times = 0; times < 2; times++) await well('ProgramExternalConnectivity', { ...at(ONE), Options: portmap });
  expect(new Set(await ports())).toEqual(new Set(['8080:80', '9000:80']));
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

it('takes up none that is open where Docker asks for a closed one, nor another gateway', async () => {
  const config = [{ subnet: '10.88.0.0/24' }, { subnet: 'fd88::/64' }];
  await fairlead.networks.create({ name: 'web', ipv6: true, ipam: { config } });
  await fairlead.networks.create({ name: 'shut', internal: true, ipam: { config: [{ subnet: '10.89.0.0/24' }] } });
  const flags = (internal: boolean, ipv6: boolean, name: string) => ({
    'com.docker.network.enable_ipv6': ipv6,
    'com.docker.network.internal': internal,
    'com.docker.network.generic': { 'fairlead.network': name },
  });
  const [four, six, other] = [
    { Pool: '10.88.0.0/24', Gateway: '10.88.0.1/24' },
    { Pool: 'fd88::/64', Gateway: 'fd88::1/64' },
    { Pool: '10.88.0.0/24', Gateway: '10.88.0.254/24' },
  ];
  const tried = async (options: object, ipv4: object, ipv6: readonly object[] = [six]) =>
    (await call('CreateNetwork', network({}, { Options: options, IPv4Data: [ipv4], IPv6Data: ipv6 })))['Err'];
  expect(await tried(flags(true, true, 'web'), four)).toContain('with internal false, and Docker was asked for true');
  expect(await tried(flags(false, false, 'shut'), { Pool: '10.89.0.0/24', Gateway: '10.89.0.1/24' }, [])).toContain('with internal true');
  expect(await tried(flags(false, false, 'web'), four)).toContain('with IPv6 true');
  expect(await tried(flags(false, true, 'web'), other)).toContain('with gateway 10.88.0.1, and Docker was asked for 10.88.0.254');
  expect(await tried(flags(false, true, 'web'), four)).toBe(undefined);
});

it('leaves a container its MAC address when another asks for it', async () => {
  await well('CreateNetwork', network());
  const mac = '02:42:0a:00:00:09';
  await well('CreateEndpoint', endpoint(ONE, '10.88.0.2/24', mac));
  // Nobody runs with it: Docker was killed before it had written that down.
  await well('CreateEndpoint', endpoint(TWO, '10.88.0.3/24', mac));
  await well('Join', joins(TWO));
  expect((await call('CreateEndpoint', endpoint(ONE, '10.88.0.4/24', mac)))['Err']).toContain(mac);
  expect((await fairlead.sandboxes.list()).map(({ name }) => name)).toEqual([`docker-${TWO.slice(0, 12)}`]);
});

it('answers what an endpoint asks for inside: a name of the link, routes', async () => {
  await well('CreateNetwork', network());
  const Options = {
    'com.docker.network.endpoint.ifname': 'lan0',
    'com.fairlead.endpoint.routes': '10.9.0.0/16 via 10.88.0.7,10.10.0.0/16',
  };
  await well('CreateEndpoint', { ...endpoint(ONE, '10.88.0.2/24'), Options });
  expect(await well('Join', joins(ONE))).toMatchObject({
    InterfaceName: { DstPrefix: 'eth', DstName: 'lan0' },
    StaticRoutes: [
      { Destination: '10.9.0.0/16', RouteType: 0, NextHop: '10.88.0.7' },
      { Destination: '10.10.0.0/16', RouteType: 1, NextHop: '' },
    ],
  });
});

it('removes what stands for a container also where somebody has taken its endpoint out', async () => {
  await well('CreateNetwork', network());
  for (const way of ['remove', 'leave'] as const) {
    await well('CreateEndpoint', endpoint(ONE, '10.88.0.2/24'));
    await well('Join', joins(ONE));
    await well('ProgramExternalConnectivity', { ...at(ONE), Options: portmap });
    const [own] = await fairlead.endpoints.list();
    await fairlead.endpoints[way](own?.id ?? '', { force: true });
    expect(await ports()).not.toEqual([]);
    for (const method of ['RevokeExternalConnectivity', 'Leave', 'DeleteEndpoint']) await well(method, at(ONE));
    expect([...(await fairlead.endpoints.list()), ...(await fairlead.sandboxes.list())]).toEqual([]);
  }
});

it('removes what Docker has forgotten when nobody is on it any more', async () => {
  const made = async () => (await fairlead.networks.list()).flatMap(({ name, predefined }) => (predefined ? [] : [name]));
  const activate = () => app(new Request('http://localhost/Plugin.Activate', { method: 'POST' }));
  await well('CreateNetwork', network({ 'fairlead.network': 'web' }));
  await fairlead.sandboxes.create({ name: 'box', networks: [{ network: 'web' }] });
  await well('DeleteNetwork', { NetworkID: NET });
  await activate();
  expect(await made()).toEqual(['web']);
  await fairlead.sandboxes.remove('box');
  await activate();
  expect(await made()).toEqual([]);
  await well('CreateNetwork', network({ 'fairlead.network': 'web' }));
  await fairlead.sandboxes.create({ name: 'box', networks: [{ network: 'web' }] });
  await well('DeleteNetwork', { NetworkID: NET });
  await fairlead.sandboxes.remove('box');
  // Its subnet is Docker's to give again.
  await well('CreateNetwork', network({ 'fairlead.network': 'other' }));
  expect(await made()).toEqual(['other']);
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
  expect(await answer.json()).toEqual({ Implements: ['NetworkDriver', 'IpamDriver'] });
  expect((await call('Join', joins(ONE)))['Err']).toContain(`no network "${NET}"`);
  expect((await call('CreateNetwork', network({ 'fairlead.driver': 'overlay' })))['Err']).toContain('-o fairlead.network=NAME');
});

const ipam = async (method: string, body: object) => {
  const answer = await call(method, body, 'IpamDriver');
  expect(answer['Error']).toBe(undefined);
  return answer;
};
const refused = async (method: string, body: object) => (await call(method, body, 'IpamDriver'))['Error'];
const pool = { AddressSpace: 'fairlead', Pool: '10.88.0.0/24', SubPool: '', Options: {}, V6: false };
const MAC = { 'com.docker.network.endpoint.macaddress': '02:42:00:00:00:01' };
const held = async () => (await fairlead.endpoints.list()).flatMap(({ leases }) => leases.map(({ ip }) => ip));

it('gives the addresses of its networks, and has them until Docker gives them back', async () => {
  const { PoolID, ...given } = await ipam('RequestPool', pool);
  expect(given).toEqual({ Pool: '10.88.0.0/24', Data: { 'com.docker.network.gateway': '10.88.0.1/24' } });
  // Before there is the network, what is asked for is only said.
  const gateway = { PoolID, Address: '10.88.0.9', Options: { RequestAddressType: 'com.docker.network.gateway' } };
  expect(await ipam('RequestAddress', gateway)).toMatchObject({ Address: '10.88.0.9/24' });
  await well('CreateNetwork', network());
  const { Address } = await ipam('RequestAddress', { PoolID, Address: '', Options: MAC });
  expect(Address).toBe('10.88.0.2/24');
  expect(await ipam('RequestAddress', { PoolID, Address: '', Options: MAC })).toMatchObject({ Address });
  expect(await well('CreateEndpoint', endpoint(ONE, '10.88.0.2/24', '02:42:00:00:00:01'))).toEqual({ Interface: {} });
  await well('Join', joins(ONE));
  expect(await held()).toEqual(['10.88.0.2']);
  await ipam('ReleaseAddress', { PoolID, Address: '10.88.0.2' });
  expect(await held()).toEqual(['10.88.0.2']);
  await well('DeleteEndpoint', at(ONE));
  expect(await held()).toEqual(['10.88.0.2']);
  for (let times = 0; times < 2; times++) await ipam('ReleaseAddress', { PoolID, Address: '10.88.0.2' });
  expect(await held()).toEqual([]);
  await well('DeleteNetwork', { NetworkID: NET });
  await ipam('ReleasePool', { PoolID });
});

it('gives back what a Docker took that was killed before it said whose that is', async () => {
  await well('CreateNetwork', network());
  const { PoolID } = await ipam('RequestPool', pool);
  await ipam('RequestAddress', { PoolID, Address: '', Options: MAC });
  await well('CreateEndpoint', endpoint(ONE, '10.88.0.9/24'));
  await well('CreateEndpoint', endpoint(TWO, '10.88.0.10/24'));
  await well('Join', joins(TWO));
  await fairlead.endpoints.create({ network: NET, name: 'mine', ip: '10.88.0.11' });
  expect(await held()).toHaveLength(4);
  await app(new Request('http://localhost/Plugin.Activate', { method: 'POST' }));
  expect(await held()).toEqual(['10.88.0.10', '10.88.0.11']);
  // Docker may have them in mind all the same.
  for (const address of ['10.88.0.2', '10.88.0.9']) await ipam('ReleaseAddress', { PoolID, Address: address });
  await well('DeleteEndpoint', at(ONE));
});

it('makes an endpoint with options of what was taken for it, and gives chosen addresses', async () => {
  await well('CreateNetwork', network());
  const { PoolID } = await ipam('RequestPool', pool);
  await ipam('RequestAddress', { PoolID, Address: '', Options: MAC });
  expect(await ipam('RequestAddress', { PoolID, Address: '10.88.0.7', Options: MAC })).toMatchObject({ Address: '10.88.0.7/24' });
  const options = { 'com.docker.network.endpoint.ifname': 'lan0' };
  await well('CreateEndpoint', { ...endpoint(ONE, '10.88.0.7/24', '02:42:00:00:00:01'), Options: options });
  expect((await fairlead.endpoints.list()).map((each) => [each.options, each.leases.map(({ ip }) => ip)])).toEqual([[options, ['10.88.0.7']]]);
  await fairlead.endpoints.create({ network: NET, name: 'mine', ip: '10.88.0.8' });
  expect(await refused('RequestAddress', { PoolID, Address: '10.88.0.8', Options: {} })).toContain('10.88.0.8');
});

it('gives addresses of the range that is named, and the gateway of the whole subnet', async () => {
  const { PoolID, Data } = await ipam('RequestPool', { ...pool, SubPool: '10.88.0.252/30' });
  expect(Data).toEqual({ 'com.docker.network.gateway': '10.88.0.1/24' });
  await well('CreateNetwork', network());
  await fairlead.endpoints.create({ network: NET, name: 'mine', ip: '10.88.0.252' });
  const next = async (last: number) =>
    ipam('RequestAddress', { PoolID, Address: '', Options: { 'com.docker.network.endpoint.macaddress': `02:42:00:00:00:0${last}` } });
  expect(await next(1)).toMatchObject({ Address: '10.88.0.253/24' });
  expect(await next(1)).toMatchObject({ Address: '10.88.0.253/24' });
  expect(await next(2)).toMatchObject({ Address: '10.88.0.254/24' });
  expect(await refused('RequestAddress', { PoolID, Address: '', Options: {} })).toContain('no available addresses on pool 10.88.0.252/30');
  expect(await ipam('RequestAddress', { PoolID, Address: '10.88.0.9', Options: {} })).toMatchObject({ Address: '10.88.0.9/24' });
  expect(await refused('RequestPool', { ...pool, SubPool: '10.89.0.0/30' })).toContain('ip-range 10.89.0.0/30 is not inside subnet 10.88.0.0/24');
});

it('keeps what Docker keeps of a network, also when Docker begins again', async () => {
  await fairlead.networks.create({ name: 'web', ipam: { config: [{ subnet: '10.88.0.0/24' }] } });
  const { PoolID } = await ipam('RequestPool', { ...pool, Options: { 'fairlead.network': 'web' } });
  for (const address of ['10.88.0.3', '10.88.0.4']) await ipam('RequestAddress', { PoolID, Address: address, Options: null });
  await ipam('RequestAddress', { PoolID, Address: '', Options: MAC });
  await well('CreateNetwork', network({ 'fairlead.network': 'web' }));
  await app(new Request('http://localhost/Plugin.Activate', { method: 'POST' }));
  expect(await held()).toEqual(['10.88.0.3', '10.88.0.4']);
  await ipam('ReleaseAddress', { PoolID, Address: '10.88.0.4' });
  expect(await held()).toEqual(['10.88.0.3']);
  await ipam('ReleasePool', { PoolID });
  expect(await held()).toEqual([]);
});

it('gives back what a Docker kept that was killed before it made its network, and gives the next one the subnet', async () => {
  await fairlead.networks.create({ name: 'web', ipam: { config: [{ subnet: '10.88.0.0/24' }] } });
  const named = { ...pool, Pool: '', Options: { 'fairlead.network': 'web' } };
  const keep = async () => ipam('RequestAddress', { PoolID: (await ipam('RequestPool', named))['PoolID'], Address: '10.88.0.3', Options: null });
  await keep();
  await app(new Request('http://localhost/Plugin.Activate', { method: 'POST' }));
  expect(await held()).toEqual([]);
  expect(await keep()).toMatchObject({ Address: '10.88.0.3/24' });
});

it('gives one endpoint for both families', async () => {
  await fairlead.networks.create({ name: 'dual', ipv6: true, ipam: { config: [{ subnet: '10.88.0.0/24' }, { subnet: 'fd88::/64' }] } });
  const named = { ...pool, Pool: '', Options: { 'fairlead.network': 'dual' } };
  const [four, six] = [await ipam('RequestPool', named), await ipam('RequestPool', { ...named, V6: true })];
  expect([four['Pool'], six['Pool']]).toEqual(['10.88.0.0/24', 'fd88::/64']);
  const first = await ipam('RequestAddress', { PoolID: four['PoolID'], Address: '', Options: MAC });
  const second = await ipam('RequestAddress', { PoolID: six['PoolID'], Address: 'fd88::9', Options: MAC });
  expect([first['Address'], second['Address']]).toEqual(['10.88.0.2/24', 'fd88::9/64']);
  expect(await held()).toEqual(['10.88.0.2', 'fd88::9']);
  // Those of the network itself are nobody else's to take.
  expect(await ipam('RequestAddress', { PoolID: four['PoolID'], Address: '10.88.0.1', Options: {} })).toMatchObject({ Address: '10.88.0.1/24' });
});

it('gives a subnet that Docker did not name once, so that it does not ask without end', async () => {
  await fairlead.networks.create({ name: 'web', ipam: { config: [{ subnet: '10.88.0.0/24' }] } });
  const named = { ...pool, Pool: '', Options: { 'fairlead.network': 'web' } };
  const { PoolID } = await ipam('RequestPool', named);
  expect(await refused('RequestPool', named)).toContain('--subnet 10.88.0.0/24');
  await ipam('RequestPool', { ...named, Pool: '10.88.0.0/24' });
  await ipam('ReleasePool', { PoolID });
  await ipam('RequestPool', named);
  await well('CreateNetwork', network({ 'fairlead.network': 'web' }));
  await ipam('RequestPool', named);
});

it('says which subnet it needs, and which option it has', async () => {
  expect(await refused('RequestPool', { ...pool, Pool: '' })).toContain('--subnet');
  expect(await refused('RequestPool', { ...pool, Pool: '', Options: { 'fairlead.network': 'absent' } })).toContain('network "absent" is not here');
  expect(await refused('RequestPool', { ...pool, Options: { 'fairlead.netwrk': 'x' } })).toContain('fairlead.network=NAME');
  expect(await refused('RequestAddress', { PoolID: 'nonsense', Address: '', Options: null })).toContain('nonsense');
});
