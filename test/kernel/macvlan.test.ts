import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { connectFairlead, type FairleadClient, type NetworkAsk } from '#dist/index.js';
import { type CommandLine, commandLine } from '../tool/command-line.js';
import { type HostNamespace, hostNamespace } from '../tool/host-namespace.js';
import { type Probe, startProbe } from '../tool/probe.js';
import { type Switch, switchOf } from '../tool/switch.js';

// Two sandboxes by themselves on cables to a switch, at which a machine has .1 in every subnet. eth1's port sends back where it came from, eth2's does not. They are
// on every network, a as .11 and b as .12, and answer by each link for that link's address alone.
//
//     lan, bridge, eth1, which the host reaches     quiet, private, eth1     far, vepa, eth1     cut, vepa, eth2     wire, passthru, eth3: a alone
const NUMBER = { lan: 1, quiet: 2, far: 3, cut: 4, wire: 5 } as const;
const NETWORKS = {
  lan: { mode: 'bridge', parent: 'eth1' },
  quiet: { mode: 'private', parent: 'eth1' },
  far: { mode: 'vepa', parent: 'eth1' },
  cut: { mode: 'vepa', parent: 'eth2' },
  wire: { mode: 'passthru', parent: 'eth3' },
} as const;
type Name = keyof typeof NETWORKS;
const NAMES = Object.keys(NETWORKS) as Name[];

let host: HostNamespace;
let cli: CommandLine;
let fairlead: FairleadClient;
let wires: Switch;
const probes = new Map<string, Probe>();
const at = (name: string): Probe => probes.get(name) as Probe;
const create = (name: string, options: Record<string, string>, ask: Partial<NetworkAsk> = {}) =>
  fairlead.networks.create({ name, driver: 'macvlan', options, ...ask });
const refused = (code: string, mend = '') => expect.objectContaining({ code, mend: expect.stringMatching(mend) });
const ip = (network: Name, last: number) => `10.80.${NUMBER[network]}.${last}`;
const six = (network: Name, last: number) => `fd80:${NUMBER[network]}::${last}`;
const both = (from: string, network: Name, last: number) => Promise.all([at(from).tcp(ip(network, last)), at(from).udp(six(network, last))]);
const as = (network: Name, last: number) => [ip(network, last), six(network, last)];
const nothing = [null, null];
const options = { 'com.docker.network.endpoint.sysctls': 'net.ipv4.conf.IFNAME.arp_ignore=1' };
const attach = async (name: string, networks: readonly Name[], last: number) => {
  const each = networks.map((network) => ({ network, ip: ip(network, last), ip6: six(network, last), options }));
  return (await fairlead.sandboxes.create({ name, networks: each })).key;
};

beforeAll(async () => {
  host = await hostNamespace();
  const subnets = Object.values(NUMBER).flatMap((number) => [`10.80.${number}.1/24`, `fd80:${number}::1/64`]);
  wires = await switchOf(host, [{ name: 'eth1', reflects: true }, { name: 'eth2' }, { name: 'eth3' }], subnets);
  cli = commandLine(host);
  await cli.start();
  fairlead = connectFairlead(`unix://${host.run}/fairlead.sock`);
  for (const name of NAMES) {
    const { mode, parent } = NETWORKS[name];
    const access = name === 'lan';
    const aux = (address: string) => (access ? { auxAddresses: { host: address } } : {});
    const config = [
      { subnet: `10.80.${NUMBER[name]}.0/24`, gateway: ip(name, 1), ...aux(ip(name, 9)) },
      { subnet: `fd80:${NUMBER[name]}::/64`, gateway: six(name, 1), ...aux(six(name, 9)) },
    ];
    await create(name, { parent, macvlan_mode: mode, 'com.fairlead.host_access': String(access) }, { ipam: { config } });
  }
  const places = { machine: wires.path, host: host.path, a: await attach('a', NAMES, 11), b: await attach('b', NAMES.slice(0, -1), 12) };
  await Promise.all(Object.entries(places).map(async ([name, path]) => probes.set(name, await startProbe(path))));
});
afterAll(async () => {
  await Promise.all([...probes.values()].map((probe) => probe.close()));
  await fairlead[Symbol.asyncDispose]();
  await cli.stop();
  await host.close();
});

describe('sandboxes on a wire of the host', () => {
  it.each<[string, Name, readonly (string | null)[]]>([
    ['bridge', 'lan', as('lan', 11)],
    ['private', 'quiet', nothing],
    ['vepa, where the switch sends back', 'far', as('far', 11)],
    ['vepa, where it does not', 'cut', nothing],
  ])('of mode %s: one to the other', async (_, network, seen) => {
    expect(await both('a', network, 12)).toEqual(seen);
  });

  it('are hosts of the wire in every mode: the machine and they reach each other', async () => {
    const all = (last: number) => NAMES.map((name) => as(name, last));
    expect(await Promise.all(NAMES.map((name) => both('a', name, 1)))).toEqual(all(11));
    expect(await Promise.all(NAMES.map((name) => both('machine', name, 11)))).toEqual(all(1));
  });

  it('and the host reach each other where that was asked for, and nowhere else', async () => {
    expect(await both('host', 'lan', 11)).toEqual(as('lan', 9));
    expect(await both('a', 'lan', 9)).toEqual(as('lan', 11));
    expect(await both('host', 'far', 11)).toEqual(nothing);
  });

  it('see the host at its address of their own subnet, where there are several', async () => {
    const pool = (number: number) => ({ subnet: `10.80.${number}.0/24`, gateway: `10.80.${number}.1`, auxAddresses: { host: `10.80.${number}.9` } });
    await create('pair', { parent: 'eth1', macvlan_mode: 'bridge', 'com.fairlead.host_access': 'true' }, { ipam: { config: [pool(100), pool(101)] } });
    for (const number of [100, 101]) {
      const ip = `10.80.${number}.11`;
      const { name, key } = await fairlead.sandboxes.create({ networks: [{ network: 'pair', ip }] });
      const probe = await startProbe(key);
      expect(await at('host').tcp(ip)).toBe(`10.80.${number}.9`);
      await probe.close();
      expect(await fairlead.doctor({ of: name })).toEqual([]);
      await fairlead.sandboxes.remove(name);
    }
    await fairlead.networks.remove('pair');
  });

  it('find each other by name', async () => {
    const { out } = await cli.run('sandbox', 'exec', 'a', 'getent', 'hosts', 'b');
    expect(out).toMatch(/^(10\.80\.\d\.12|fd80:\d::12)\s/);
    expect(await fairlead.doctor()).toEqual([]);
  });
});

describe('a parent', () => {
  it('has no network that does not go with those that it has', async () => {
    await expect(create('second', { parent: 'eth3' })).rejects.toEqual(refused('parent-claimed'));
    await expect(create('second', { parent: 'eth2', macvlan_mode: 'passthru' })).rejects.toEqual(refused('parent-claimed'));
    await expect(create('second', { parent: 'lo' })).rejects.toEqual(refused('parent-unfit'));
    await expect(fairlead.sandboxes.create({ networks: [{ network: 'wire' }] })).rejects.toEqual(refused('network-exclusive'));
  });

  it('that is a VLAN, or none, is made where the kernel has that, and the refusal names what it lacks', async () => {
    const { links } = (await fairlead.info()) as { links: { lacks: readonly string[] } };
    for (const [kind, options, way] of [
      ['vlan', { parent: 'eth2.7' }, 'modprobe 8021q; .*CONFIG_VLAN_8021Q'],
      ['dummy', {}, 'modprobe dummy; .*CONFIG_DUMMY'],
    ] as const) {
      if (links.lacks.some((each) => each.startsWith(kind))) await expect(create('made', { ...options })).rejects.toEqual(refused('kernel-lacks', way));
      else await create('made', { ...options }).then(() => fairlead.networks.remove('made'));
    }
  });

  it('takes all upon it along, which is told', async () => {
    await host.deleteLink('eth2');
    await vi.waitFor(async () => expect(await fairlead.doctor()).toContainEqual(expect.objectContaining({ object: 'endpoint/cut/a' })), 10_000);
  });
});

describe('a daemon that is killed', () => {
  it('leaves the wire as it is, and makes whole again what it finds', async () => {
    await cli.stop('SIGKILL');
    expect(await both('a', 'lan', 12)).toEqual(as('lan', 11));
    await wires.plug({ name: 'eth2' });
    await cli.start();
    expect(await fairlead.doctor()).toEqual([]);
    expect(await both('host', 'lan', 12)).toEqual(as('lan', 9));
    expect(await both('b', 'cut', 1)).toEqual(as('cut', 12));
  });

  it('takes everything away in the end, and the parents stay', async () => {
    for (const name of ['a', 'b']) await fairlead.sandboxes.remove(name);
    for (const name of NAMES) await fairlead.networks.remove(name);
    expect((await host.exec(['cat', '/proc/net/dev'])).match(/\w+(?=:)/g)?.sort()).toEqual(['eth1', 'eth2', 'eth3', 'lo']);
  });
});
