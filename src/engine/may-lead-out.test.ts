import { expect, describe, it } from 'vitest';
import { openEngine } from '../../test/tool/open-engine.js';
import { bridgeDriver } from '../drivers/bridge/bridge-driver.js';
import { SimulatedKernel } from '../kernel/simulated/simulated-kernel.js';
import type { Driver } from '../model/driver.js';
import { MemoryStore } from '../store/memory/memory-store.js';

// As an overlay is: its networks lead to other sandboxes, and to nowhere else.
const island = { ...bridgeDriver, name: 'island', waysOut: () => [], mayLeadOut: undefined } as unknown as Driver;
const pools = (at: number) => ({ config: [{ subnet: `10.${at}.0.0/24` }, { subnet: `fd0${at}::/64` }] });
const FOUR = { config: [{ subnet: '10.4.0.0/24', gateway: '10.4.0.9' }, { subnet: 'fd04::/64' }] };

async function ways(...names: readonly string[]) {
  const kernel = new SimulatedKernel({ instance: 'test', foreign: { links: ['eth1', 'eth2', 'eth3'].map((name) => ({ name, type: 'ether' })) } });
  const { fairlead } = await openEngine({ kernel, definitions: new MemoryStore(), boot: new MemoryStore(), others: [island] });
  const { networks, sandboxes, endpoints } = fairlead;
  await networks.create({ name: 'sea', driver: 'island', ipam: { config: [{ subnet: '10.1.0.0/24' }] } });
  await networks.create({ name: 'lan', options: { parent: 'eth1' }, ipam: pools(2) });
  await networks.create({ name: 'web', ipam: pools(3) });
  await networks.create({ name: 'led', options: { parent: 'eth2' }, ipam: FOUR });
  await networks.create({ name: 'old', ipam: { config: [{ subnet: '10.5.0.0/24' }] } });
  await sandboxes.create({ name: 'box', networks: names.map((network) => ({ network })) });
  const called = new Map((await networks.list()).map(({ id, name }) => [id, name]));
  const there = (await endpoints.list()).map(({ network, gateway }) => `${called.get(network)} ${gateway.join()}`).toSorted();
  const heard = (await fairlead.explain('box')).commands.flatMap((line) => /conf\/(eth\d\/accept_ra_defrtr=\d)/.exec(line)?.[1] ?? []);
  expect(await fairlead.doctor()).toEqual([]);
  return [...there, ...heard];
}

describe('a segment whose routers may say a way out of IPv6', () => {
  it.each([
    ['is one beside a network that has none, and has it given one of IPv4', ['sea', 'lan'], ['docker_gwbridge 4', 'lan 6', 'sea ', 'eth1/accept_ra_defrtr=1']],
    ['is none beside a network that leads out', ['lan', 'web'], ['lan ', 'web 4,6', 'eth0/accept_ra_defrtr=0']],
    ['is none beside one, where it leads out by a gateway of IPv4', ['led', 'web'], ['led ', 'web 4,6', 'eth0/accept_ra_defrtr=0']],
    ['is one beside a network of IPv4 alone', ['led', 'old'], ['led 4,6', 'old ', 'eth0/accept_ra_defrtr=1']],
  ])('%s', async (_, names, expected) => {
    expect(await ways(...names)).toEqual(expected);
  });
});
