import { describe, expect, it } from 'vitest';
import { openEngine } from '../../test/tool/open-engine.js';
import type { InterfaceAddress } from '../ip/types.js';
import { silent } from '../base/log.js';
import { SimulatedKernel } from '../kernel/simulated/simulated-kernel.js';
import type { DefaultBridge } from '../model/default-bridge.js';
import { inspectNetwork } from '../model/inspect-network.js';
import { MemoryStore } from '../store/memory/memory-store.js';

const br9 = { name: 'br9', type: 'bridge', addresses: ['10.9.9.9/24', 'fd09::9/64'] as unknown as readonly InterfaceAddress[] };
const br8 = { name: 'br8', type: 'bridge', addresses: ['10.8.0.1/24', '10.8.0.2/24'] as unknown as readonly InterfaceAddress[] };
const eth9 = { name: 'eth9', type: 'ether', addresses: ['10.7.0.1/24'] as unknown as readonly InterfaceAddress[] };

function world() {
  const stores = { definitions: new MemoryStore(), boot: new MemoryStore() };
  let kernel = new SimulatedKernel({ foreign: { links: [br9, br8, eth9] } });
  const log: string[] = [];
  const warn = (message: string) => void log.push(message);
  return {
    log,
    kernel: () => kernel,
    async start(defaultBridge: DefaultBridge = {}) {
      kernel = kernel.again();
      return (await openEngine({ kernel, ...stores, defaultBridge, log: { ...silent, warn } })).fairlead;
    },
  };
}
const view = async (fairlead: Awaited<ReturnType<ReturnType<typeof world>['start']>>) => {
  const { IPAM, Options, EnableIPv6, Id } = inspectNetwork(await fairlead.networks.get('bridge'), [], []);
  return { config: IPAM.Config, options: Options, ipv6: EnableIPv6, id: Id };
};
const option = (name: string) => `com.docker.network.bridge.${name}`;

describe('the predefined network bridge', () => {
  it('shows the options that Docker shows of its own', async () => {
    const fairlead = await world().start();
    expect(await view(fairlead)).toMatchObject({
      config: [{ Subnet: '172.17.0.0/16', Gateway: '172.17.0.1' }],
      options: {
        [option('default_bridge')]: 'true',
        [option('enable_icc')]: 'true',
        [option('enable_ip_masquerade')]: 'true',
        [option('host_binding_ipv4')]: '0.0.0.0',
        [option('name')]: 'docker0',
        'com.docker.network.driver.mtu': '1500',
      },
      ipv6: false,
    });
  });

  it('leaves its subnet to whoever names that, while nothing is on it and nobody named its own', async () => {
    const { start } = world();
    const fairlead = await start();
    const taken = { name: 'web', ipam: { config: [{ subnet: '172.17.0.0/16' }] } };
    await fairlead.networks.create(taken);
    expect((await view(fairlead)).config).toEqual([{ Subnet: '172.18.0.0/16', Gateway: '172.18.0.1' }]);
    await fairlead.sandboxes.create({ networks: [{ network: 'bridge' }] });
    await expect(fairlead.networks.create({ name: 'db', ipam: { config: [{ subnet: '172.18.4.0/24' }] } })).rejects.toMatchObject({ code: 'pool-overlap' });
    const named = await world().start({ bip: '172.17.0.1/16' });
    await expect(named.networks.create(taken)).rejects.toMatchObject({ code: 'pool-overlap' });
  });

  it('is as it was configured, in the words of dockerd', async () => {
    const wanted = { bip: '10.9.0.1/16', fixedCidr: '10.9.4.0/24', defaultGateway: '10.9.0.254', icc: false, ip: '127.0.0.1', ipMasq: false, mtu: 1400 };
    const fairlead = await world().start({ ...wanted, bip6: 'fd99::1/64' });
    const { config, options, ipv6 } = await view(fairlead);
    expect([config, ipv6]).toEqual([
      [
        { Subnet: '10.9.0.0/16', IPRange: '10.9.4.0/24', Gateway: '10.9.0.1', AuxiliaryAddresses: { DefaultGatewayIPv4: '10.9.0.254' } },
        { Subnet: 'fd99::/64', Gateway: 'fd99::1' },
      ],
      true,
    ]);
    expect(options).toMatchObject({ [option('enable_icc')]: 'false', [option('enable_ip_masquerade')]: 'false', [option('host_binding_ipv4')]: '127.0.0.1' });
    await fairlead.sandboxes.create({ name: 'box', networks: [{ network: 'bridge' }], ports: [{ hostPort: 80, port: 80 }] });
    const { commands } = await fairlead.explain('sandbox/box');
    expect(commands.filter((line) => / address add 10|route add default via 10|port4/.test(line))).toEqual([
      expect.stringContaining('127.0.0.1 . tcp . 80'),
      expect.stringContaining('address add 10.9.4.'),
      expect.stringContaining('via 10.9.0.254'),
    ]);
  });

  it('follows the configuration at the next start at which nothing is on it', async () => {
    const { start } = world();
    let fairlead = await start();
    const first = await view(fairlead);
    await fairlead.sandboxes.create({ name: 'box', networks: [{ network: 'bridge' }] });
    fairlead = await start({ bip: '10.9.0.1/24' });
    expect((await view(fairlead)).config).toEqual(first.config);
    await fairlead.sandboxes.remove('box');
    fairlead = await start({ bip: '10.9.0.1/24' });
    expect(await view(fairlead)).toMatchObject({ id: first.id, config: [{ Subnet: '10.9.0.0/24', Gateway: '10.9.0.1' }] });
    fairlead = await start({ mtu: 1400 });
    expect((await view(fairlead)).config).toEqual([{ Subnet: '10.9.0.0/24', Gateway: '10.9.0.1' }]);
    await fairlead.sandboxes.create({ name: 'box', networks: [{ network: 'bridge' }] });
    expect(await fairlead.doctor()).toEqual([]);
  });

  it('uses a bridge of somebody else with the subnet that it has, and gives it back when nothing is on it', async () => {
    const { start, kernel } = world();
    const fairlead = await start({ bridge: 'br9', ipv6: true });
    const before = (await kernel().survey('host')).links;
    const { config, options } = await view(fairlead);
    expect(config.map(({ Subnet, Gateway }) => [Subnet, Gateway])).toEqual([
      ['10.9.9.0/24', '10.9.9.9'],
      ['fd09::/64', 'fd09::9'],
    ]);
    expect(options[option('name')]).toBe('br9');
    await fairlead.sandboxes.create({ name: 'box', networks: [{ network: 'bridge' }] });
    expect((await kernel().survey('host')).links.find(({ master }) => master === 'br9')).toBeDefined();
    await fairlead.sandboxes.remove('box', { settle: true });
    await fairlead.settled();
    expect((await kernel().survey('host')).links).toEqual(before);
  });

  it('leaves the subnet of a bridge of somebody else with that', async () => {
    const { start } = world();
    await start({ bridge: 'br9' });
    expect((await view(await start())).config).toEqual([{ Subnet: '172.17.0.0/16', Gateway: '172.17.0.1' }]);
  });

  it('stays as it is on a bridge of somebody else with several addresses, with something on it', async () => {
    const { start, log } = world();
    const fairlead = await start({ bridge: 'br8' });
    await fairlead.sandboxes.create({ name: 'box', networks: [{ network: 'bridge' }] });
    const before = await view(fairlead);
    expect(before.config).toEqual([{ Subnet: '10.8.0.0/24', Gateway: '10.8.0.1', AuxiliaryAddresses: { 'this-host': '10.8.0.2' } }]);
    expect(await view(await start({ bridge: 'br8' }))).toEqual(before);
    expect(log).toEqual([]);
  });

  it.each<[DefaultBridge, string]>([
    [{ bip: '10.9.0.1' }, 'bip: "10.9.0.1" is no address with its subnet'],
    [{ bip: 'fd09::1/64' }, 'bip: "fd09::1/64" is'],
    [{ bip: '10.9.0.1/24', fixedCidr: '10.8.0.0/24' }, '10.8.0.0/24 is not inside subnet 10.9.0.0/24'],
    [{ defaultGateway: '10.9.0.1' }, 'default-gateway: "10.9.0.1" is given without its subnet'],
    [{ ip: 'eth0' }, 'host_binding_ipv4: "eth0" is'],
    [{ mtu: 1000, ipv6: true }, 'mtu: "1000" is too small'],
    [{ bridge: 'br9', bip: '10.9.9.9/24' }, 'bip: "10.9.9.9/24" is not for a bridge that is there already, br9'],
    [{ bridge: 'br9', bip6: 'fd09::9/64' }, 'bip6: "fd09::9/64" is not for a bridge that is there already, br9'],
    [{ bridge: 'eth9' }, 'bridge: "eth9" is a link of this host, and no bridge'],
  ])('refuses %j', async (wanted, reason) => {
    await expect(world().start(wanted)).rejects.toMatchObject({ code: 'bridge-config-invalid', message: expect.stringContaining(reason) });
  });
});
