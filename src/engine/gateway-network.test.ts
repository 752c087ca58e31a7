import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openEngine } from '../../test/tool/open-engine.js';
import { bridgeDriver } from '../drivers/bridge/bridge-driver.js';
import { SimulatedKernel } from '../kernel/simulated/simulated-kernel.js';
import type { Driver } from '../model/driver.js';
import { inspectNetwork } from '../model/inspect.js';
import { sandboxFiles } from '../names/sandbox-files.js';
import { MemoryStore } from '../store/memory/memory-store.js';
import { describeNamed } from './describe-names.js';

// As an overlay is: its networks lead to other sandboxes, and to nowhere else. `trunk` leads outside by itself, as macvlan does.
const island = { ...bridgeDriver, name: 'island', waysOut: () => [] } as Driver;
const trunk = { ...island, name: 'trunk', traits: { ...bridgeDriver.traits, outside: true } } as Driver;
const others = [island, trunk];

const ground = () => ({ kernel: new SimulatedKernel({ instance: 'test' }), definitions: new MemoryStore(), boot: new MemoryStore(), others });
let stand: ReturnType<typeof ground>;
let opened: Awaited<ReturnType<typeof openEngine>>;
beforeEach(async () => {
  stand = ground();
  opened = await openEngine(stand);
  const { networks } = opened.fairlead;
  await networks.create({ name: 'sea', driver: 'island', ipam: { config: [{ subnet: '10.1.0.0/24' }] } });
  await networks.create({ name: 'web', ipam: { config: [{ subnet: '10.2.0.0/24' }] } });
  await networks.create({ name: 'inner', internal: true, ipam: { config: [{ subnet: '10.3.0.0/24' }] } });
  await networks.create({ name: 'cable', driver: 'trunk', ipam: { config: [{ subnet: '10.4.0.0/24' }] } });
});
afterEach(async () => {
  await opened.fairlead.settled();
  expect(await opened.fairlead.doctor()).toEqual([]);
  await opened.fairlead[Symbol.asyncDispose]();
});

const refused = (code: string) => expect.objectContaining({ code });
const create = (name: string, ...networks: readonly string[]) => opened.fairlead.sandboxes.create({ name, networks: networks.map((network) => ({ network })) });
const connect = (network: string, sandbox = 'box') => opened.fairlead.endpoints.create({ network, sandbox });
async function given(): Promise<readonly string[]> {
  const { endpoints, networks } = opened.fairlead;
  const names = new Map((await networks.list()).map(({ id, name }) => [id, name]));
  return (await endpoints.list())
    .filter(({ automatic }) => automatic)
    .map((each) => `${names.get(each.network)} ${each.state} ${each.link?.inside} ${each.gateway.join()}`);
}
const routes = async (ref: string) =>
  (await opened.fairlead.explain(ref)).commands.filter((line) => / route /.test(line)).map((line) => line.replace(/.* route/, 'route'));
const GIVEN = ['docker_gwbridge active eth1 4'];

describe('docker_gwbridge', () => {
  it('is made for the first sandbox that no network leads outside, as libnetwork makes it', async () => {
    const { id } = await create('box', 'sea');
    expect(await given()).toEqual(GIVEN);
    const network = await opened.fairlead.networks.get('docker_gwbridge');
    expect(network).toMatchObject({ driver: 'bridge', ipv4: true, ipv6: false, internal: false, predefined: false });
    expect(network.options).toEqual({ 'com.docker.network.bridge.enable_icc': 'false', 'com.docker.network.bridge.enable_ip_masquerade': 'true' });
    expect(await routes('box')).toEqual([`route add default via ${network.pools[0]?.gateway} dev eth1 protocol 250`]);
    const [shown] = Object.values(inspectNetwork(network, await opened.fairlead.endpoints.list(), await opened.fairlead.sandboxes.list()).Containers);
    expect(shown?.Name).toBe(`gateway_${id.slice(0, 12)}`);
    await create('other', 'sea');
    expect((await opened.fairlead.networks.list()).filter(({ name }) => name === 'docker_gwbridge')).toHaveLength(1);
  });

  it('gives a sandbox no names, and where it may send holds there too', async () => {
    await create('box', 'sea');
    await opened.fairlead.sandboxes.update('box', { aliases: { add: [{ name: 'store' }] }, egress: ['none'] });
    const endpoints = await opened.fairlead.endpoints.list();
    expect(endpoints.map(({ automatic = false, aliases }) => [automatic, aliases])).toEqual([
      [false, ['store']],
      [true, []],
    ]);
    const onWay = opened.context.ledger.claimsOf(`endpoint/${endpoints[1]?.id}`);
    expect(onWay.filter((each) => each.kind === 'element' && each.map === 'limited4')).toHaveLength(1);
    const elsewhere = { aliases: { add: [{ name: 'x', network: 'docker_gwbridge' }] } };
    await expect(opened.fairlead.sandboxes.update('box', elsewhere)).rejects.toEqual(refused('sandbox-not-connected'));
  });

  it('is made once for many at the same time', async () => {
    await Promise.all(['a', 'b', 'c', 'd'].map((name) => create(name, 'sea')));
    expect(await given()).toHaveLength(4);
  });

  it('is not for sandboxes that have a way out, need none, or are on a network that leads outside by itself', async () => {
    await create('a', 'sea', 'web');
    await create('b', 'inner');
    await create('c', 'none');
    await create('d', 'host');
    await create('e', 'sea', 'cable');
    await create('f');
    expect(await given()).toEqual([]);
    expect((await opened.fairlead.networks.list()).map(({ name }) => name)).not.toContain('docker_gwbridge');
  });

  it('comes and goes with the need, in the transaction of what changes it', async () => {
    const plans: number[] = [];
    const apply = stand.kernel.apply.bind(stand.kernel);
    await create('box', 'inner');
    await opened.fairlead.networks.create({ name: 'docker_gwbridge', ipam: { config: [{ subnet: '10.9.0.0/24' }] } });
    stand.kernel.apply = (plan) => {
      plans.push(plan.length);
      return apply(plan);
    };
    await connect('sea');
    expect(await given()).toEqual(['docker_gwbridge active eth2 4']);
    const { id } = await connect('web');
    expect(await given()).toEqual([]);
    expect(await routes('box')).toEqual(['route add default via 10.2.0.1 dev eth3 protocol 250']);
    await opened.fairlead.endpoints.leave(id);
    expect(await given()).toHaveLength(1);
    await opened.fairlead.endpoints.join(id, 'box');
    await opened.fairlead.endpoints.remove(id, { force: true });
    expect(await given()).toHaveLength(1);
    expect(plans.filter((length) => length > 0)).toHaveLength(5);
    await opened.fairlead.endpoints.remove('sea/box', { force: true });
    expect(await given()).toEqual([]);
    expect(await routes('box')).toEqual([]);
  });

  it('carries the published ports, and hands them over', async () => {
    await opened.fairlead.sandboxes.create({ name: 'box', networks: [{ network: 'sea' }], ports: [{ hostPort: 8080, port: 80 }] });
    const ports = async () => (await opened.fairlead.explain('box')).commands.filter((line) => /port4_any/.test(line));
    const [endpoint] = (await opened.fairlead.endpoints.list()).filter(({ automatic }) => automatic);
    expect(await ports()).toEqual([`nft add element inet fairlead port4_any '{ tcp . 8080 : ${endpoint?.leases[0]?.ip} . 80 }'`]);
    await connect('web');
    expect(await ports()).toEqual(["nft add element inet fairlead port4_any '{ tcp . 8080 : 10.2.0.2 . 80 }'"]);
  });

  it("is the user's own where there is one", async () => {
    const { networks } = opened.fairlead;
    await networks.create({ name: 'docker_gwbridge', ipam: { config: [{ subnet: '10.9.0.0/24' }] }, options: { 'com.docker.network.driver.mtu': '1400' } });
    await create('box', 'sea');
    expect(await routes('box')).toEqual(['route add default via 10.9.0.1 dev eth1 protocol 250']);
    await expect(networks.remove('docker_gwbridge')).rejects.toEqual(refused('network-in-use'));
    await opened.fairlead.sandboxes.remove('box', { settle: true });
    await networks.remove('docker_gwbridge');
  });

  it('brings the sandbox no name, only the way to its host', async () => {
    await opened.fairlead.networks.create({ name: 'docker_gwbridge', ipam: { config: [{ subnet: '10.9.0.0/24' }] } });
    const box = await opened.fairlead.sandboxes.create({
      name: 'box',
      hostname: 'box',
      networks: [{ network: 'sea' }],
      dns: { hosts: [{ name: 'up', address: 'host-gateway' }] },
    });
    const around = { endpoints: await opened.fairlead.endpoints.list(), networks: await opened.fairlead.networks.list() };
    const own = sandboxFiles(box, around, '')
      .hosts.split('\n')
      .filter((line) => line.startsWith('10.'));
    expect(own).toEqual(['10.9.0.1\tup', '10.1.0.2\tbox']);
    expect(around.endpoints.map(({ id }) => describeNamed(opened.context, id)?.ips)).toEqual([['10.1.0.2'], undefined]);
  });

  it('and its endpoint are not taken out by hand, and the sandbox answers no names there', async () => {
    const { id } = await create('box', 'sea');
    const gateway = `gateway_${id.slice(0, 12)}`;
    await expect(opened.fairlead.endpoints.leave(gateway)).rejects.toEqual(refused('endpoint-automatic'));
    await expect(opened.fairlead.endpoints.remove(gateway, { force: true })).rejects.toEqual(refused('endpoint-automatic'));
    expect(await given()).toEqual(GIVEN);
  });

  it('goes with the sandbox, its address free', async () => {
    await opened.fairlead.networks.create({ name: 'docker_gwbridge', ipam: { config: [{ subnet: '10.9.0.0/30' }] } });
    for (const name of ['a', 'b', 'c']) {
      await create(name, 'sea');
      await opened.fairlead.sandboxes.remove(name);
    }
    await create('d', 'sea');
    await connect('web', 'd');
    await create('e', 'sea');
  });

  it('leaves nothing when the attachment fails, and nothing changes when a leave does', async () => {
    await create('box', 'web');
    const before = await opened.fairlead.endpoints.list();
    const allow = stand.kernel.refuse((operation) => operation.do === 'create' && operation.resource.kind === 'up' && operation.resource.in !== 'host');
    await expect(create('other', 'sea')).rejects.toEqual(refused('kernel-denied'));
    expect(await opened.fairlead.endpoints.list()).toEqual(before);
    expect((await opened.fairlead.networks.list()).map(({ name }) => name)).not.toContain('docker_gwbridge');
    allow();
    await connect('sea');
    const [joined, forbid] = [
      await opened.fairlead.endpoints.list(),
      stand.kernel.refuse((operation) => operation.do === 'create' && operation.resource.kind === 'up'),
    ];
    await expect(opened.fairlead.endpoints.leave('web/box')).rejects.toEqual(refused('kernel-denied'));
    forbid();
    expect(await opened.fairlead.endpoints.list()).toEqual(expect.arrayContaining([...joined]));
    await opened.fairlead.endpoints.leave('web/box');
    expect(await given()).toHaveLength(1);
  });

  it('is there after a restart', async () => {
    await create('box', 'sea');
    await opened.fairlead[Symbol.asyncDispose]();
    stand = { ...stand, kernel: stand.kernel.again() };
    opened = await openEngine(stand);
    expect(await given()).toEqual(GIVEN);
    await connect('web');
    expect(await given()).toEqual([]);
  });
});
