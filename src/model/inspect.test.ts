import { describe, expect, it } from 'vitest';
import type { InterfaceAddress, Ip, Mac, Prefix } from '../ip/types.js';
import { inspectEndpoint, inspectNetwork, inspectSandbox } from './inspect.js';
import type { Endpoint, Network, Sandbox } from './records.js';

const network: Network = {
  id: 'a'.repeat(64),
  name: 'web',
  created: Date.UTC(2026, 0, 2, 3, 4, 5, 60),
  state: 'active',
  driver: 'bridge',
  scope: 'local',
  predefined: false,
  internal: false,
  attachable: true,
  ipv4: true,
  ipv6: true,
  labels: { tier: 'front' },
  options: { 'com.docker.network.bridge.name': 'web0' },
  ipam: { driver: 'default', options: {} },
  pools: [
    { family: 4, subnet: '10.64.0.0/24' as Prefix, range: '10.64.0.128/25' as Prefix, gateway: '10.64.0.1' as Ip, aux: { router: '10.64.0.2' as Ip } },
    { family: 6, subnet: 'fd00:64::/64' as Prefix, gateway: 'fd00:64::1' as Ip, aux: {} },
  ],
  facts: null,
};

const sandbox: Sandbox = {
  id: 'b'.repeat(64),
  name: 'api',
  created: Date.UTC(2026, 0, 2),
  state: 'active',
  stack: 'ns/fl1',
  key: '/run/fairlead/netns/fl1',
  cookie: '7',
  hostname: 'api-host',
  dns: { servers: [], hosts: [] },
  labels: { app: 'api' },
  ports: [
    { protocol: 'tcp', ip: '0.0.0.0' as Ip, port: 8080, target: 80 },
    { protocol: 'tcp', ip: '::' as Ip, port: 8080, target: 80 },
    { protocol: 'udp', ip: '127.0.0.1' as Ip, port: 53, target: 5353 },
  ],
};

const endpoint: Endpoint = {
  id: 'c'.repeat(64),
  name: 'api',
  created: Date.UTC(2026, 0, 2),
  state: 'active',
  network: network.id,
  sandbox: sandbox.id,
  mac: '02:42:0a:40:00:81' as Mac,
  linkLocals: ['169.254.0.9' as Endpoint['linkLocals'][number]],
  leases: [
    { family: 4, subnet: '10.64.0.0/24' as Prefix, ip: '10.64.0.129' as Ip, address: '10.64.0.129/24' as InterfaceAddress, until: null },
    { family: 6, subnet: 'fd00:64::/64' as Prefix, ip: 'fd00:64::2' as Ip, address: 'fd00:64::2/64' as InterfaceAddress, until: null },
  ],
  link: { outside: 'fl1234', inside: 'eth0' },
  aliases: ['db', 'api'],
  gateway: [4, 6],
  gatewayPriority: 5,
  rates: { in: 8_000_000 },
  labels: { e: '1' },
  options: { o: '2' },
};

const idle: Endpoint = {
  id: 'd'.repeat(64),
  name: 'spare',
  created: 0,
  state: 'created',
  network: network.id,
  leases: [],
  linkLocals: [],
  aliases: [],
  gateway: [],
  gatewayPriority: 0,
  labels: {},
  options: {},
};
const elsewhere: Endpoint = { ...endpoint, id: 'e'.repeat(64), network: 'f'.repeat(64) };

const settings = {
  NetworkID: network.id,
  EndpointID: endpoint.id,
  EndpointName: 'api',
  Gateway: '10.64.0.1',
  IPAddress: '10.64.0.129',
  IPPrefixLen: 24,
  IPv6Gateway: 'fd00:64::1',
  GlobalIPv6Address: 'fd00:64::2',
  GlobalIPv6PrefixLen: 64,
  MacAddress: '02:42:0a:40:00:81',
  Aliases: ['db', 'api'],
  Links: [],
  DNSNames: ['api', 'db', 'bbbbbbbbbbbb', 'api-host'],
  GwPriority: 5,
  InterfaceName: 'eth0',
  SecondaryIPAddresses: [],
  SecondaryIPv6Addresses: [],
  IPAMConfig: { IPv4Address: '', IPv6Address: '', LinkLocalIPs: ['169.254.0.9'] },
  Limits: { RateIn: 8_000_000, BurstIn: 10_000, RateOut: 0, BurstOut: 0 },
  DriverOpts: { o: '2' },
  Egress: { To: ['all'], By: 'default', MetadataOpen: [] },
};

describe('inspectNetwork', () => {
  it("is Docker Engine's shape", () => {
    expect(inspectNetwork(network, [endpoint, idle, elsewhere], [sandbox])).toStrictEqual({
      Name: 'web',
      Id: network.id,
      Created: '2026-01-02T03:04:05.060000000Z',
      Scope: 'local',
      Driver: 'bridge',
      EnableIPv4: true,
      EnableIPv6: true,
      IPAM: {
        Driver: 'default',
        Options: null,
        Config: [
          { Subnet: '10.64.0.0/24', IPRange: '10.64.0.128/25', Gateway: '10.64.0.1', AuxiliaryAddresses: { router: '10.64.0.2' } },
          { Subnet: 'fd00:64::/64', Gateway: 'fd00:64::1' },
        ],
      },
      Internal: false,
      Attachable: true,
      Ingress: false,
      ConfigFrom: { Network: '' },
      ConfigOnly: false,
      Containers: {
        [sandbox.id]: { Name: 'api', EndpointID: endpoint.id, MacAddress: '02:42:0a:40:00:81', IPv4Address: '10.64.0.129/24', IPv6Address: 'fd00:64::2/64' },
        [`ep-${idle.id}`]: { Name: 'spare', EndpointID: idle.id, MacAddress: '', IPv4Address: '', IPv6Address: '' },
      },
      Limits: { RateIn: 0, BurstIn: 0, RateOut: 0, BurstOut: 0 },
      Options: { 'com.docker.network.bridge.name': 'web0' },
      Egress: ['all'],
      Labels: { tier: 'front' },
    });
  });

  it("names a container by its sandbox, and shows IPAM's options where there are some", () => {
    const view = inspectNetwork({ ...network, ipam: { driver: 'x', options: { a: 'b' } } }, [{ ...endpoint, name: 'nic0' }], [sandbox]);
    expect(view.Containers[sandbox.id]?.Name).toBe('api');
    expect(view.IPAM.Options).toEqual({ a: 'b' });
  });
});

describe('inspectSandbox', () => {
  it("is a container's shape, with the network side at the top too", () => {
    const Ports = {
      '80/tcp': [
        { HostIp: '0.0.0.0', HostPort: '8080' },
        { HostIp: '::', HostPort: '8080' },
      ],
      '5353/udp': [{ HostIp: '127.0.0.1', HostPort: '53' }],
    };
    const side = { SandboxID: sandbox.id, SandboxKey: '/run/fairlead/netns/fl1', Networks: { web: settings }, Ports, WaitingPorts: [] };
    expect(inspectSandbox(sandbox, [endpoint, idle], [network])).toStrictEqual({
      Id: sandbox.id,
      Name: 'api',
      Created: '2026-01-02T00:00:00.000000000Z',
      State: { Status: 'running', Pid: 0, UntilPid: 0 },
      Config: { Hostname: 'api-host', Labels: { app: 'api' } },
      Egress: null,
      ...side,
      NetworkSettings: side,
    });
  });

  it('shows the ports of a family without a way out as waiting', () => {
    const view = inspectSandbox(sandbox, [{ ...endpoint, gateway: [4] }], [network]);
    expect([Object.keys(view.Ports), view.Ports['80/tcp'], view.WaitingPorts]).toEqual([
      ['80/tcp', '5353/udp'],
      [{ HostIp: '0.0.0.0', HostPort: '8080' }],
      [{ Port: '[::]:8080->80/tcp', Reason: 'network "web" has no way out by IPv6' }],
    ]);
    expect(inspectSandbox(sandbox, [], []).WaitingPorts).toHaveLength(3);
  });

  it('shows its process, and what it is in the midst of', () => {
    const process = { pid: 4121, started: '1', command: ['nginx'] };
    expect(inspectSandbox({ ...sandbox, process }, [], []).State).toEqual({ Status: 'running', Pid: 4121, UntilPid: 0 });
    expect(inspectSandbox({ ...sandbox, state: 'creating' }, [], []).State.Status).toBe('created');
    expect(inspectSandbox({ ...sandbox, state: 'removing' }, [], []).State.Status).toBe('removing');
  });

  it('has no gateway on an internal network', () => {
    const view = inspectSandbox(sandbox, [endpoint], [{ ...network, internal: true }]);
    expect(view.Networks['web']).toStrictEqual({ ...settings, Gateway: '', IPv6Gateway: '' });
  });
});

describe('inspectEndpoint', () => {
  it('has its settings and what it connects', () => {
    expect(inspectEndpoint(endpoint, network, sandbox)).toStrictEqual({
      Guest: null,
      Id: endpoint.id,
      Name: 'api',
      Created: '2026-01-02T00:00:00.000000000Z',
      State: { Status: 'active' },
      Network: 'web',
      Host: '',
      SandboxID: sandbox.id,
      SandboxName: 'api',
      SandboxKey: '/run/fairlead/netns/fl1',
      ...settings,
      Labels: { e: '1' },
    });
  });

  it('is empty where it has nothing', () => {
    expect(inspectEndpoint({ ...idle, interfaceName: 'lan0' }, network)).toMatchObject({
      SandboxID: '',
      SandboxKey: '',
      IPAddress: '',
      IPPrefixLen: 0,
      Gateway: '',
      GlobalIPv6Address: '',
      MacAddress: '',
      InterfaceName: 'lan0',
      DNSNames: ['spare'],
    });
  });
});

describe('where may be sent', () => {
  const narrow: Network = { ...network, egress: ['10.0.0.0/8', '169.254.169.0/24'] as unknown as NonNullable<Network['egress']> };

  it("is what the sandbox says, else its network's, with the metadata addresses that are open", () => {
    expect(inspectEndpoint(endpoint, narrow, sandbox).Egress).toEqual({ To: narrow.egress, By: 'network', MetadataOpen: ['169.254.169.254'] });
    expect(inspectEndpoint(endpoint, narrow, { ...sandbox, egress: [] }).Egress).toEqual({ To: ['none'], By: 'sandbox', MetadataOpen: [] });
    expect(inspectNetwork(narrow, [], []).Egress).toEqual(narrow.egress);
    expect(inspectSandbox({ ...sandbox, egress: [] }, [], []).Egress).toEqual(['none']);
  });
});
