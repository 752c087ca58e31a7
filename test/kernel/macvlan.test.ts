import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { connectFairlead, type FairleadClient, type NetworkAsk } from '#dist/index.js';
import { type CommandLine, commandLine } from '../tool/command-line.js';
import { type HostNamespace, hostNamespace } from '../tool/host-namespace.js';
import { type Probe, startProbe } from '../tool/probe.js';
import { type Switch, switchOf } from '../tool/switch.js';

// Sandboxes by themselves on cables to a switch, at which a machine has .1 in every subnet. eth1's port sends back where it came from, eth2's does not:
//
//     lan, bridge, eth1, which the host reaches: a .11, b .12      quiet, private, eth1: c, d      far, vepa, eth1: e, f
//     cut, vepa, eth2: g, h                                         wire, passthru, eth3: i
const NUMBER = { lan: 1, quiet: 2, far: 3, cut: 4, wire: 5 } as const;
const NETWORKS = {
  lan: { mode: 'bridge', parent: 'eth1', sandboxes: ['a', 'b'] },
  quiet: { mode: 'private', parent: 'eth1', sandboxes: ['c', 'd'] },
  far: { mode: 'vepa', parent: 'eth1', sandboxes: ['e', 'f'] },
  cut: { mode: 'vepa', parent: 'eth2', sandboxes: ['g', 'h'] },
  wire: { mode: 'passthru', parent: 'eth3', sandboxes: ['i'] },
} as const;
type Name = keyof typeof NETWORKS;

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
const attach = async (network: Name, name: string, last: number) => {
  const { key } = await fairlead.sandboxes.create({ name, networks: [{ network, ip: ip(network, last), ip6: six(network, last) }] });
  probes.set(name, await startProbe(key));
};

beforeAll(async () => {
  host = await hostNamespace();
  const subnets = Object.values(NUMBER).flatMap((number) => [`10.80.${number}.1/24`, `fd80:${number}::1/64`]);
  wires = await switchOf(host, [{ name: 'eth1', reflects: true }, { name: 'eth2' }, { name: 'eth3' }], subnets);
  probes.set('machine', await startProbe(wires.path));
  probes.set('host', await startProbe(host.path));
  cli = commandLine(host);
  await cli.start();
  fairlead = connectFairlead(`unix://${host.run}/fairlead.sock`);
  for (const [name, { mode, parent, sandboxes }] of Object.entries(NETWORKS) as [Name, (typeof NETWORKS)[Name]][]) {
    const access = name === 'lan';
    const aux = (address: string) => (access ? { auxAddresses: { host: address } } : {});
    const config = [
      { subnet: `10.80.${NUMBER[name]}.0/24`, gateway: ip(name, 1), ...aux(ip(name, 9)) },
      { subnet: `fd80:${NUMBER[name]}::/64`, gateway: six(name, 1), ...aux(six(name, 9)) },
    ];
    await create(name, { parent, macvlan_mode: mode, 'com.fairlead.host_access': String(access) }, { ipam: { config } });
    for (const [index, each] of sandboxes.entries()) await attach(name, each, 11 + index);
  }
});
afterAll(async () => {
  for (const probe of probes.values()) await probe.close();
  await fairlead[Symbol.asyncDispose]();
  await cli.stop();
  await host.close();
});

describe('sandboxes on a wire of the host', () => {
  it.each<[string, string, Name, readonly (string | null)[]]>([
    ['bridge', 'a to b', 'lan', as('lan', 11)],
    ['private', 'c to d', 'quiet', nothing],
    ['vepa, where the switch sends back', 'e to f', 'far', as('far', 11)],
    ['vepa, where it does not', 'g to h', 'cut', nothing],
  ])('of mode %s: %s', async (_, way, network, seen) => {
    expect(await both(way[0] ?? '', network, 12)).toEqual(seen);
  });

  it('are hosts of the wire in every mode: the machine and they reach each other', async () => {
    for (const [name, { sandboxes }] of Object.entries(NETWORKS) as [Name, (typeof NETWORKS)[Name]][]) {
      expect([name, await both(sandboxes[0], name, 1)]).toEqual([name, as(name, 11)]);
      expect([name, await both('machine', name, 11)]).toEqual([name, as(name, 1)]);
    }
  });

  it('and the host reach each other where that was asked for, and nowhere else', async () => {
    expect(await both('host', 'lan', 11)).toEqual(as('lan', 9));
    expect(await both('a', 'lan', 9)).toEqual(as('lan', 11));
    expect(await both('host', 'far', 11)).toEqual(nothing);
  });

  it('find each other by name', async () => {
    const { out } = await cli.run('sandbox', 'exec', 'a', 'getent', 'hosts', 'b');
    expect(out).toMatch(/^(10\.80\.1\.12|fd80:1::12)\s/);
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
    await vi.waitFor(async () => expect(await fairlead.doctor()).toContainEqual(expect.objectContaining({ object: 'endpoint/cut/g' })), 10_000);
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
    expect(await both('g', 'cut', 1)).toEqual(as('cut', 11));
  });

  it('takes everything away in the end, and the parents stay', async () => {
    for (const { sandboxes } of Object.values(NETWORKS)) for (const name of sandboxes) await fairlead.sandboxes.remove(name);
    for (const name of Object.keys(NETWORKS)) await fairlead.networks.remove(name);
    expect((await host.exec(['cat', '/proc/net/dev'])).match(/\w+(?=:)/g)?.sort()).toEqual(['eth1', 'eth2', 'eth3', 'lo']);
  });
});
