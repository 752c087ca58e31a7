import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFairlead, type Fairlead } from '#dist/index.js';
import { LinuxKernel } from '#dist/kernel/linux/linux-kernel.js';
import { bridgeDriver } from '../../src/drivers/bridge/bridge-driver.js';
import type { SimulatedKernel } from '../../src/kernel/simulated/simulated-kernel.js';
import type { Driver } from '../../src/model/driver.js';
import { MemoryStore } from '../../src/store/memory/memory-store.js';
import { type HostNamespace, hostNamespace } from '../tool/host-namespace.js';
import { openEngine } from '../tool/open-engine.js';
import { HOST4, HOST6, OUTSIDE4, OUTSIDE6, outsideOf } from '../tool/outside.js';
import { type Probe, startProbe } from '../tool/probe.js';

const PORTS = [
  { hostPort: 8000, port: 7000 },
  { hostPort: 8000, port: 7000, protocol: 'udp' },
] as const;

let host: HostNamespace;
let outside: Probe;
const probes: Probe[] = [];
const probe = async (path: string, name: string) => {
  const started = await startProbe(path, name);
  probes.push(started);
  return started;
};

beforeAll(async () => {
  host = await hostNamespace();
  outside = await probe(await outsideOf(host), 'outside');
});
afterAll(async () => {
  for (const each of probes) await each.close();
  await host.close();
});

// One flow of UDP, from one port: it is to follow to wherever the port leads now.
const reached = async () => ({
  tcp4: await outside.tcp(HOST4, 8000),
  udp4: await outside.udp(HOST4, 8000, 5004),
  tcp6: await outside.tcp(HOST6, 8000),
  udp6: await outside.udp(HOST6, 8000, 5006),
});
const reachable = async (expected: Awaited<ReturnType<typeof reached>>) => expect(await reached()).toEqual(expected);
const ALL: Awaited<ReturnType<typeof reached>> = { tcp4: OUTSIDE4, udp4: OUTSIDE4, tcp6: OUTSIDE6, udp6: OUTSIDE6 };

// A sandbox on three networks: four (IPv4 alone), both, and six (IPv6 alone).
describe('the way out of a sandbox, for each family', () => {
  let fairlead: Fairlead;
  let box: Probe;
  const out = async () => Object.fromEntries((await fairlead.endpoints.list()).map(({ name, gateway }) => [name, gateway.join()]));
  const leads = async () =>
    (await fairlead.explain('box')).commands
      .filter((line) => /port[46]_any.*tcp/.test(line))
      .map((line) => /: ([\da-f.:]+) /.exec(line)?.[1])
      .sort();

  beforeAll(async () => {
    fairlead = await createFairlead({ host: host.path, state: join(host.run, 'state'), run: join(host.run, 'run') });
    await fairlead.networks.create({ name: 'four', ipam: { config: [{ subnet: '10.1.0.0/24' }] } });
    await fairlead.networks.create({ name: 'both', ipam: { config: [{ subnet: '10.2.0.0/24' }, { subnet: 'fd02::/64' }] } });
    await fairlead.networks.create({ name: 'six', ipv4: false, ipam: { config: [{ subnet: 'fd03::/64' }] } });
    const networks = [
      { network: 'four', name: 'of-four', gatewayPriority: 2 },
      { network: 'both', name: 'of-both', gatewayPriority: 1 },
      { network: 'six', name: 'of-six' },
    ];
    box = await probe((await fairlead.sandboxes.create({ name: 'box', networks, ports: PORTS })).key, 'box');
  });
  afterAll(async () => {
    await fairlead.sandboxes.remove('box', { force: true, settle: true });
    for (const name of ['four', 'both', 'six']) await fairlead.networks.remove(name, { settle: true });
    await fairlead[Symbol.asyncDispose]();
  });

  it('is the first in rank that has it, and ports lead there', async () => {
    expect(await out()).toEqual({ 'of-four': '4', 'of-both': '6', 'of-six': '' });
    expect(await leads()).toEqual(['10.1.0.2', 'fd02::2']);
    await reachable(ALL);
    expect([await box.tcp(OUTSIDE4), await box.tcp(OUTSIDE6)]).toEqual([HOST4, HOST6]);
  });

  it('passes to the next when it leaves, with its ports and their flows', async () => {
    await fairlead.endpoints.leave('of-four');
    expect(await out()).toEqual({ 'of-four': '', 'of-both': '4,6', 'of-six': '' });
    await reachable(ALL);
    await fairlead.endpoints.leave('of-both');
    expect(await out()).toEqual({ 'of-four': '', 'of-both': '', 'of-six': '6' });
    expect(await leads()).toEqual(['fd03::2']);
    await reachable({ ...ALL, tcp4: null, udp4: null });
    expect([await box.tcp(OUTSIDE4), await box.tcp(OUTSIDE6)]).toEqual([null, HOST6]);
  });

  it('passes back when it joins, and to another when ranks change', async () => {
    await fairlead.endpoints.join('of-both', 'box');
    await reachable(ALL);
    await fairlead.endpoints.join('of-four', 'box');
    expect(await leads()).toEqual(['10.1.0.2', 'fd02::2']);
    await reachable(ALL);
    await fairlead.endpoints.update('of-six', { gatewayPriority: 9 });
    await fairlead.endpoints.update('of-both', { gatewayPriority: 5 });
    expect(await leads()).toEqual(['10.2.0.2', 'fd03::2']);
    await reachable(ALL);
    expect((await fairlead.doctor()).filter(({ code }) => code !== 'instance-other')).toEqual([]);
  });
});

// As an overlay is: sandboxes on it reach each other, and nothing else.
const island = { ...bridgeDriver, name: 'island', waysOut: () => [] } as Driver;

describe('docker_gwbridge', () => {
  let opened: Awaited<ReturnType<typeof openEngine>>;
  let kernel: LinuxKernel;
  let [a, b] = [{} as Probe, {} as Probe];
  const addressOn = async (network: string, sandbox: string) => {
    const { networks, sandboxes, endpoints } = opened.fairlead;
    const [{ id }, { id: box }] = [await networks.get(network), await sandboxes.get(sandbox)];
    return (await endpoints.list()).find((each) => each.network === id && each.sandbox === box)?.leases[0]?.ip ?? '';
  };

  beforeAll(async () => {
    kernel = await LinuxKernel.open({ host: host.path, run: join(host.run, 'engine'), instance: { id: 'engine', group: 7 } });
    const stand = { definitions: new MemoryStore(), boot: new MemoryStore(), id: 'engine', others: [island] };
    opened = await openEngine({ ...stand, kernel: kernel as unknown as SimulatedKernel });
    await opened.fairlead.networks.create({ name: 'sea', driver: 'island', ipam: { config: [{ subnet: '10.1.0.0/24' }] } });
    await opened.fairlead.networks.create({ name: 'web', ipam: { config: [{ subnet: '10.2.0.0/24' }] } });
    a = await probe((await opened.fairlead.sandboxes.create({ name: 'a', networks: [{ network: 'sea' }], ports: PORTS })).key, 'a');
    b = await probe((await opened.fairlead.sandboxes.create({ name: 'b', networks: [{ network: 'sea' }] })).key, 'b');
  });
  afterAll(async () => {
    await opened.fairlead[Symbol.asyncDispose]();
    await kernel[Symbol.asyncDispose]();
  });

  it('leads sandboxes out that have no other way, and their ports in', async () => {
    await led();
    expect(await b.tcp(OUTSIDE4)).toBe(HOST4);
  });

  it('does not lead from one to another', async () => {
    expect(await a.tcp(await addressOn('sea', 'b'))).toBe(await addressOn('sea', 'a'));
    expect(await a.tcp(await addressOn('docker_gwbridge', 'b'))).toBe(null);
  });

  const led = async () =>
    expect([await a.tcp(OUTSIDE4), await outside.tcp(HOST4, 8000), await outside.udp(HOST4, 8000, 5004)]).toEqual([HOST4, OUTSIDE4, OUTSIDE4]);

  it('gives way to a network that leads out, and is back when that goes; flows follow', async () => {
    await opened.fairlead.endpoints.create({ network: 'web', name: 'door', sandbox: 'a' });
    expect(await addressOn('docker_gwbridge', 'a')).toBe('');
    await led();
    await opened.fairlead.endpoints.leave('door');
    await led();
    await opened.fairlead.settled();
    expect((await opened.fairlead.doctor()).filter(({ code }) => code !== 'instance-other')).toEqual([]);
  });
});
