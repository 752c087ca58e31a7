import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createFairlead, type Fairlead, type FairleadError } from '#dist/index.js';
import { type Dnsmasq, startDnsmasq } from '../tool/dnsmasq.js';
import { type HostNamespace, hostNamespace } from '../tool/host-namespace.js';
import { type Probe, startProbe } from '../tool/probe.js';
import { switchOf } from '../tool/switch.js';

// Sandboxes of ipvlan have one MAC address, that of their parent: what asks the segment of addresses there, and has addresses given by it, tells them apart
// otherwise. A machine on the segment has .7 and ::7, and is its DHCP server.
const CHECK = 'com.fairlead.address_check';
const [PATIENT, BRIEF] = ['10000', '600'];
const SOON = { timeout: 60_000, interval: 200 };

let host: HostNamespace;
let fairlead: Fairlead;
let machine: Probe;
let server: Dnsmasq;

beforeAll(async () => {
  host = await hostNamespace();
  const wires = await switchOf(host, [{ name: 'eth1' }, { name: 'eth2' }], ['10.90.0.7/24', 'fd90::7/64', 'fe80::7/64']);
  machine = await startProbe(wires.path);
  server = await startDnsmasq(wires.path, host.run, [
    ...['--interface=br0', '--enable-ra', '--dhcp-range=10.90.0.100,10.90.0.150,2m', '--dhcp-range=fd90::100,fd90::15f,64,2m'],
    // The soonest that a client heeds: the lease is renewed while the test looks on.
    ...['--dhcp-option-force=option:T1,5', '--dhcp-option-force=option:T2,60'],
  ]);
  fairlead = await createFairlead({ host: host.path, state: `${host.run}/state`, run: `${host.run}/run`, driftInterval: 0 });
});
afterAll(async () => {
  await fairlead[Symbol.asyncDispose]();
  await server.stop();
  await machine.close();
  await host.close();
});

const pings = (...ips: readonly string[]) => Promise.all(ips.map((ip) => machine.ping(ip)));

describe('a network of ipvlan whose segment is asked', () => {
  const attach = (ip: string, ip6: string) => fairlead.sandboxes.create({ networks: [{ network: 'asking', ip, ip6 }] });
  const refusal = (ip: string, ip6: string) =>
    attach(ip, ip6).then(
      () => expect.unreachable(),
      (error: FairleadError) => error,
    );

  it('refuses an address that somebody there has, and gives what nobody has', async () => {
    const config = [{ subnet: '10.90.0.0/24' }, { subnet: 'fd90::/64' }];
    await fairlead.networks.create({ name: 'asking', driver: 'ipvlan', options: { parent: 'eth1', [CHECK]: PATIENT }, ipam: { config } });
    const [four, six] = [await refusal('10.90.0.7', 'fd90::20'), await refusal('10.90.0.20', 'fd90::7')];
    expect([four, six]).toMatchObject([
      { code: 'address-in-use', values: { address: '10.90.0.7', link: 'eth1' } },
      { code: 'address-in-use', values: { address: 'fd90::7', mac: four.values['mac'] } },
    ]);
    expect(await fairlead.endpoints.list()).toEqual([]);
    await fairlead.networks.update('asking', { options: { [CHECK]: BRIEF } });
    const { id } = await attach('10.90.0.20', 'fd90::20');
    expect(await pings('10.90.0.20', 'fd90::20')).toEqual(['pong', 'pong']);
    await fairlead.sandboxes.remove(id, { settle: true });
    await fairlead.networks.remove('asking');
  });
});

describe('a network of ipvlan with the addresses of its segment', () => {
  it('gives each sandbox its own, of both families, renews them, and gives them back', async () => {
    const ipam = { driver: 'dhcp', options: { ipv6: 'dhcp', timeout: '60' } };
    await fairlead.networks.create({ name: 'leased', driver: 'ipvlan', options: { parent: 'eth1' }, ipam });
    for (const name of ['one', 'two']) await fairlead.sandboxes.create({ name, networks: [{ network: 'leased' }] });
    const endpoints = await fairlead.endpoints.list();
    const ips = endpoints.flatMap(({ leases }) => leases.map(({ ip }) => ip));
    expect([endpoints.length, new Set(ips).size, endpoints.some(({ mac }) => mac !== undefined)]).toEqual([2, 4, false]);
    for (const { name, leases } of endpoints) for (const { ip } of leases) expect([ip, server.leases().get(ip)]).toEqual([ip, name]);
    // Its routers are asked by the sandbox's own kernel, and answer in their own time: until then there is no way back.
    await vi.waitFor(async () => expect(await pings(...ips)).toEqual(ips.map(() => 'pong')), SOON);
    const heard = server.said().length;
    for (const ip of ips.filter((each) => !each.includes(':')))
      await vi.waitFor(() => expect(server.said().slice(heard)).toContain(`DHCPACK(br0) ${ip} `), SOON);
    for (const name of ['one', 'two']) await fairlead.sandboxes.remove(name, { settle: true });
    await vi.waitFor(() => expect(ips.filter((ip) => server.leases().has(ip))).toEqual([]), SOON);
    await fairlead.networks.remove('leased');
  });

  it('is none in l3 and l3s, where nobody on the wire is a neighbour', async () => {
    for (const mode of ['l3', 'l3s']) {
      const asked = fairlead.networks.create({ name: mode, driver: 'ipvlan', options: { parent: 'eth2', ipvlan_mode: mode }, ipam: { driver: 'dhcp' } });
      await expect(asked).rejects.toMatchObject({ code: 'segment-absent', mend: expect.stringContaining('ipvlan_mode=l2') });
    }
    expect(await fairlead.networks.list()).not.toContainEqual(expect.objectContaining({ driver: 'ipvlan' }));
  });
});
