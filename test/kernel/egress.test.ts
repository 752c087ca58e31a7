import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createFairlead, type Fairlead, type PortAsk } from '#dist/index.js';
import { openFlow, serveFlows } from '../tool/flow.js';
import { type HostNamespace, hostNamespace } from '../tool/host-namespace.js';
import { HOST4, HOST6, OUTSIDE4, OUTSIDE6, outsideOf } from '../tool/outside.js';
import { type Probe, startProbe } from '../tool/probe.js';

// Where sandboxes may send, with real packets: TCP, UDP and ICMP, IPv4 and IPv6. Sandboxes by network:
//
//     web (10.64.0.0/24, fd64::/64): a .2, b .3     other (10.65, fd65): c .2, which publishes 8000     and the outside, behind the host
const METADATA4 = '169.254.169.254';
const METADATA6 = 'fd00:ec2::254';
const both = (ask: PortAsk): readonly PortAsk[] => [
  { ...ask, protocol: 'tcp' },
  { ...ask, protocol: 'udp' },
];

describe.each([
  { filter: 'off', value: '0', strict: '1' },
  { filter: 'on', value: '1', strict: '2' },
])('where sandboxes may send, with br_netfilter $filter', ({ value, strict }) => {
  let host: HostNamespace;
  let outside: string;
  let fairlead: Fairlead;
  const probes = new Map<string, Probe>();
  const at = (name: string): Probe => probes.get(name) as Probe;
  const open = () => createFairlead({ host: host.path, state: join(host.run, 'state'), run: join(host.run, 'run') });

  const letters = (answers: readonly (string | null)[]): string => ['t', 'u', 'i'].filter((_, index) => (answers[index] ?? null) !== null).join('');
  /** Whether TCP, UDP and an echo request are answered: `tui`, or fewer of them. */
  const reaches = async (from: string, ...targets: readonly string[]) => (await at(from).reach(targets.map((to) => [to, 7000] as const))).map(letters);
  /** The same of TCP and UDP at this port. */
  const calls = async (from: string, port: number, ...targets: readonly string[]) =>
    (await at(from).reach(targets.map((to) => [to, port] as const))).map((answers) => letters(answers.slice(0, 2)));
  const allow = (name: string, ...egress: readonly string[]) => fairlead.sandboxes.update(name, { egress });

  beforeAll(async () => {
    host = await hostNamespace();
    for (const family of ['iptables', 'ip6tables']) await host.exec(['sh', '-c', `echo ${value} > /proc/sys/net/bridge/bridge-nf-call-${family}`]);
    for (const of of ['all', 'default']) await host.exec(['sh', '-c', `echo ${strict} > /proc/sys/net/ipv4/conf/${of}/rp_filter`]);
    outside = await outsideOf(host);
    fairlead = await open();
    for (const [name, number] of [
      ['web', 64],
      ['other', 65],
    ] as const) {
      await fairlead.networks.create({ name, ipam: { config: [{ subnet: `10.${number}.0.0/24` }, { subnet: `fd${number}::/64` }] } });
    }
    for (const [name, network, ports] of [
      ['a', 'web', both({ hostPort: 8100, port: 7000 })],
      ['b', 'web', []],
      ['c', 'other', both({ hostPort: 8000, port: 7000 })],
    ] as const) {
      const { key } = await fairlead.sandboxes.create({ name, networks: [{ network }], ports });
      probes.set(name, await startProbe(key, name));
    }
    probes.set('outside', await startProbe(outside, 'outside'));
    probes.set('host', await startProbe(host.path));
  });

  afterAll(async () => {
    for (const probe of probes.values()) await probe.close();
    await fairlead[Symbol.asyncDispose]();
    await host.close();
  });

  it('is anywhere, where nobody says otherwise', async () => {
    expect(await reaches('a', OUTSIDE4, OUTSIDE6, HOST4, HOST6)).toEqual(['tui', 'tui', 'tui', 'tui']);
    expect(await calls('a', 8000, HOST4, HOST6)).toEqual(['tu', 'tu']);
  });

  describe('metadata addresses', () => {
    const ADDRESSES = [`${METADATA4}/32`, `${METADATA6}/128`];
    // An address of IPv6 that was only just given is not used for everything at once.
    const answered = () => vi.waitFor(async () => expect(await reaches('host', METADATA4, METADATA6)).toEqual(['tui', 'tui']), 10_000);
    const onOutside = async () => {
      for (const address of ADDRESSES) await at('outside').change('add-address', 'eth0', address);
      for (const address of ADDRESSES) await at('host').change('add-route', 'uplink0', address, address.includes(':') ? OUTSIDE6 : OUTSIDE4);
      await answered();
      return async () => {
        for (const address of ADDRESSES) await at('host').change('delete-route', 'uplink0', address, address.includes(':') ? OUTSIDE6 : OUTSIDE4);
        for (const address of ADDRESSES) await at('outside').change('delete-address', 'eth0', address);
      };
    };
    const onHost = async () => {
      for (const address of ADDRESSES) await at('host').change('add-address', 'uplink0', address);
      await answered();
      return async () => {
        for (const address of ADDRESSES) await at('host').change('delete-address', 'uplink0', address);
      };
    };

    it.each([
      // There UDP is answered by another address, which the host takes for no answer.
      ['another machine’s', onOutside, 'ti'],
      ['the host’s own', onHost, 'tui'],
    ])('are closed when they are %s, until they are named', async (_, add, open) => {
      const remove = await add();
      expect(await reaches('a', METADATA4, METADATA6)).toEqual(['', '']);
      await allow('a', '0.0.0.0/0', '::/0');
      expect(await reaches('a', METADATA4, METADATA6, OUTSIDE4, OUTSIDE6)).toEqual(['', '', 'tui', 'tui']);
      await allow('a', 'all', METADATA4);
      expect(await reaches('a', METADATA4, METADATA6, OUTSIDE6)).toEqual([open, '', 'tui']);
      await allow('a', '169.254.169.0/24', METADATA6);
      expect(await reaches('a', METADATA4, METADATA6, OUTSIDE4)).toEqual([open, open, '']);
      expect(await reaches('b', METADATA4, METADATA6)).toEqual(['', '']);
      await fairlead.sandboxes.update('a', { egress: null });
      expect(await reaches('a', METADATA4, METADATA6)).toEqual(['', '']);
      await remove();
    });

    it('are closed where a port is published there, and the one that has them still speaks to sandboxes', async () => {
      const remove = await onHost();
      expect(await calls('host', 8000, METADATA4, METADATA6)).toEqual(['tu', 'tu']);
      expect(await calls('a', 8000, METADATA4, METADATA6)).toEqual(['', '']);
      expect(await calls('a', 8100, METADATA4, METADATA6)).toEqual(['', '']);
      await remove();
      const gone = await onOutside();
      await vi.waitFor(async () => expect(await at('outside').udp(HOST4, 8100, undefined, METADATA4)).toBe(METADATA4), 10_000);
      await vi.waitFor(async () => expect(await at('outside').udp(HOST6, 8100, undefined, METADATA6)).toBe(METADATA6), 10_000);
      await gone();
    });
  });

  it('may be nowhere: not the outside, nor the host, nor what another network publishes; neighbours, and who asks first, are answered', async () => {
    await allow('a', 'none');
    expect(await reaches('a', OUTSIDE4, OUTSIDE6, HOST4, HOST6, '10.64.0.1', 'fd64::1')).toEqual(['', '', '', '', '', '']);
    expect(await calls('a', 8000, HOST4, HOST6)).toEqual(['', '']);
    expect(await reaches('a', '10.64.0.3', 'fd64::3')).toEqual(['tui', 'tui']);
    expect(await reaches('b', OUTSIDE4, OUTSIDE6, HOST4, HOST6)).toEqual(['tui', 'tui', 'tui', 'tui']);
    expect(await calls('b', 8000, HOST4, HOST6)).toEqual(['tu', 'tu']);
    expect(await calls('outside', 8100, HOST4, HOST6)).toEqual(['tu', 'tu']);
    expect(await reaches('host', '10.64.0.2', 'fd64::2')).toEqual(['tui', 'tui']);
    expect(await calls('host', 8100, '127.0.0.1')).toEqual(['tu']);
    expect(await calls('c', 8100, HOST4, HOST6)).toEqual(['tu', 'tu']);
  });

  it('may be some addresses, as the sandbox calls them: a published port is that of the host’s address', async () => {
    await allow('a', OUTSIDE4, 'fd00::/8');
    expect(await reaches('a', OUTSIDE4, OUTSIDE6, HOST4, HOST6)).toEqual(['tui', '', '', '']);
    await allow('a', '2001:db8::/31', '192.0.2.0/31');
    expect(await reaches('a', OUTSIDE4, OUTSIDE6, HOST4, HOST6)).toEqual(['', 'tui', 'tui', 'tui']);
    expect(await calls('a', 8000, HOST4, HOST6)).toEqual(['tu', 'tu']);
    await allow('a', '10.65.0.2', 'fd65::2');
    expect(await calls('a', 8000, HOST4, HOST6)).toEqual(['', '']);
    expect(await reaches('a', '10.65.0.2', 'fd65::2')).toEqual(['', '']);
  });

  it('may be a prefix of any length, and its neighbours are not in it', async () => {
    for (let length = 1; length <= 32; length++) {
      const [own, next] = [prefixAt(OUTSIDE4, length), prefixAt(flipped(OUTSIDE4, length), length)];
      await allow('a', own);
      expect([length, await at('a').udp(OUTSIDE4)]).not.toEqual([length, null]);
      await allow('a', next);
      if (length % 8 === 7 || length > 30) expect([length, await at('a').udp(OUTSIDE4)]).toEqual([length, null]);
    }
    for (const length of [1, 3, 4, 13, 32, 33, 47, 48, 56, 63, 64, 65, 96, 101, 124, 127, 128]) {
      await allow('a', prefix6At(length));
      expect([length, await at('a').udp(OUTSIDE6)]).not.toEqual([length, null]);
    }
  });

  it('is what the network says, for all on it that have nothing of their own', async () => {
    await fairlead.sandboxes.update('a', { egress: null });
    await fairlead.networks.update('web', { egress: [OUTSIDE4] });
    expect(await reaches('b', OUTSIDE4, OUTSIDE6, HOST4)).toEqual(['tui', '', '']);
    await allow('b', 'all');
    expect(await reaches('b', OUTSIDE4, OUTSIDE6, HOST4)).toEqual(['tui', 'tui', 'tui']);
    expect(await reaches('a', OUTSIDE4, OUTSIDE6, HOST4)).toEqual(['tui', '', '']);
    await fairlead.sandboxes.update('b', { egress: null });
    const { key } = await fairlead.sandboxes.create({ name: 'late', networks: [{ network: 'web' }] });
    probes.set('late', await startProbe(key, 'late'));
    expect(await reaches('late', OUTSIDE4, OUTSIDE6, HOST4)).toEqual(['tui', '', '']);
    await fairlead.networks.update('web', { egress: null });
    expect(await reaches('late', OUTSIDE4, OUTSIDE6, HOST4)).toEqual(['tui', 'tui', 'tui']);
  });

  it('ends connections that it no longer allows, and no other', async () => {
    const servers = [await serveFlows(outside, 7100), await serveFlows(host.path, 7100)];
    const [kept, ended, service] = [
      await openFlow((await fairlead.sandboxes.get('a')).key, OUTSIDE6, 7100),
      await openFlow((await fairlead.sandboxes.get('a')).key, OUTSIDE4, 7100),
      await openFlow((await fairlead.sandboxes.get('a')).key, HOST4, 7100),
    ];
    await allow('a', OUTSIDE6);
    const then = [ended.seen, service.seen];
    await kept.more(200);
    // What was on its way when the change was made may have come back.
    for (const [index, flow] of [ended, service].entries()) expect(flow.seen - (then[index] ?? 0)).toBeLessThan(60);
    await fairlead.sandboxes.update('a', { egress: null });
    for (const flow of [kept, ended, service]) await flow.more(20);
    for (const each of [kept, ended, service, ...servers]) await each.close();
  });

  it('is nowhere for an address that is nobody’s, once one on the network is limited, without a guard too', async () => {
    // The guard would not let it leave its port.
    await fairlead.networks.update('web', { options: { 'com.fairlead.guard': 'false' } });
    await fairlead.networks.update('web', { options: { 'com.fairlead.guard': 'false' } });
    await at('a').change('add-address', 'eth0', '10.64.0.99/24');
    const forged = () => at('a').udp(HOST4, 7000, undefined, '10.64.0.99');
    const before = await forged();
    await allow('a', 'none');
    expect(await forged()).toBeNull();
    expect(await at('a').udp(OUTSIDE4, 7000, undefined, '10.64.0.99')).toBeNull();
    await fairlead.sandboxes.update('a', { egress: null });
    // The test would say nothing if the address never led anywhere.
    expect(before).toBe('10.64.0.99');
    await at('a').change('delete-address', 'eth0', '10.64.0.99/24');
    await fairlead.networks.update('web', { options: { 'com.fairlead.guard': null } });
    await fairlead.networks.update('web', { options: { 'com.fairlead.guard': null } });
  });

  it('stays so over a restart', async () => {
    await allow('a', OUTSIDE6);
    await fairlead[Symbol.asyncDispose]();
    fairlead = await open();
    expect(await reaches('a', OUTSIDE4, OUTSIDE6, HOST4)).toEqual(['', 'tui', '']);
    expect((await fairlead.doctor()).filter(({ code }) => code !== 'instance-other')).toEqual([]);
    await fairlead.sandboxes.update('a', { egress: null });
    expect(await reaches('a', OUTSIDE4, OUTSIDE6, HOST4)).toEqual(['tui', 'tui', 'tui']);
  });
});

const number4 = (ip: string): number => ip.split('.').reduce((number, octet) => number * 256 + Number(octet), 0);
const text4 = (number: number): string => [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join('.');
const prefixAt = (ip: string, length: number): string => `${text4((number4(ip) & (0xffffffff << (32 - length))) >>> 0)}/${length}`;
/** The same with the last bit of the prefix turned: an address of the next one. */
const flipped = (ip: string, length: number): string => text4((number4(ip) ^ (1 << (32 - length))) >>> 0);

// OUTSIDE6 is 2001:db8::2.
function prefix6At(length: number): string {
  const bits = (0x2001_0db8n << 96n) | 2n;
  const kept = (bits >> BigInt(128 - length)) << BigInt(128 - length);
  const groups = Array.from({ length: 8 }, (_, index) => ((kept >> BigInt(112 - 16 * index)) & 0xffffn).toString(16));
  return `${groups.join(':')}/${length}`;
}
