import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFairlead, type Fairlead, type NetworkAsk } from '../index.js';

const MAC = '02:00:00:00:00:07';
const OFF = { 'com.fairlead.guard': 'false' };

let fairlead: Fairlead;
beforeEach(async () => {
  fairlead = await createFairlead({ kernel: 'simulated' });
});
afterEach(async () => {
  expect(await fairlead.doctor()).toEqual([]);
  await fairlead[Symbol.asyncDispose]();
});

const make = async (more: Partial<NetworkAsk> = {}): Promise<void> =>
  void (await fairlead.networks.create({ name: 'web', ipam: { config: [{ subnet: '10.1.0.0/24' }, { subnet: 'fd01::/64' }] }, ...more }));
const box = (options: Readonly<Record<string, string>> = {}) => fairlead.sandboxes.create({ name: 'box', networks: [{ network: 'web', mac: MAC, options }] });

/** What is said of who is where, with names in it that are the same in each run. Names as they are have any digits in them: `8cfdbb9a889f`. */
async function said(): Promise<readonly string[]> {
  const { facts } = await fairlead.networks.get('web');
  const { commands } = await fairlead.explain('web/box');
  const [device, mac] = [String(facts?.['device']), String(facts?.['mac'])];
  return commands
    .filter((line) => /neighbour|^bridge fdb|learning/.test(line))
    .map((line) =>
      line
        .replaceAll(device, 'BRIDGE')
        .replaceAll(mac, 'HOST')
        .replace(/fl\w+/, 'PORT')
        .replace(/^(nsenter \S+ ip|ip -n \S+) /, 'ip -n BOX '),
    )
    .toSorted();
}

const OF_PORT = [`bridge fdb replace ${MAC} dev PORT master static sticky`, 'bridge link set dev PORT learning off flood off'];
const ON_HOST = [
  `ip neighbour replace 10.1.0.2 lladdr ${MAC} dev BRIDGE nud permanent protocol 250`,
  `ip neighbour replace fd01::2 lladdr ${MAC} dev BRIDGE nud permanent protocol 250`,
  `ip neighbour replace fe80::ff:fe00:7 lladdr ${MAC} dev BRIDGE nud permanent protocol 250`,
];
const IN_BOX = [
  'ip -n BOX neighbour replace 10.1.0.1 lladdr HOST dev eth0 nud permanent protocol 250',
  'ip -n BOX neighbour replace fd01::1 lladdr HOST dev eth0 nud permanent protocol 250',
];
const all = (...lines: readonly (readonly string[])[]) => lines.flat().toSorted();

describe('host and sandbox of a bridge network', () => {
  it('are told where the other is', async () => {
    await make();
    await box();
    expect(await said()).toEqual(all(OF_PORT, ON_HOST, IN_BOX));
  });

  it('are not where nobody guards, and are as soon as somebody does', async () => {
    await make({ options: OFF });
    await box();
    expect(await said()).toEqual([]);
    await fairlead.networks.update('web', { options: { 'com.fairlead.guard': 'true' } });
    expect(await said()).toEqual(all(OF_PORT, ON_HOST, IN_BOX));
    await fairlead.networks.update('web', { options: OFF });
    expect(await said()).toEqual([]);
  });

  it('follow what an endpoint says of itself', async () => {
    await make();
    await box(OFF);
    expect(await said()).toEqual([]);
  });

  it('are told on an internal network as well, where the host has an address', async () => {
    await make({ internal: true });
    await box();
    expect(await said()).toEqual(all(OF_PORT, ON_HOST, IN_BOX));
  });

  it('are not where the host has no address', async () => {
    const isolated = { 'com.docker.network.bridge.gateway_mode_ipv4': 'isolated', 'com.docker.network.bridge.gateway_mode_ipv6': 'isolated' };
    await make({ internal: true, options: isolated });
    await box();
    expect(await said()).toEqual(OF_PORT);
  });

  it('leave the guest behind a tap to itself', async () => {
    await make();
    await box({ 'com.fairlead.endpoint.kind': 'tap' });
    const lines = await said();
    expect(lines).toEqual(expect.arrayContaining(all(OF_PORT, ON_HOST)));
    expect(lines.filter((line) => IN_BOX.includes(line))).toEqual([]);
  });

  it('know the gateway by the address that a clone has of it', async () => {
    await make({ ipam: { config: [{ subnet: '10.1.0.0/24' }] } });
    await box({ 'com.fairlead.inner.address': '192.168.241.2/29' });
    expect(await said()).toEqual(
      all(OF_PORT, ON_HOST.slice(0, 1), ['ip -n BOX neighbour replace 192.168.241.1 lladdr HOST dev eth0 nud permanent protocol 250']),
    );
  });

  it('have a MAC address each: the bridge gives its own to nobody', async () => {
    await make();
    const { facts } = await fairlead.networks.get('web');
    const mac = String(facts?.['mac']);
    await expect(fairlead.sandboxes.create({ name: 'box', networks: [{ network: 'web', mac }] })).rejects.toMatchObject({ code: 'mac-taken' });
  });

  it('find each other by themselves on a bridge that sorts frames by VLAN', async () => {
    await make({ options: { 'com.fairlead.bridge.vlan': '7' } });
    await box();
    expect(await said()).toEqual([]);
  });
});
