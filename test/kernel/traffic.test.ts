import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFairlead, type Fairlead } from '#dist/index.js';
import { type HostNamespace, hostNamespace } from '../tool/host-namespace.js';
import { HOST4, HOST6, OUTSIDE4, OUTSIDE6, outsideOf } from '../tool/outside.js';
import { type Probe, startProbe } from '../tool/probe.js';

// Real packets between real namespaces, IPv4 and IPv6, TCP and UDP. Sandboxes by network:
//
//     web (10.64.0.0/24, fd64::/64): a .2, b .3      other (10.65, fd65): c .2      inner, internal (10.66, fd66): d .2, e .3
//     quiet, ICC off (10.67, fd67): f .2, g .3       and the outside, behind the host
const PLAN = { web: ['a', 'b'], other: ['c'], inner: ['d', 'e'], quiet: ['f', 'g'] } as const;
const NUMBER = { web: 64, other: 65, inner: 66, quiet: 67 } as const;

describe.each([
  { filter: 'off', value: '0' },
  { filter: 'on', value: '1' },
])('packets, with br_netfilter $filter', ({ value }) => {
  let host: HostNamespace;
  let fairlead: Fairlead;
  const probes = new Map<string, Probe>();
  const at = (name: string): Probe => probes.get(name) as Probe;
  const both = (from: string, to: string) => at(from).both(to, 7000);
  const all = (answer: string | null) => [answer, answer];
  /** Nothing comes back from any of these, all asked at once: what is dropped is waited for. */
  const lost = async (from: string, ...to: readonly string[]) => expect(await Promise.all(to.map((each) => both(from, each)))).toEqual(to.map(() => all(null)));

  beforeAll(async () => {
    host = await hostNamespace();
    for (const family of ['iptables', 'ip6tables']) await bridgeFilter(host, family, value);
    const outside = await outsideOf(host, [
      { to: '10.64.0.0/14', family: 4 },
      { to: 'fd64::/14', family: 6 },
    ]);
    fairlead = await createFairlead({ host: host.path, state: join(host.run, 'state'), run: join(host.run, 'run') });
    for (const [name, sandboxes] of Object.entries(PLAN) as [keyof typeof PLAN, readonly string[]][]) {
      const number = NUMBER[name];
      await fairlead.networks.create({
        name,
        internal: name === 'inner',
        ...(name === 'quiet' && { options: { 'com.docker.network.bridge.enable_icc': 'false' } }),
        ipam: { config: [{ subnet: `10.${number}.0.0/24` }, { subnet: `fd${number}::/64` }] },
      });
      for (const sandbox of sandboxes) {
        const { key } = await fairlead.sandboxes.create({ name: sandbox, networks: [{ network: name }] });
        probes.set(sandbox, await startProbe(key));
      }
    }
    probes.set('outside', await startProbe(outside));
    probes.set('host', await startProbe(host.path));
  });

  afterAll(async () => {
    for (const probe of probes.values()) await probe.close();
    await fairlead[Symbol.asyncDispose]();
    await host.close();
  });

  it('inside one network keep their source', async () => {
    expect(await both('a', '10.64.0.3')).toEqual(all('10.64.0.2'));
    expect(await both('a', 'fd64::3')).toEqual(all('fd64::2'));
  });

  it('to the outside carry an address of the host', async () => {
    expect(await both('a', OUTSIDE4)).toEqual(all(HOST4));
    expect(await both('a', OUTSIDE6)).toEqual(all(HOST6));
  });

  it('do not pass from one network to another', async () => {
    await lost('a', '10.65.0.2', 'fd65::2');
    await lost('c', '10.64.0.2');
  });

  it('of an internal network stay in it', async () => {
    expect(await both('d', '10.66.0.3')).toEqual(all('10.66.0.2'));
    expect(await both('d', 'fd66::3')).toEqual(all('fd66::2'));
    await lost('d', OUTSIDE4, OUTSIDE6);
    await lost('a', '10.66.0.2');
    await lost('outside', '10.66.0.2', 'fd66::2');
  });

  it('from the outside do not reach an endpoint by its own address', async () => {
    await lost('outside', '10.64.0.2', 'fd64::2');
  });

  it('pass between host and sandbox', async () => {
    expect(await both('host', '10.64.0.2')).toEqual(all('10.64.0.1'));
    expect(await both('a', '10.64.0.1')).toEqual(all('10.64.0.2'));
    expect(await both('a', HOST4)).toEqual(all('10.64.0.2'));
    expect(await both('host', 'fd64::2')).toEqual(all('fd64::1'));
  });

  it('with ICC off reach the outside and not the neighbour', async () => {
    expect(await both('f', OUTSIDE4)).toEqual(all(HOST4));
    await lost('f', '10.67.0.3', 'fd67::3');
    expect(await both('host', '10.67.0.3')).toEqual(all('10.67.0.1'));
  });

  it('with ICC off stay apart when br_netfilter is turned, before anybody has looked', async () => {
    // As who knows their MAC addresses they need not ask for them.
    const macOf = async (name: string) => {
      const { id } = await fairlead.sandboxes.get(name);
      return (await fairlead.endpoints.list()).find(({ sandbox }) => sandbox === id)?.mac ?? '';
    };
    const each = [
      { from: 'f', to: 'g', ips: ['10.67.0.3', 'fd67::3'] },
      { from: 'g', to: 'f', ips: ['10.67.0.2', 'fd67::2'] },
    ];
    const tell = async (what: 'add-neighbour' | 'delete-neighbour') => {
      for (const { from, to, ips } of each) for (const ip of ips) await at(from).change(what, 'eth0', ip, await macOf(to));
    };
    await tell('add-neighbour');
    for (const turned of [value, value === '0' ? '1' : '0', value]) {
      for (const family of ['iptables', 'ip6tables']) await bridgeFilter(host, family, turned);
      await lost('f', '10.67.0.3', 'fd67::3');
      await lost('g', '10.67.0.2', 'fd67::2');
      expect(await both('f', OUTSIDE4)).toEqual(all(HOST4));
      expect(await both('f', OUTSIDE6)).toEqual(all(HOST6));
      expect(await both('f', '10.67.0.1')).toEqual(all('10.67.0.2'));
      expect(await both('host', '10.67.0.3')).toEqual(all('10.67.0.1'));
      expect(await both('host', 'fd67::3')).toEqual(all('fd67::1'));
    }
    await tell('delete-neighbour');
  });

  it('are as doctor expects: records and kernel agree', async () => {
    // The outside was made by another instance, which is told.
    expect((await fairlead.doctor()).filter(({ code }) => code !== 'instance-other')).toEqual([]);
  });
});

async function bridgeFilter(host: HostNamespace, family: string, value: string): Promise<void> {
  await host.exec(['sh', '-c', `echo ${value} > /proc/sys/net/bridge/bridge-nf-call-${family}`]);
}
