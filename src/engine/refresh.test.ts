import { beforeEach, expect, it } from 'vitest';
import { openEngine } from '../../test/tool/open-engine.js';
import type { Ip } from '../ip/types.js';
import { SimulatedKernel } from '../kernel/simulated/simulated-kernel.js';
import { inspectSandbox } from '../model/inspect.js';
import { MemoryStore } from '../store/memory/memory-store.js';
import { refresh } from './refresh.js';

let ground: { readonly kernel: SimulatedKernel; readonly definitions: MemoryStore; readonly boot: MemoryStore };
let engine: Awaited<ReturnType<typeof openEngine>>;

const turn = (value: '0' | '1') => ground.kernel.apply([{ do: 'create', resource: { kind: 'sysctl', in: 'host', path: FILTER6, value } }]);
const FILTER6 = 'net/bridge/bridge-nf-call-ip6tables';

/** How ::1 is led, and what is led there. */
async function seen() {
  const { fairlead } = engine;
  const [network, box] = [(await fairlead.explain('network/web')).commands, (await fairlead.explain('sandbox/box')).commands];
  return [
    network.some((line) => line.includes('no_lo6')) ? 'refused' : network.some((line) => line.includes('::1/128') || line.includes(' ::1 ')) ? 'routed' : '',
    box.some((line) => line.includes("port6 '{ ::1 . tcp . 8082")) ? 'led' : 'waits',
  ];
}

beforeEach(async () => {
  ground = { kernel: new SimulatedKernel({ instance: 'test' }), definitions: new MemoryStore(), boot: new MemoryStore() };
  engine = await openEngine(ground);
  await turn('0');
  await engine.fairlead.networks.create({ name: 'web', ipv6: true, options: { 'com.docker.network.bridge.enable_icc': 'false' } });
  await engine.fairlead.sandboxes.create({ name: 'box', networks: [{ network: 'web' }], ports: [{ hostIp: '::1', hostPort: 8082, port: 82 }] });
});

it('lets networks follow br_netfilter, both ways, with what stands on them', async () => {
  const { fairlead, context } = engine;
  expect(await seen()).toEqual(['routed', 'led']);
  await turn('1');
  await refresh(context);
  expect(await seen()).toEqual(['refused', 'waits']);
  expect(await fairlead.doctor()).toEqual([]);
  const [sandbox, endpoints, networks] = [await fairlead.sandboxes.get('box'), await fairlead.endpoints.list(), await fairlead.networks.list()];
  expect(inspectSandbox(sandbox, endpoints, networks)).toMatchObject({
    Ports: {},
    WaitingPorts: [{ Port: '[::1]:8082->82/tcp', Reason: 'br_netfilter is on, and with it no port is reached by ::1' }],
  });
  await turn('0');
  await refresh(context);
  expect(await seen()).toEqual(['routed', 'led']);
  expect(await fairlead.doctor()).toEqual([]);
});

it('follows the way by which packets leave, beside Docker, and doctor names what is not followed yet', async () => {
  const { fairlead, context } = engine;
  const { disturb } = ground.kernel;
  const ways = async () =>
    (await fairlead.explain('network/web')).commands.flatMap((line) => /DOCKER-USER iifname .* oifname '"(way.)"'/.exec(line)?.[1] ?? []);
  const follow = async (way: string) => {
    expect((await fairlead.doctor()).map(({ code, problem }) => `${code} ${problem}`)).toContainEqual(expect.stringMatching(`^missing .*${way}`));
    await refresh(context);
    expect(await ways()).toEqual([way]);
    expect(await fairlead.doctor()).toEqual([]);
  };
  for (const name of ['way0', 'way1']) await disturb.addLink(name);
  await disturb.makeDockerUser('ip');
  await disturb.sendBy('way0');
  await follow('way0');
  await disturb.sendBy('way1');
  await follow('way1');
  await disturb.rename('way1', 'way2');
  expect(await fairlead.doctor({ fix: true })).toContainEqual(expect.objectContaining({ code: 'missing', object: 'network/web', mended: true }));
  expect(await ways()).toEqual(['way2']);
});

it('lets pass beside Docker what leaves by any link of the host with an address: answers to who calls a published port by it, too', async () => {
  const { fairlead, context } = engine;
  const { disturb } = ground.kernel;
  const ways = async (family: string) =>
    (await fairlead.explain('network/web')).commands.flatMap(
      (line) => new RegExp(`rule ${family} .*DOCKER-USER iifname .* oifname '"(.*?)"'`).exec(line)?.[1] ?? [],
    );
  for (const name of ['way0', 'lan0', 'vpn0', 'bare0']) await disturb.addLink(name);
  // Where others' containers and virtual machines are is not outside.
  for (const [name, type, address] of [
    ['veth0', 'veth', '10.88.0.1/24'],
    ['tap0', 'tun', '10.89.0.1/24'],
    ['br0', 'bridge', '10.90.0.1/24'],
  ] as const) {
    await disturb.addLink(name, type);
    await disturb.addAddress(name, address);
  }
  await disturb.makeDockerUser('ip');
  await disturb.makeDockerUser('ip6');
  await disturb.sendBy('way0');
  for (const [link, address] of [
    ['vpn0', '100.64.0.5/32'],
    ['lan0', '203.0.113.5/24'],
    ['lan0', 'fe80::5/64'],
    ['vpn0', 'fd7a::5/128'],
  ] as const)
    await disturb.addAddress(link, address);
  await refresh(context);
  expect([(await ways('ip')).sort(), await ways('ip6')]).toEqual([['lan0', 'vpn0', 'way0'], ['vpn0']]);
  await disturb.deleteAddress('lan0', '203.0.113.5/24');
  await refresh(context);
  expect((await ways('ip')).sort()).toEqual(['vpn0', 'way0']);
  expect(await fairlead.doctor()).toEqual([]);
});

it('keeps the ports of those apart whom ICC off parts, and doctor names what endpoints do not follow yet', async () => {
  const { fairlead, context } = engine;
  const link = async () =>
    (await fairlead.explain('sandbox/box')).commands.filter((line) => /isolated on|set apart|element bridge fairlead apart/.test(line)).length;
  expect(await link()).toBe(1);
  await turn('1');
  expect((await fairlead.doctor()).map(({ code, object, problem }) => `${code} ${object} ${problem}`)).toContainEqual(
    expect.stringMatching(/^missing endpoint\/web\/\S+ .*apart/),
  );
  await refresh(context);
  expect(await fairlead.doctor()).toEqual([]);
  expect(await link()).toBe(2);
  await turn('0');
  await refresh(context);
  expect(await link()).toBe(1);
});

it('does so at a start', async () => {
  await turn('1');
  engine = await openEngine(ground);
  expect(await seen()).toEqual(['refused', 'waits']);
  expect(await engine.fairlead.doctor()).toEqual([]);
});

it('leaves all as it was where that cannot be made, and tries again', async () => {
  const { context, fairlead } = engine;
  await turn('1');
  const before = (await fairlead.networks.get('web')).facts;
  const { apply } = ground.kernel;
  ground.kernel.apply = () => Promise.reject(new Error('no'));
  await refresh(context);
  expect((await fairlead.networks.get('web')).facts).toBe(before);
  ground.kernel.apply = apply;
  await refresh(context);
  expect(await seen()).toEqual(['refused', 'waits']);
});

it('changes nothing where nothing changed', async () => {
  const before = (await engine.fairlead.networks.get('web')).facts;
  await refresh(engine.context);
  expect((await engine.fairlead.networks.get('web')).facts).toBe(before);
  expect(await engine.fairlead.sandboxes.get('box')).toMatchObject({ ports: [{ ip: '::1' as Ip }] });
});
