import { describe, expect, it } from 'vitest';
import type { Endpoint, Network, Sandbox } from '../../model/records.js';
import { capabilityArgs } from './capability-args.js';
import { cniDriver } from './cni-driver.js';
import { madeOf } from './made-of.js';

const driver = cniDriver({ patience: 1 });
const sandbox = { dns: { servers: ['192.0.2.53'], search: ['example.org'], hosts: [] } } as unknown as Sandbox;

describe('what plugins are told', () => {
  const endpoint = { mac: '02:00:00:00:00:07', aliases: ['db'] } as unknown as Endpoint;

  it('is ports, MAC address, aliases and name servers, and what the user says before that', () => {
    const ports = [{ protocol: 'tcp', port: 8080, target: 80 } as const];
    expect(capabilityArgs(endpoint, sandbox, ports, { mac: '02:00:00:00:00:08', ips: ['10.0.0.9/24'] })).toEqual({
      portMappings: [{ hostPort: 8080, containerPort: 80, protocol: 'tcp' }],
      mac: '02:00:00:00:00:08',
      aliases: ['db'],
      dns: { servers: ['192.0.2.53'], searches: ['example.org'], options: [] },
      ips: ['10.0.0.9/24'],
    });
  });

  it('is nothing where there is nothing', () => {
    expect(capabilityArgs({ aliases: [] } as unknown as Endpoint, { dns: { servers: [], hosts: [] } } as unknown as Sandbox, [], {})).toEqual({});
  });
});

describe('what plugins answer', () => {
  const result = {
    cniVersion: '1.0.0',
    interfaces: [{ name: 'veth0' }, { name: 'eth0', mac: '02:00:00:00:00:09', sandbox: '/run/netns/box' }],
    ips: [
      { address: '10.0.0.2/24', gateway: '10.0.0.1', interface: 1 },
      { address: 'fd00::2/64', interface: 1 },
      { address: '10.9.9.9/32', interface: 0 },
    ],
    routes: [{ dst: '0.0.0.0/0' }, { dst: 'fd01::/16' }],
    dns: { nameservers: ['10.0.0.53'], domain: 'lan' },
  };

  it('are the addresses of the link itself, with name servers, and the families of the way out', () => {
    const { leases, mac, ways } = madeOf('web', result, 'eth0');
    expect({ leases: leases.map(({ address, learned }) => [address, learned?.gateway, learned?.servers, learned?.search]), mac, ways }).toEqual({
      leases: [
        ['10.0.0.2/24', '10.0.0.1', ['10.0.0.53'], ['lan']],
        ['fd00::2/64', undefined, [], []],
      ],
      mac: '02:00:00:00:00:09',
      ways: [4],
    });
  });

  it('is refused where it names another link alone, or what is no address', () => {
    expect(() => madeOf('web', result, 'eth1')).toThrow('it names no interface eth1 of the container');
    expect(() => madeOf('web', { ...result, ips: [{ address: '10.0.0.2' }] }, 'eth0')).toThrow('"ips[0].address" is "10.0.0.2"');
  });

  it('is printed as the command that asks for it, fit for a shell', () => {
    const facts = {
      file: '/etc/cni/net.d/web.conflist',
      network: 'web',
      plugins: ['ptp'],
      containerId: 'c0',
      netns: '/run/netns/box',
      ifName: 'eth0',
      args: [['K', "it's"]],
      capabilities: { mac: '02:00:00:00:00:09' },
      ways: [],
      result,
    };
    expect(driver.made?.({} as Network, { facts } as unknown as Endpoint).slice(0, 2)).toEqual([
      `NETCONFPATH=/etc/cni/net.d fairlead cni add web /run/netns/box --container-id c0 --ifname eth0 --args 'K=it'\\''s' --capability-args '{"mac":"02:00:00:00:00:09"}'`,
      '# made by ptp:',
    ]);
    expect(driver.made?.({} as Network, {} as Endpoint)).toEqual([]);
  });
});

it('takes a whole path, and JSON', () => {
  expect(() => driver.parseNetwork({ 'cni.conflist': 'web.conflist' })).toThrow('option cni.conflist');
  expect(() => driver.parseEndpoint({ 'cni.capability-args': '[1]' })).toThrow('option cni.capability-args');
  expect(() => driver.parseEndpoint({ 'cni.args': 'K' })).toThrow('option cni.args');
});
