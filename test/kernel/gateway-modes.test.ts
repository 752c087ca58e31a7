import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFairlead, type Fairlead, type PortAsk } from '#dist/index.js';
import { forgerOf } from '../tool/forger.js';
import { type HostNamespace, hostNamespace } from '../tool/host-namespace.js';
import { HOST4, HOST6, OUTSIDE4, OUTSIDE6, outsideOf } from '../tool/outside.js';
import { type Probe, startProbe } from '../tool/probe.js';

// The gateway modes of bridge networks and the options beside them, with real packets. Port 7000 of each answers with the address that it
// saw, 7001 with its own name. Each network NN is 10.NN.0.0/24 and fdNN::/64 with a sandbox .2 of its name:
//
//     routed (64), mixed (65): IPv4 nat, IPv6 routed; wide (66): nat-unprotected; alone (67): internal and isolated, a second sandbox
//     `other` .3; trusting (68): the wire to the outside is trusted; sourced (69): packets carry the address of another wire, ports are
//     published at one address
const bridge = (option: string) => `com.docker.network.bridge.${option}`;
const modes = (four: string, six: string) => ({ [bridge('gateway_mode_ipv4')]: four, [bridge('gateway_mode_ipv6')]: six });
const WIRE4 = '198.51.100.1';
const WIRE6 = '2001:db8:1::1';
const NETWORKS = [
  ['routed', 64, modes('routed', 'routed')],
  ['mixed', 65, modes('nat', 'routed')],
  ['wide', 66, modes('nat-unprotected', 'nat-unprotected')],
  ['alone', 67, modes('isolated', 'isolated')],
  ['trusting', 68, { [bridge('trusted_host_interfaces')]: 'uplink0' }],
  ['sourced', 69, { 'com.docker.network.host_ipv4': WIRE4, 'com.docker.network.host_ipv6': WIRE6, [bridge('host_binding_ipv4')]: HOST4 }],
] as const;
const both = (hostPort: number): readonly PortAsk[] => (['tcp', 'udp'] as const).map((protocol) => ({ protocol, hostPort, port: 7000 }));

describe.each([
  { filter: 'off', value: '0' },
  { filter: 'on', value: '1' },
])('gateway modes, with br_netfilter $filter', ({ value }) => {
  let host: HostNamespace;
  let fairlead: Fairlead;
  const probes = new Map<string, Probe>();
  const at = (name: string): Probe => probes.get(name) as Probe;
  const reach = (from: string, to: string, port: number) => at(from).both(to, port);
  const all = (answer: string | null) => [answer, answer];
  /** Nothing comes back from any of these, all asked at once: what is dropped is waited for. */
  const lost = async (from: string, port: number, ...to: readonly string[]) =>
    expect(await Promise.all(to.map((each) => reach(from, each, port)))).toEqual(to.map(() => all(null)));
  const open = () => createFairlead({ host: host.path, state: join(host.run, 'state'), run: join(host.run, 'run') });

  beforeAll(async () => {
    host = await hostNamespace();
    for (const family of ['iptables', 'ip6tables']) await host.exec(['sh', '-c', `echo ${value} > /proc/sys/net/bridge/bridge-nf-call-${family}`]);
    for (const of of ['all', 'default']) await host.exec(['sh', '-c', `echo 2 > /proc/sys/net/ipv4/conf/${of}/rp_filter`]);
    const outside = await outsideOf(host, [
      { to: '10.64.0.0/13', family: 4 },
      { to: 'fd60::/12', family: 6 },
      { to: '198.51.100.0/24', family: 4 },
      { to: '2001:db8:1::/64', family: 6 },
    ]);
    await forgerOf(host);
    fairlead = await open();
    for (const [name, number, options] of NETWORKS) {
      const config = [{ subnet: `10.${number}.0.0/24` }, { subnet: `fd${number}::/64` }];
      await fairlead.networks.create({ name, options, internal: name === 'alone', ipam: { config } });
      const ports = both(name === 'routed' || name === 'mixed' ? 8000 : 8000 + number);
      const { key } = await fairlead.sandboxes.create({ name, networks: [{ network: name, ip: `10.${number}.0.2`, ip6: `fd${number}::2` }], ports });
      probes.set(name, await startProbe(key, name));
    }
    const { key } = await fairlead.sandboxes.create({ name: 'other', networks: [{ network: 'alone', ip: '10.67.0.3', ip6: 'fd67::3' }] });
    probes.set('other', await startProbe(key, 'other'));
    probes.set('outside', await startProbe(outside, 'outside'));
    probes.set('host', await startProbe(host.path, 'host'));
  });

  afterAll(async () => {
    for (const probe of probes.values()) await probe.close();
    await fairlead[Symbol.asyncDispose]();
    await host.close();
  });

  describe('routed', () => {
    it('opens the published port of the sandbox itself, to the outside and to other networks, and no other', async () => {
      expect(await reach('outside', '10.64.0.2', 7000)).toEqual(all(OUTSIDE4));
      expect(await reach('outside', 'fd64::2', 7000)).toEqual(all(OUTSIDE6));
      expect(await reach('wide', '10.64.0.2', 7000)).toEqual(all('10.66.0.2'));
      expect(await reach('wide', 'fd64::2', 7000)).toEqual(all('fd66::2'));
      for (const from of ['outside', 'wide']) await lost(from, 7001, '10.64.0.2', 'fd64::2');
    });

    it('takes no port of the host', async () => {
      expect(await reach('outside', HOST6, 8000)).toEqual(all(null));
      expect(await at('host').listen('::', 8000)).toBe('EADDRINUSE'); // that of mixed, by IPv4
      expect(await at('host').listen('::1', 8000)).toBe('');
      await at('host').unlisten();
    });

    it('keeps the address of the sandbox on the way out', async () => {
      expect(await reach('routed', OUTSIDE4, 7000)).toEqual(all('10.64.0.2'));
      expect(await reach('routed', OUTSIDE6, 7000)).toEqual(all('fd64::2'));
    });

    it('lets ICMP in, which no other mode but nat-unprotected does', async () => {
      const pings = async (...to: readonly string[]) => Promise.all(to.map((each) => at('outside').ping(each)));
      expect(await pings('10.64.0.2', 'fd64::2', 'fd65::2')).toEqual(['pong', 'pong', 'pong']);
      expect(await pings('10.65.0.2', '10.67.0.2', 'fd67::2', '10.69.0.2', 'fd69::2')).toEqual([null, null, null, null, null]);
      expect(await pings('10.66.0.2', 'fd66::2')).toEqual(['pong', 'pong']);
    });

    it('is each family for itself', async () => {
      expect(await reach('outside', HOST4, 8000)).toEqual(all(OUTSIDE4));
      expect(await reach('outside', '10.65.0.2', 7000)).toEqual(all(null));
      expect(await reach('outside', 'fd65::2', 7000)).toEqual(all(OUTSIDE6));
      expect(await reach('mixed', OUTSIDE4, 7000)).toEqual(all(HOST4));
      expect(await reach('mixed', OUTSIDE6, 7000)).toEqual(all('fd65::2'));
    });
  });

  it('nat-unprotected opens every port to the outside, not to other networks, and has ports of the host', async () => {
    for (const port of [7000, 7001]) {
      expect(await reach('outside', '10.66.0.2', port)).toEqual(all(port === 7000 ? OUTSIDE4 : 'wide'));
      expect(await reach('outside', 'fd66::2', port)).toEqual(all(port === 7000 ? OUTSIDE6 : 'wide'));
      expect(await reach('routed', '10.66.0.2', port)).toEqual(all(null));
    }
    expect(await reach('outside', HOST4, 8066)).toEqual(all(OUTSIDE4));
    expect(await reach('wide', OUTSIDE4, 7000)).toEqual(all(HOST4));
    expect(await reach('wide', OUTSIDE6, 7000)).toEqual(all(HOST6));
  });

  it('isolated is without the host, and its sandboxes have each other', async () => {
    const addresses = await host.exec(['cat', '/proc/net/fib_trie', '/proc/net/if_inet6']);
    expect(addresses).not.toMatch(/10\.67\.0|fd67/);
    expect(await reach('other', '10.67.0.2', 7000)).toEqual(all('10.67.0.3'));
    expect(await reach('other', 'fd67::2', 7000)).toEqual(all('fd67::3'));
    await lost('alone', 7001, '10.67.0.1', 'fd67::1', OUTSIDE4, OUTSIDE6, HOST4);
    expect(await reach('host', '10.67.0.2', 7001)).toEqual(all(null));
  });

  it('trusted interfaces reach published ports at the sandbox’s own address, and no others', async () => {
    expect(await reach('outside', '10.68.0.2', 7000)).toEqual(all(OUTSIDE4));
    expect(await reach('outside', 'fd68::2', 7000)).toEqual(all(OUTSIDE6));
    await lost('outside', 7001, '10.68.0.2', 'fd68::2');
    await lost('routed', 7000, '10.68.0.2', 'fd68::2');
  });

  it('a source stands for masquerade', async () => {
    expect(await reach('sourced', OUTSIDE4, 7000)).toEqual(all(WIRE4));
    expect(await reach('sourced', OUTSIDE6, 7000)).toEqual(all(WIRE6));
  });

  it('a binding address is where ports are published, and nowhere else', async () => {
    expect(await reach('outside', HOST4, 8069)).toEqual(all(OUTSIDE4));
    await lost('outside', 8069, HOST6, WIRE4, WIRE6);
    await lost('host', 8069, '127.0.0.1', WIRE4);
  });

  it('change while sandboxes live', async () => {
    await fairlead.networks.update('routed', { options: modes('nat', 'nat-unprotected') });
    expect(await reach('routed', OUTSIDE4, 7000)).toEqual(all(HOST4));
    expect(await reach('outside', '10.64.0.2', 7000)).toEqual(all(null));
    expect(await reach('outside', 'fd64::2', 7001)).toEqual(all('routed'));
    await fairlead.networks.update('routed', { options: modes('routed', 'routed') });
    expect(await reach('outside', '10.64.0.2', 7000)).toEqual(all(OUTSIDE4));
    expect(await reach('outside', 'fd64::2', 7001)).toEqual(all(null));
  });

  it('stay over a restart', async () => {
    const before = await fairlead.explain('network/mixed');
    await fairlead[Symbol.asyncDispose]();
    fairlead = await open();
    expect(await fairlead.explain('network/mixed')).toEqual(before);
    expect((await fairlead.doctor()).filter(({ code }) => code !== 'instance-other')).toEqual([]);
    expect(await reach('outside', 'fd65::2', 7000)).toEqual(all(OUTSIDE6));
  });
});
