import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFairlead, type Fairlead, type NetworkAsk, type PortAsk } from '../index.js';
import { inspectSandbox } from '../model/inspect-sandbox.js';
import { printPorts, shownPorts } from '../model/ports.js';

const bridge = (option: string) => `com.docker.network.bridge.${option}`;
const docker = (option: string) => `com.docker.network.${option}`;

let fairlead: Fairlead;
beforeEach(async () => {
  fairlead = await createFairlead({ kernel: 'simulated' });
});
afterEach(async () => {
  // Addresses of the host are examples here.
  expect((await fairlead.doctor()).filter(({ code }) => code !== 'host-address-absent')).toEqual([]);
  await fairlead[Symbol.asyncDispose]();
});

const make = (name: string, options: NetworkAsk['options'], more: Partial<NetworkAsk> = {}) =>
  fairlead.networks.create({ name, ...(options && { options }), ipam: { config: [{ subnet: '10.1.0.0/24' }, { subnet: 'fd01::/64' }] }, ...more });
const lines = async (ref: string, pattern: RegExp) => (await fairlead.explain(ref)).commands.filter((line) => pattern.test(line));
const box = (ports: readonly PortAsk[] = [], name = 'box') => fairlead.sandboxes.create({ name, ports, networks: [{ network: 'web' }] });
const shown = async (name = 'box') => {
  const [sandbox, endpoints, networks] = [await fairlead.sandboxes.get(name), await fairlead.endpoints.list(), await fairlead.networks.list()];
  const { live, waiting } = shownPorts(sandbox, endpoints, new Map(networks.map((network) => [network.id, network])));
  return { live: printPorts(live), waiting: [...waiting.keys()], bindings: inspectSandbox(sandbox, endpoints, networks).Ports };
};

describe('options of a bridge network', () => {
  it('that are fixed, or that it does not know, are not taken back', async () => {
    await make('web', { [bridge('name')]: 'web0' });
    const without = (name: string) => fairlead.networks.update('web', { options: { [name]: null } });
    await expect(without(bridge('name'))).rejects.toMatchObject({ code: 'option-invalid', values: { value: 'web0' } });
    await expect(without(bridge('nam'))).rejects.toMatchObject({ code: 'option-unknown' });
    await expect(without(bridge('enable_icc'))).resolves.toBeDefined();
    await expect(without(docker('enable_ipv6'))).resolves.toBeDefined();
  });

  it.each<[string, string | number, object]>([
    [bridge('gateway_mode_ipv4'), 'bridged', { mend: 'write one of nat, nat-unprotected, routed, isolated' }],
    [bridge('gateway_mode_ipv6'), 'NAT', {}],
    [bridge('gateway_mode_ipv4'), 'isolated', { reason: 'for internal networks alone' }],
    [bridge('inhibit_ipv4'), 'maybe', { mend: 'write true or false' }],
    [bridge('host_binding_ipv4'), 'eth0', {}],
    [bridge('trusted_host_interfaces'), 'eth0:', {}],
    [bridge('trusted_host_interfaces'), 'eth0:a b', {}],
    [bridge('default_bridge'), 'true', { reason: 'for the predefined network alone' }],
    [docker('container_iface_prefix'), 'thirteen-char', {}],
    [docker('host_ipv4'), '2001:db8::1', { mend: 'write an address of IPv4: 192.0.2.1' }],
    [docker('host_ipv6'), '192.0.2.1', {}],
    [docker('enable_ipv6'), 'yes', {}],
    ['com.fairlead.address_check', 300, { reason: 'in vain: this bridge is on no segment of others' }],
  ])('refuses %s=%s', async (option, value, values) => {
    const refusal = expect.objectContaining({ code: 'option-invalid', values: expect.objectContaining({ option, value, ...values }) });
    await expect(make('web', { [option]: String(value) })).rejects.toEqual(refusal);
    expect((await fairlead.networks.list()).map(({ name }) => name)).not.toContain('web');
  });

  it('limits nobody where somebody else is the gateway: what goes there passes no rule of this host', async () => {
    const inhibited = { [bridge('inhibit_ipv4')]: 'true' };
    const refusal = expect.objectContaining({ code: 'value-invalid', message: expect.stringContaining('whose gateway is somebody else') });
    await expect(make('web', inhibited, { egress: ['none'] })).rejects.toEqual(refusal);
    await make('web', inhibited);
    await expect(fairlead.networks.update('web', { egress: ['none'] })).rejects.toEqual(refusal);
    await expect(fairlead.sandboxes.create({ networks: [{ network: 'web' }], egress: ['none'] })).rejects.toMatchObject({ code: 'network-exclusive' });
  });

  it('has a segment asked by a bridge that is on one alone, also where it has a name and when it is there already', async () => {
    const asks = { 'com.fairlead.address_check': '300' };
    const vain = expect.objectContaining({ code: 'option-invalid', mend: expect.stringContaining('-o parent=eth1') });
    await expect(make('web', { ...asks, [bridge('name')]: 'web0' })).rejects.toEqual(vain);
    await make('web', {});
    await expect(fairlead.networks.update('web', { options: asks })).rejects.toEqual(vain);
    await expect(fairlead.networks.update('web', { options: { 'com.fairlead.address_check': '0' } })).resolves.toBeDefined();
  });

  it('gateway modes are of each family', async () => {
    await make('web', { [bridge('gateway_mode_ipv4')]: 'nat-unprotected', [bridge('gateway_mode_ipv6')]: 'routed', [docker('host_ipv6')]: '2001:db8::9' });
    const device = (await fairlead.networks.get('web')).facts?.['device'];
    expect(await lines('web', /masq|routed|unfiltered|snat/)).toEqual([
      `nft add element inet fairlead masq '{ "${device}" }'`,
      `nft add element inet fairlead routed '{ ipv6 . "${device}" }'`,
      `nft add element inet fairlead unfiltered '{ ipv4 . "${device}" }'`,
    ]);
  });

  it('sources stand for masquerade only where there is some', async () => {
    const sources = { [docker('host_ipv4')]: '192.0.2.9', [docker('host_ipv6')]: '2001:db8::9' };
    await make('web', sources);
    expect(await lines('web', /snat/)).toEqual([expect.stringMatching(/snat4 .* : 192\.0\.2\.9 /), expect.stringMatching(/snat6 .* : 2001:db8::9 /)]);
    await fairlead.networks.update('web', { options: { [bridge('enable_ip_masquerade')]: 'false' } });
    expect(await lines('web', /snat|masq/)).toEqual([]);
    await fairlead.networks.update('web', { options: { [docker('host_ipv4')]: '0.0.0.0', [bridge('enable_ip_masquerade')]: null } });
    expect(await lines('web', /snat/)).toHaveLength(1);
  });

  it('a slip in the name of one that is taken back is told', async () => {
    await make('web', { 'com.fairlead.guard': 'false' });
    const slip = fairlead.networks.update('web', { options: { 'com.fairlead.gaurd': null } });
    await expect(slip).rejects.toMatchObject({
      code: 'option-unknown',
      values: { option: 'com.fairlead.gaurd', suggestion: expect.stringContaining('com.fairlead.guard') },
    });
    await fairlead.networks.update('web', { options: { 'com.fairlead.guard': null, [bridge('enable_icc')]: null } });
    expect((await fairlead.networks.get('web')).options).toEqual({});
  });

  it('isolated networks have no address for themselves, and none later', async () => {
    const isolated = { [bridge('gateway_mode_ipv4')]: 'isolated', [bridge('gateway_mode_ipv6')]: 'isolated' };
    const { pools } = await make('web', isolated, { internal: true });
    expect(pools.map(({ gateway }) => gateway)).toEqual([undefined, undefined]);
    expect(await lines('web', /address add/)).toEqual([]);
    const { id } = await box();
    expect((await fairlead.endpoints.list()).find(({ sandbox }) => sandbox === id)?.leases.map(({ ip }) => ip)).toEqual(['10.1.0.1', 'fd01::1']);
    await expect(fairlead.networks.update('web', { options: { [bridge('gateway_mode_ipv4')]: 'nat' } })).rejects.toMatchObject({ code: 'option-invalid' });
  });

  it('inhibit_ipv4 leaves the bridge without an address; sandboxes have their gateway all the same', async () => {
    await make('web', { [bridge('inhibit_ipv4')]: 'true' });
    expect(await lines('web', /address add/)).toEqual([expect.stringContaining('fd01::1/64'), expect.stringContaining('fe80::')]);
    await box();
    expect(await lines('sandbox/box', /route add default/)).toEqual([expect.stringContaining('via 10.1.0.1'), expect.stringContaining('via fd01::1')]);
    await fairlead.networks.update('web', { options: { [bridge('inhibit_ipv4')]: 'false' } });
    expect(await lines('web', /address add/)).toHaveLength(3);
    const { pools } = await fairlead.networks.create({ name: 'inner', internal: true, options: { [bridge('inhibit_ipv4')]: 'true' } });
    expect(pools[0]?.gateway).toBeUndefined();
  });

  it('an aux address of Docker’s name is the gateway of sandboxes', async () => {
    const config = [
      { subnet: '10.1.0.0/24', auxAddresses: { DefaultGatewayIPv4: '10.1.0.254' } },
      { subnet: 'fd01::/64', auxAddresses: { DefaultGatewayIPv6: 'fd01::fe' } },
    ];
    await make('web', {}, { ipam: { config } });
    await box();
    expect(await lines('web', /address add 10/)).toEqual([expect.stringContaining('10.1.0.1/24')]);
    expect(await lines('sandbox/box', /route add default/)).toEqual([expect.stringContaining('via 10.1.0.254'), expect.stringContaining('via fd01::fe')]);
  });

  it('links are called by a prefix, families are turned on, devices are trusted', async () => {
    const options = { [docker('container_iface_prefix')]: 'net', [docker('enable_ipv4')]: 'false', [docker('enable_ipv6')]: 'true' };
    const web = await make('web', { ...options, [bridge('trusted_host_interfaces')]: 'eth0:wg0:eth0' }, { ipam: {} });
    expect([web.ipv4, web.ipv6]).toEqual([false, true]);
    await box([{ hostPort: 8080, port: 80 }]);
    expect((await fairlead.endpoints.list()).map(({ link }) => link?.inside)).toEqual(['net0']);
    expect(await lines('web', /trusted/)).toHaveLength(2);
    expect(await lines('sandbox/box', /direct/)).toEqual([expect.stringMatching(/direct6 '\{ fd.* \. tcp \. 80 \}'/)]);
    await expect(make('x', { [docker('enable_ipv4')]: 'false' }, { ipam: {} })).rejects.toMatchObject({ code: 'family-none' });
  });
});

describe('published ports', () => {
  it('on a network that routes are open at the sandbox, and take none of the host', async () => {
    await make('web', { [bridge('gateway_mode_ipv4')]: 'routed', [bridge('gateway_mode_ipv6')]: 'routed' });
    await box([{ hostPort: 8080, port: 80 }]);
    await box(
      [
        { hostPort: 8080, port: 80 },
        { hostIp: '127.0.0.1', hostPort: 8081, port: 80 },
      ],
      'other',
    );
    expect(await lines('sandbox/box', /port|open|bind/)).toEqual([
      "nft add element inet fairlead open4 '{ 10.1.0.2 . tcp . 80 }'",
      "nft add element inet fairlead open6 '{ fd01::2 . tcp . 80 }'",
    ]);
    expect(await shown()).toEqual({
      live: ['80/tcp'],
      waiting: [],
      bindings: {
        '80/tcp': [
          { HostIp: '0.0.0.0', HostPort: '' },
          { HostIp: '::', HostPort: '' },
        ],
      },
    });
    await fairlead.sandboxes.update('box', { ports: { remove: [{ hostPort: 8080, port: 80 }] } });
    expect(await lines('sandbox/box', /open/)).toEqual([]);
  });

  it('follow the mode of their network', async () => {
    await make('web', {});
    await box([{ hostPort: 8080, port: 80 }]);
    await fairlead.networks.update('web', { options: { [bridge('gateway_mode_ipv6')]: 'routed' } });
    expect((await shown()).live).toEqual(['0.0.0.0:8080->80/tcp', '80/tcp']);
    expect(await lines('sandbox/box', /port6|bind tcp ::/)).toEqual([]);
    await box([{ port: 81 }], 'late');
    await fairlead.networks.update('web', { options: { [bridge('gateway_mode_ipv6')]: null } });
    expect((await shown()).live).toEqual(['0.0.0.0:8080->80/tcp', '[::]:8080->80/tcp']);
    const { live, waiting } = await shown('late');
    expect([live, waiting]).toEqual([['0.0.0.0:32768->81/tcp'], ['it was published where its network routed, and has no port of the host; publish it anew']]);
  });

  it('without an address are published where their network says', async () => {
    await make('web', { [bridge('host_binding_ipv4')]: '127.0.0.9' });
    await fairlead.networks.create({ name: 'two', options: { [bridge('host_binding_ipv4')]: '::' }, ipv6: true });
    await box([{ hostPort: 8080, port: 80 }]);
    await fairlead.sandboxes.create({ name: 'six', networks: [{ network: 'two' }], ports: [{ hostPort: 8080, port: 80 }] });
    expect((await shown()).live).toEqual(['127.0.0.9:8080->80/tcp']);
    expect((await shown('six')).live).toEqual(['[::]:8080->80/tcp']);
    await fairlead.sandboxes.update('box', { ports: { remove: [{ hostPort: 8080, port: 80 }], add: [{ hostIp: '0.0.0.0', hostPort: 8080, port: 80 }] } });
    expect((await shown()).live).toEqual(['0.0.0.0:8080->80/tcp']);
  });

  it('that came before the binding address are narrowed to it, and never at more than it', async () => {
    await make('web', {});
    await box([{ hostPort: 8080, port: 80 }]);
    const bind = (address: string) => fairlead.networks.update('web', { options: { [bridge('host_binding_ipv4')]: address } });
    await bind('127.0.0.1');
    expect((await shown()).live).toEqual(['127.0.0.1:8080->80/tcp']);
    expect(await lines('sandbox/box', /port[46]/)).toEqual(["nft add element inet fairlead port4 '{ 127.0.0.1 . tcp . 8080 : 10.1.0.2 . 80 }'"]);
    await box([{ hostPort: 8081, port: 80 }], 'late');
    await bind('127.0.0.9');
    expect(await shown('late')).toMatchObject({ live: [], waiting: ['network "web" publishes at 127.0.0.9'] });
  });
});
