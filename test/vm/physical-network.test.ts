import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFairlead, type Fairlead } from '#dist/index.js';
import { type HostNamespace, hostNamespace } from '../tool/host-namespace.js';
import { type Probe, startProbe } from '../tool/probe.js';
import { type Switch, switchOf } from '../tool/switch.js';

// Sandboxes upon links that few kernels have: ipvlan of every mode and flag, and VLANs that are made when they are asked for. a is .11 and b is .12 on every network;
// at the switch is a machine, .1 in every subnet, whose VLAN 50 is a link of its own. The port of eth3 sends back where it came from.
//
//     open, l2, eth1, which the host reaches     quiet, l2 private, eth2     far, l2 vepa, eth3     cut, l2 vepa, eth4     behind, l3, eth5
//     routed, l3s, eth6     tagged, macvlan, eth7.50, which the host reaches     beside, macvlan, eth7.50     segment, bridge, eth8.50
const NETWORKS = {
  open: { driver: 'ipvlan', options: { parent: 'eth1', 'com.fairlead.host_access': 'true' } },
  quiet: { driver: 'ipvlan', options: { parent: 'eth2', ipvlan_flag: 'private' } },
  far: { driver: 'ipvlan', options: { parent: 'eth3', ipvlan_flag: 'vepa' } },
  cut: { driver: 'ipvlan', options: { parent: 'eth4', ipvlan_flag: 'vepa' } },
  behind: { driver: 'ipvlan', options: { parent: 'eth5', ipvlan_mode: 'l3' } },
  routed: { driver: 'ipvlan', options: { parent: 'eth6', ipvlan_mode: 'l3s' } },
  tagged: { driver: 'macvlan', options: { parent: 'eth7.50', 'com.fairlead.host_access': 'true' } },
  beside: { driver: 'macvlan', options: { parent: 'eth7.50' } },
  segment: { driver: 'bridge', options: { parent: 'eth8.50' } },
} as const;
type Name = keyof typeof NETWORKS;
const NAMES = Object.keys(NETWORKS) as readonly Name[];
const ON_WIRE: readonly Name[] = ['open', 'quiet', 'far', 'cut'];
const IN_VLAN: readonly Name[] = ['tagged', 'beside', 'segment'];
const CABLES = [1, 2, 3, 4, 5, 6, 7, 8].map((number) => ({ name: `eth${number}`, reflects: number === 3 }));
// Whose way out it is, and the link of the host below it.
const BEHIND = { behind: { box: 'a', last: 11, link: 'eth5' }, routed: { box: 'b', last: 12, link: 'eth6' } } as const;
const ROUTED = Object.keys(BEHIND) as readonly (keyof typeof BEHIND)[];

let host: HostNamespace;
let fairlead: Fairlead;
let wires: Switch;
const probes = new Map<string, Probe>();
const at = (name: string): Probe => probes.get(name) as Probe;
const number = (network: Name) => NAMES.indexOf(network) + 1;
const ip = (network: Name, last: number) => `10.80.${number(network)}.${last}`;
const six = (network: Name, last: number) => `fd80:${number(network)}::${last}`;
const as = (network: Name, last: number) => [ip(network, last), six(network, last)];
const nothing = [null, null];
const reach = (from: string, network: Name, last: number) => Promise.all([at(from).tcp(ip(network, last)), at(from).udp(six(network, last))]);
const links = async () => ((await host.exec(['cat', '/proc/net/dev'])).match(/[\w.]+(?=:)/g) ?? []).sort();

/** The machine's addresses in the subnets of these networks. */
const machineOn = (networks: readonly Name[]) => networks.flatMap((network) => [`${ip(network, 1)}/24`, `${six(network, 1)}/64`]);

beforeAll(async () => {
  host = await hostNamespace();
  const between = ROUTED.flatMap((name) => [`10.90.${number(name)}.1/24`, `fd80:${number(name)}:0:1::1/64`]);
  wires = await switchOf(host, CABLES, [...machineOn(ON_WIRE), ...between], { id: 50, addresses: machineOn(IN_VLAN) });
  fairlead = await createFairlead({ host: host.path, state: `${host.run}/state`, run: `${host.run}/run`, driftInterval: 0 });
  for (const name of ['machine', 'host'] as const) probes.set(name, await startProbe(name === 'machine' ? wires.path : host.path));
  // Who is to answer what is behind the host knows it by the host's address.
  for (const name of ROUTED) {
    const n = number(name);
    for (const [way, own, to, via] of [
      ['24', `10.90.${n}.2`, `10.80.${n}.0/24`, `10.90.${n}.2`],
      ['64', `fd80:${n}:0:1::2`, `fd80:${n}::/64`, `fd80:${n}:0:1::2`],
    ] as const) {
      await at('host').change('add-address', BEHIND[name].link, `${own}/${way}`);
      await at('machine').change('add-route', 'br0', to, via);
    }
    // Neighbours are asked on behalf of others from a link-local address, which the host's ends of these cables have not by themselves.
    await at('host').change('add-address', BEHIND[name].link, `fe80::${n}:2/64`);
  }
  for (const name of NAMES) {
    const access = 'com.fairlead.host_access' in NETWORKS[name].options;
    const more = (last4: string, last6: string) => (access ? [{ auxAddresses: { host: last4 } }, { auxAddresses: { host: last6 } }] : [{}, {}]);
    const [four, two] = more(ip(name, 9), six(name, 9));
    const config = [
      { subnet: `10.80.${number(name)}.0/24`, gateway: ip(name, 1), ...four },
      { subnet: `fd80:${number(name)}::/64`, gateway: six(name, 1), ...two },
    ];
    await fairlead.networks.create({ name, ...NETWORKS[name], ipam: { config } });
  }
  const quietly = { 'com.docker.network.endpoint.sysctls': 'net.ipv4.conf.IFNAME.arp_ignore=1' };
  for (const [name, last] of [
    ['a', 11],
    ['b', 12],
  ] as const) {
    const networks = NAMES.map((network) => ({
      network,
      ip: ip(network, last),
      ip6: six(network, last),
      options: quietly,
      ...(network in BEHIND && BEHIND[network as keyof typeof BEHIND].box === name && { gatewayPriority: 1 }),
    }));
    probes.set(name, await startProbe((await fairlead.sandboxes.create({ name, networks })).key));
  }
});
afterAll(async () => {
  for (const probe of probes.values()) await probe.close();
  await fairlead[Symbol.asyncDispose]();
  await host.close();
});

describe('sandboxes upon a link of the host', () => {
  it('of ipvlan: one reaches the other as mode and flag say, at once or by the switch', async () => {
    const to = async (network: Name) => [network, await reach('a', network, 12)];
    const expected = (['open', 'far', 'behind', 'routed'] as const).map((network) => [network, as(network, 11)]);
    expect(await Promise.all((['open', 'far', 'behind', 'routed'] as const).map(to))).toEqual(expected);
    expect(await Promise.all((['quiet', 'cut'] as const).map(to))).toEqual([
      ['quiet', nothing],
      ['cut', nothing],
    ]);
  });

  it('are hosts of the wire: the machine and they reach each other, each at its own address', async () => {
    const all = (last: number) => [...ON_WIRE, ...IN_VLAN].map((network) => as(network, last));
    expect(await Promise.all([...ON_WIRE, ...IN_VLAN].map((network) => reach('a', network, 1)))).toEqual(all(11));
    expect(await Promise.all([...ON_WIRE, ...IN_VLAN].map((network) => reach('machine', network, 12)))).toEqual(all(1));
  });

  it('of modes that are routed are behind the host: who knows a way to them is reached, and reaches them', async () => {
    for (const network of ROUTED) {
      const { box, last } = BEHIND[network];
      const machine = [`10.90.${number(network)}.1`, `fd80:${number(network)}:0:1::1`] as const;
      expect([network, await at(box).tcp(machine[0]), await at(box).udp(machine[1])]).toEqual([network, ...as(network, last)]);
      expect([network, ...(await reach('machine', network, last))]).toEqual([network, ...machine]);
    }
  });

  it('and the host reach each other where that was asked for, by its address there, and nowhere else', async () => {
    for (const network of ['open', 'tagged'] as const) {
      expect([network, await reach('host', network, 11)]).toEqual([network, as(network, 9)]);
      expect([network, await reach('a', network, 9)]).toEqual([network, as(network, 11)]);
    }
    expect(await Promise.all((['quiet', 'beside'] as const).map((network) => reach('host', network, 11)))).toEqual([nothing, nothing]);
    expect(await fairlead.doctor()).toEqual([]);
  });
});

describe('a VLAN that was made for networks', () => {
  it('is there as long as one of them is, and the link below it longer', async () => {
    expect((await links()).filter((name) => name.includes('.'))).toEqual(['eth7.50', 'eth8.50']);
    for (const name of ['tagged', 'segment'] as const) {
      for (const box of ['a', 'b']) await fairlead.endpoints.remove(`${name}/${box}`, { force: true, settle: true });
      await fairlead.networks.remove(name);
    }
    await fairlead.settled();
    expect((await links()).filter((name) => name.includes('.'))).toEqual(['eth7.50']);
    expect(await reach('a', 'beside', 12)).toEqual(as('beside', 11));
    for (const box of ['a', 'b']) await fairlead.endpoints.remove(`beside/${box}`, { force: true, settle: true });
    await fairlead.networks.remove('beside');
    await fairlead.settled();
    expect((await links()).filter((name) => name.startsWith('eth'))).toEqual(CABLES.map(({ name }) => name));
  });
});
