import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFairlead, type Fairlead, type NetworkAsk, type PortAsk, type Sandbox } from '#dist/index.js';
import { dnsPeer } from '../tool/dns-peer.js';
import { type Far, FAR4, FAR6, farOf } from '../tool/far.js';
import { type HostNamespace, hostNamespace } from '../tool/host-namespace.js';
import { HOST4, HOST6, OUTSIDE4, OUTSIDE6, outsideOf } from '../tool/outside.js';
import { type Probe, startProbe } from '../tool/probe.js';

// Networks of one family and of both, in subnets of all lengths, with real packets. Each has a sandbox of its own name; `six` has two.
const PLAN: readonly (NetworkAsk & { readonly ports?: readonly PortAsk[] })[] = [
  {
    name: 'six',
    ipv4: false,
    ipam: { config: [{ subnet: 'fd64::/64' }] },
    ports: [
      { hostPort: 8064, port: 7000 },
      { hostPort: 8064, port: 7000, protocol: 'udp' },
    ],
  },
  { name: 'picked', ipv6: true, ipam: { config: [{ subnet: '10.65.0.0/24' }] } },
  { name: 'option', options: { 'com.docker.network.enable_ipv6': 'true', 'com.docker.network.enable_ipv4': 'false' } },
  { name: 'wire', ipam: { config: [{ subnet: '10.66.0.0/31' }, { subnet: 'fd66::/127' }] }, ports: [{ hostPort: 8066, port: 7000 }] },
  { name: 'four', ipam: { config: [{ subnet: '10.67.0.0/30' }, { subnet: 'fd67::/126' }] } },
  { name: 'odd', ipam: { config: [{ subnet: '10.68.0.0/24' }, { subnet: 'fd68:0:0:0:8000::/80' }] } },
  { name: 'small', ipam: { config: [{ subnet: '10.69.0.0/24' }, { subnet: 'fd69::/112' }] } },
  { name: 'router', ipv4: false, ipam: { config: [{ subnet: 'fd70::/64', gateway: 'fe80::1' }] }, ports: [{ hostPort: 8070, port: 7000 }] },
];

let host: HostNamespace;
let fairlead: Fairlead;
let far: Far;
const probes = new Map<string, Probe>();
const sandboxes = new Map<string, Sandbox>();
const at = (name: string): Probe => probes.get(name) as Probe;
const key = (name: string): string => sandboxes.get(name)?.key ?? '';
const reach = (from: string, to: string, port = 7000) => at(from).both(to, port);
const all = (answer: string | null) => [answer, answer];
const addressOf = async (name: string, family: 4 | 6) => (await fairlead.endpoints.get(`${name}/${name}`)).leases.find((lease) => lease.family === family)?.ip;

beforeAll(async () => {
  host = await hostNamespace();
  // Where br_netfilter is on, ports of ::1 wait: test/kernel/ports.test.ts.
  for (const family of ['iptables', 'ip6tables']) await host.exec(['sh', '-c', `echo 0 > /proc/sys/net/bridge/bridge-nf-call-${family}`]);
  const outside = await outsideOf(host);
  far = await farOf(host);
  fairlead = await createFairlead({ host: host.path, state: join(host.run, 'state'), run: join(host.run, 'run'), dns: [] });
  for (const { ports, ...ask } of PLAN) {
    await fairlead.networks.create(ask);
    await start(ask.name, { network: ask.name }, ports);
  }
  await start('second', { network: 'six', ip6: 'fd64::99' });
  probes.set('outside', await startProbe(outside));
  probes.set('host', await startProbe(host.path));
});

afterAll(async () => {
  for (const probe of probes.values()) await probe.close();
  await far.close();
  await fairlead[Symbol.asyncDispose]();
  await host.close();
});

async function start(name: string, attach: { readonly network: string; readonly ip6?: string }, ports: readonly PortAsk[] = []): Promise<void> {
  const sandbox = await fairlead.sandboxes.create({ name, networks: [attach], ports });
  sandboxes.set(name, sandbox);
  probes.set(name, await startProbe(sandbox.key));
}

describe('a network of IPv6 alone', () => {
  it('has no address of IPv4, and the one of IPv6 that was asked for', async () => {
    const { leases, gateway } = await fairlead.endpoints.get('six/second');
    expect(leases.map(({ address }) => address)).toEqual(['fd64::99/64']);
    expect(gateway).toEqual([6]);
    const { pools } = await fairlead.networks.get('six');
    expect(pools.map(({ family }) => family)).toEqual([6]);
  });

  it('carries packets between its sandboxes: neighbours are found', async () => {
    expect(await reach('six', 'fd64::99')).toEqual(all('fd64::2'));
    expect(await reach('second', 'fd64::2')).toEqual(all('fd64::99'));
  });

  it('has a way out for IPv6, by an address of the host, and none for IPv4', async () => {
    expect(await reach('six', OUTSIDE6)).toEqual(all(HOST6));
    expect(await reach('six', OUTSIDE4)).toEqual(all(null));
  });

  it('publishes ports of IPv6, ::1 included; those of IPv4 wait', async () => {
    expect(await reach('outside', HOST6, 8064)).toEqual(all(OUTSIDE6));
    expect(await reach('host', '::1', 8064)).not.toContain(null);
    expect(await reach('outside', HOST4, 8064)).toEqual(all(null));
    expect((await fairlead.explain('sandbox/six')).commands.filter((line) => line.includes('waits'))).toHaveLength(2);
  });

  it('has names with addresses of IPv6 alone', async () => {
    const peer = await dnsPeer(key('second'));
    try {
      const asked = await peer.udp(
        53,
        ['A', 'AAAA'].map((type, id) => ({ id, name: 'six', type })),
      );
      expect(asked).toMatchObject([
        { rcode: 'NOERROR', data: [] },
        { rcode: 'NOERROR', data: ['fd64::2'] },
      ]);
    } finally {
      await peer.close();
    }
  });
});

it('a name server of IPv6 is asked from a sandbox, where IPv4 is not to be had', async () => {
  const { key: path } = await fairlead.sandboxes.create({ name: 'asks', networks: [{ network: 'six' }], dns: { servers: ['fd64::2'] } });
  const [server, asker] = [await dnsPeer(key('six')), await dnsPeer(path)];
  try {
    await server.serve({ address: '::', port: 53, rules: [{ name: 'outside.test', data: ['203.0.113.7'] }] });
    expect(await asker.udp(53, [{ id: 1, name: 'outside.test', type: 'A' }])).toMatchObject([{ rcode: 'NOERROR', data: ['203.0.113.7'] }]);
    const reverse = `2.${'0.'.repeat(27)}4.6.d.f.ip6.arpa`;
    expect(await asker.udp(53, [{ id: 1, name: reverse, type: 'PTR' }])).toMatchObject([{ data: ['six.six'] }]);
  } finally {
    await server.close();
    await asker.close();
    await fairlead.sandboxes.remove('asks', { force: true });
  }
});

describe('a subnet of IPv6 that nobody chose', () => {
  it.each(['picked', 'option'])('is a /64 of this instance’s own /48: %s', async (name) => {
    const six = (await fairlead.networks.get(name)).pools.find(({ family }) => family === 6);
    expect(six?.subnet).toMatch(/^fd[0-9a-f:]+::\/64$/);
    const [first] = (await fairlead.networks.get('picked')).pools.filter(({ family }) => family === 6);
    const site = (subnet = '') => subnet.split(':').slice(0, 3).join(':');
    expect(site(six?.subnet)).toBe(site(first?.subnet));
    expect(await reach(name, OUTSIDE6)).toEqual(all(HOST6));
  });

  it('goes with Docker’s options as with --ipv6 and --ipv4', async () => {
    expect(await fairlead.networks.get('option')).toMatchObject({ ipv4: false, ipv6: true });
  });
});

describe('subnets of all lengths', () => {
  it.each(['wire', 'four', 'odd', 'small'])('lead outside and are reached from the host: %s', async (name) => {
    expect(await reach(name, OUTSIDE4)).toEqual(all(HOST4));
    expect(await reach(name, OUTSIDE6)).toEqual(all(HOST6));
    for (const family of [4, 6] as const) expect(await at('host').tcp((await addressOf(name, family)) ?? '')).not.toBeNull();
  });

  it('of two addresses have a gateway and one endpoint, with its ports', async () => {
    expect([await addressOf('wire', 4), await addressOf('wire', 6)]).toEqual(['10.66.0.1', 'fd66::1']);
    expect([await at('outside').tcp(HOST4, 8066), await at('outside').tcp(HOST6, 8066)]).toEqual([OUTSIDE4, OUTSIDE6]);
    await expect(fairlead.sandboxes.create({ networks: [{ network: 'wire' }] })).rejects.toMatchObject({ code: 'addresses-exhausted' });
  });
});

describe('a link-local gateway', () => {
  it('is the way out, and leads ports in', async () => {
    expect((await fairlead.networks.get('router')).pools).toMatchObject([{ gateway: 'fe80::1' }]);
    expect(await reach('router', OUTSIDE6)).toEqual(all(HOST6));
    expect(await at('outside').tcp(HOST6, 8070)).toBe(OUTSIDE6);
    expect(await at('host').tcp((await addressOf('router', 6)) ?? '')).not.toBeNull();
  });
});

describe('a link on the way that is narrower', () => {
  it.each([
    ['tcp', FAR4, 500_000],
    ['tcp', FAR6, 500_000],
    ['udp', FAR4, 1400],
    ['udp', FAR6, 1400],
  ] as const)('is heard of through the masquerade: %s to %s', async (protocol, address, octets) => {
    expect(await far.send(key('picked'), protocol, octets, address)).toBe(octets);
  });
});

it('records and kernel agree', async () => {
  const found = (await fairlead.doctor()).filter(({ code }) => code !== 'instance-other');
  // The smallest subnets have no room for another sandbox.
  expect(new Set(found.map(({ code, object }) => `${code} ${object}`))).toEqual(new Set(['pool-full network/wire', 'pool-full network/four']));
});
