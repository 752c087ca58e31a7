import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFairlead, type Fairlead, type PortAsk } from '#dist/index.js';
import { forgerOf } from '../tool/forger.js';
import { forwardAccept, forwardDrop } from '../tool/forward-drop.js';
import { type HostNamespace, hostNamespace } from '../tool/host-namespace.js';
import { HOST4, HOST6, OUTSIDE4, OUTSIDE6, outsideOf } from '../tool/outside.js';
import { patience } from '../tool/patience.mjs';
import { type Probe, startProbe } from '../tool/probe.js';

// Published ports with real packets, IPv4 and IPv6, TCP and UDP. Port 7000 of each answers with the address that it saw, 7001 with its
// own name. Sandboxes by network:
//
//     web (10.64.0.0/24, fd64::/64): a .2, b .3     other (10.65, fd65): c .2      inner, internal (10.66, fd66): d .2
//     quiet, ICC off (10.67, fd67): f .2, g .3      and the outside, behind the host
const NUMBER = { web: 64, other: 65, inner: 66, quiet: 67 } as const;
type Name = keyof typeof NUMBER;

const both = (ask: PortAsk): readonly PortAsk[] => [
  { ...ask, protocol: 'tcp' },
  { ...ask, protocol: 'udp' },
];
const PLAN: readonly (readonly [string, Name, readonly PortAsk[]])[] = [
  ['a', 'web', [...both({ hostPort: 8000, port: 7000 }), ...both({ hostPort: 7001, port: 7001 })]],
  [
    'b',
    'web',
    [
      ...both({ hostIp: HOST4, hostPort: 8100, port: 7000 }),
      ...both({ hostIp: HOST6, hostPort: 8100, port: 7000 }),
      ...both({ hostIp: '127.0.0.1', hostPort: 8200, port: 7000 }),
      ...both({ hostIp: '::1', hostPort: 8200, port: 7000 }),
    ],
  ],
  ['c', 'other', []],
  ['d', 'inner', both({ hostPort: 8300, port: 7000 })],
  ['f', 'quiet', []],
  ['g', 'quiet', both({ hostPort: 8400, port: 7000 })],
];

describe.each([
  { filter: 'off', value: '0', strict: '1' },
  // With br_netfilter a bridged packet has the wrong interface for a strict reverse path (net/bridge/br_netfilter_hooks.c).
  { filter: 'on', value: '1', strict: '2' },
])('published ports, with br_netfilter $filter', ({ value, strict }) => {
  let host: HostNamespace;
  let fairlead: Fairlead;
  let forged: Awaited<ReturnType<typeof forgerOf>>;
  const filtered = value === '1';
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
    for (const of of ['all', 'default']) await host.exec(['sh', '-c', `echo ${strict} > /proc/sys/net/ipv4/conf/${of}/rp_filter`]);
    const outside = await outsideOf(host, [
      { to: '10.64.0.0/14', family: 4 },
      { to: 'fd64::/14', family: 6 },
    ]);
    forged = await forgerOf(host);
    fairlead = await open();
    for (const [name, number] of Object.entries(NUMBER)) {
      await fairlead.networks.create({
        name,
        internal: name === 'inner',
        ...(name === 'quiet' && { options: { 'com.docker.network.bridge.enable_icc': 'false' } }),
        ipam: { config: [{ subnet: `10.${number}.0.0/24` }, { subnet: `fd${number}::/64` }] },
      });
    }
    const places: [string, string, string?][] = [
      ['outside', outside, 'outside'],
      ['forger', forged.path],
      ['host', host.path],
    ];
    for (const [name, network, ports] of PLAN) places.push([name, (await fairlead.sandboxes.create({ name, networks: [{ network }], ports })).key, name]);
    await Promise.all(places.map(async ([at, path, name]) => probes.set(at, await startProbe(path, name))));
  });

  afterAll(async () => {
    for (const probe of probes.values()) await probe.close();
    await fairlead[Symbol.asyncDispose]();
    await host.close();
  });

  describe('from the outside', () => {
    it('keep the address of the client', async () => {
      expect(await reach('outside', HOST4, 8000)).toEqual(all(OUTSIDE4));
      expect(await reach('outside', HOST6, 8000)).toEqual(all(OUTSIDE6));
      expect(await reach('outside', HOST4, 7001)).toEqual(all('a'));
    });

    it('are reached by a chosen address, and by no other', async () => {
      expect(await reach('outside', HOST4, 8100)).toEqual(all(OUTSIDE4));
      expect(await reach('outside', HOST6, 8100)).toEqual(all(OUTSIDE6));
      expect(await reach('forger', '198.51.100.1', 8000)).toEqual(all('198.51.100.2'));
      await lost('forger', 8100, '198.51.100.1', '2001:db8:1::1');
    });

    it('are not a way to the address of an endpoint, not even with its own number', async () => {
      for (const port of [7000, 7001]) await lost('outside', port, '10.64.0.2', 'fd64::2');
    });

    it('do not lead into an internal network', async () => {
      await lost('outside', 8300, HOST4, HOST6);
    });
  });

  describe('from the host', () => {
    it('are reached by its addresses', async () => {
      expect(await reach('host', HOST4, 8000)).toEqual(all(HOST4));
      expect(await reach('host', HOST6, 8000)).toEqual(all(HOST6));
    });

    it('are reached by 127.0.0.1 and any of 127.0.0.0/8', async () => {
      expect(await reach('host', '127.0.0.1', 8000)).toEqual(all('10.64.0.1'));
      expect(await reach('host', '127.1.2.3', 8000)).toEqual(all('10.64.0.1'));
      expect(await reach('host', '127.0.0.1', 8200)).toEqual(all('10.64.0.1'));
      expect(await reach('host', '127.0.0.2', 8200)).toEqual(all(null));
    });

    it('are reached by ::1, or refused at once where answers would be lost', async () => {
      if (!filtered) for (const port of [8000, 8200]) expect(await reach('host', '::1', port)).toEqual(all('fd64::1'));
      const before = performance.now();
      if (filtered) for (const port of [8000, 8200]) expect(await at('host').tcp('::1', port)).toBeNull();
      if (filtered) for (const port of [8000, 8200]) expect(await at('host').refusal('::1', port)).toBe('ECONNREFUSED');
      if (filtered) expect(performance.now() - before).toBeLessThan(300 * patience);
    });

    it('leave its own services on ::1 and 127.0.0.1 as they are', async () => {
      expect(await reach('host', '::1', 7000)).toEqual(all('::1'));
      expect(await reach('host', '127.0.0.1', 7000)).toEqual(all('127.0.0.1'));
    });
  });

  describe('on loopback', () => {
    it('are closed to the outside', async () => {
      await lost('outside', 8200, HOST4, HOST6);
    });

    it('are closed to forged packets, on a lax wire too (CVE-2020-8558)', async () => {
      for (const port of [8200, 8000, 7000]) await lost('forger', port, '127.0.0.1', '::1');
      await forged.lax();
      for (const port of [8200, 8000, 7000]) await lost('forger', port, '127.0.0.1');
    });
  });

  describe('from sandboxes', () => {
    it('of the same network are reached by an address of the host, and by the gateway', async () => {
      // Where bridged packets meet the ruleset the bridge itself passes them on, and their source is kept.
      for (const to of [HOST4, '10.64.0.1']) expect(await reach('b', to, 8000)).toEqual(all(filtered ? '10.64.0.3' : '10.64.0.1'));
      for (const to of [HOST6, 'fd64::1']) expect(await reach('b', to, 8000)).toEqual(all(filtered ? 'fd64::3' : 'fd64::1'));
    });

    it('are reached by the one that publishes them', async () => {
      for (const to of [HOST4, '10.64.0.1']) expect(await reach('a', to, 8000)).toEqual(all('10.64.0.1'));
      for (const to of [HOST6, 'fd64::1']) expect(await reach('a', to, 8000)).toEqual(all('fd64::1'));
    });

    it('of another network keep their source', async () => {
      expect(await reach('c', HOST4, 8000)).toEqual(all('10.65.0.2'));
      expect(await reach('c', HOST6, 8000)).toEqual(all('fd65::2'));
    });

    it('with ICC off are reached on the same network, where the neighbour itself is not', async () => {
      expect(await reach('f', HOST4, 8400)).toEqual(all('10.67.0.1'));
      expect(await reach('f', HOST6, 8400)).toEqual(all('fd67::1'));
      await lost('f', 7000, '10.67.0.3', 'fd67::3');
      expect(await reach('f', OUTSIDE4, 7001)).toEqual(all('outside'));
    });

    it('of an internal network are not reached', async () => {
      await lost('d', 8000, HOST4, HOST6, '10.66.0.1', 'fd66::1');
    });

    it('leave the services of the host as they are', async () => {
      expect(await reach('a', HOST4, 7000)).toEqual(all('10.64.0.2'));
      expect(await reach('a', '10.64.0.1', 7000)).toEqual(all('10.64.0.2'));
      expect(await reach('a', HOST6, 7000)).toEqual(all('fd64::2'));
    });
  });

  describe('behind a firewall of the host that drops forwarding', () => {
    afterAll(() => host.netfilter(forwardAccept()));

    it('are closed, and so is the way out, but not loopback', async () => {
      await host.netfilter(forwardDrop());
      await lost('outside', 8000, HOST4, HOST6);
      expect(await reach('a', OUTSIDE4, 7000)).toEqual(all(null));
      expect(await reach('host', '127.0.0.1', 8000)).toEqual(all('10.64.0.1'));
      expect(await reach('host', HOST4, 8000)).toEqual(all(HOST4));
      // With br_netfilter its rules see what is bridged as well: doctor is to say so.
      expect(await reach('a', '10.64.0.3', 7000)).toEqual(all(filtered ? null : '10.64.0.2'));
    });

    it('are opened by a rule of the administrator, just that one', async () => {
      await host.netfilter(forwardAccept());
      await host.netfilter(forwardDrop(8000));
      expect(await at('outside').tcp(HOST4, 8000)).toBe(OUTSIDE4);
      expect(await at('outside').tcp(HOST6, 8000)).toBe(OUTSIDE6);
      expect(await at('outside').udp(HOST4, 8000)).toBeNull();
      expect(await at('outside').tcp(HOST4, 7001)).toBeNull();
    });
  });

  describe('that change', () => {
    const from = 40_000;

    it.each([
      [HOST4, '0.0.0.0', from],
      [HOST6, '::', from + 1],
      [HOST4, HOST4, from + 2],
      [HOST6, HOST6, from + 3],
    ])('take the flows of UDP to %s on %s with them', async (to, hostIp, from) => {
      const port: PortAsk = { hostIp, hostPort: 8500, port: 7001, protocol: 'udp' };
      const answered = () => at('outside').udp(to, 8500, from);
      expect(await answered()).toBeNull();
      await fairlead.sandboxes.update('a', { ports: { add: [port] } });
      expect(await answered()).toBe('a');
      await fairlead.sandboxes.update('a', { ports: { remove: [port] } });
      expect(await answered()).toBeNull();
      await fairlead.sandboxes.update('c', { ports: { add: [port] } });
      expect(await answered()).toBe('c');
      await fairlead.sandboxes.update('c', { ports: { add: [{ ...port, port: 7000 }], remove: [port] } });
      expect(await answered()).toBe(to === HOST4 ? OUTSIDE4 : OUTSIDE6);
      await fairlead.sandboxes.update('c', { ports: { remove: [{ ...port, port: 7000 }] } });
    });

    it('follow the way out of their sandbox', async () => {
      const arrives = async (to: string, answer: string | null) => expect(await reach('outside', to, 8300)).toEqual(all(answer));
      await fairlead.endpoints.create({ network: 'quiet', name: 'd2', sandbox: 'd' });
      await arrives(HOST4, OUTSIDE4);
      await fairlead.endpoints.create({ network: 'other', name: 'd3', sandbox: 'd', gatewayPriority: 1 });
      await arrives(HOST6, OUTSIDE6);
      await fairlead.endpoints.remove('d3', { force: true });
      await arrives(HOST4, OUTSIDE4);
      await fairlead.endpoints.remove('d2', { force: true });
      expect(await reach('outside', HOST4, 8300)).toEqual(all(null));
    });

    it('are answered by the host to whoever is on another network of their sandbox', async () => {
      const arrives = async (from: string, to: string, answer: string) =>
        expect([from, to, ...(await reach(from, to, 8300))]).toEqual([from, to, ...all(answer)]);
      const out = await fairlead.endpoints.create({ network: 'quiet', name: 'd2', sandbox: 'd' });
      const beside = await fairlead.endpoints.create({ network: 'other', name: 'd3', sandbox: 'd', gatewayPriority: -1 });
      expect([out.gateway, beside.gateway]).toEqual([[4, 6], []]);
      for (const to of [HOST4, '10.65.0.1']) await arrives('c', to, '10.67.0.1');
      for (const to of [HOST6, 'fd65::1']) await arrives('c', to, 'fd67::1');
      for (const from of ['host', 'd']) await arrives(from, '10.65.0.1', '10.67.0.1');
      for (const from of ['host', 'd']) await arrives(from, 'fd65::1', 'fd67::1');
      for (const [to, answer] of Object.entries({ '10.66.0.1': '10.67.0.1', 'fd66::1': 'fd67::1' })) await arrives('host', to, answer);
      await arrives('a', HOST4, '10.64.0.2');
      await arrives('outside', HOST6, OUTSIDE6);
      await fairlead.endpoints.update('d3', { gatewayPriority: 1 });
      await arrives('f', HOST4, '10.65.0.1');
      await arrives('f', HOST6, 'fd65::1');
      await arrives('c', HOST6, filtered ? 'fd65::2' : 'fd65::1');
      await fairlead.endpoints.remove('d3', { force: true, settle: true });
      await arrives('c', HOST4, '10.65.0.2');
      await arrives('c', HOST6, 'fd65::2');
      await fairlead.endpoints.remove('d2', { force: true });
    });

    it('are refused where another program has one, which is named', async () => {
      expect(await at('host').listen('127.0.0.1', 8600)).toBe('');
      const mend = '--publish-add 8601:80 uses another, --publish-add 80 takes a free one';
      const values = { protocol: 'tcp', port: 8600, address: '0.0.0.0', holder: expect.stringMatching(`\\(pid ${at('host').pid}\\) on 127.0.0.1$`), mend };
      await expect(fairlead.sandboxes.update('a', { ports: { add: [{ hostPort: 8600, port: 80 }] } })).rejects.toMatchObject({ code: 'port-taken', values });
      const next = await fairlead.sandboxes.update('a', { ports: { add: [{ hostPort: { first: 8600, last: 8601 }, port: 80 }] } });
      expect(next.ports.filter(({ target }) => target === 80).map(({ port }) => port)).toEqual([8601, 8601]);
      await at('host').unlisten();
    });

    it('are nobody else’s', async () => {
      for (const address of ['0.0.0.0', '127.0.0.1', '::']) expect(await at('host').listen(address, 8000)).toBe('EADDRINUSE');
    });

    it('of SCTP are published, or refused by the kernel that lacks it', async () => {
      const asked = fairlead.sandboxes.update('a', { ports: { add: [{ hostIp: '0.0.0.0', hostPort: 8700, port: 7000, protocol: 'sctp' }] } });
      const answer = await asked.then(
        ({ ports }) => ports.some(({ protocol }) => protocol === 'sctp'),
        ({ code }: { code: string }) => code,
      );
      expect([true, 'kernel-lacks']).toContain(answer);
    });
  });

  it('are held again after a restart, but for what another program took meanwhile, which is told', async () => {
    await fairlead[Symbol.asyncDispose]();
    expect(await at('host').listen('0.0.0.0', 7001)).toBe('');
    fairlead = await open();
    expect(await at('host').listen('0.0.0.0', 8000)).toBe('EADDRINUSE');
    expect(await reach('outside', HOST4, 8000)).toEqual(all(OUTSIDE4));
    // What made the outside and the forger is another instance.
    const found = async () => (await fairlead.doctor()).filter(({ code }) => code !== 'instance-other');
    expect(await found()).toEqual([
      {
        code: 'port-taken',
        object: 'endpoint/web/a',
        problem: expect.stringMatching(`^tcp port 7001 on 0.0.0.0 is held by .+ \\(pid ${at('host').pid}\\), not by Fairlead$`),
        mend: 'end that program, or withdraw the port: fairlead sandbox update --publish-rm 7001:7001 a',
        ours: false,
        mended: false,
      },
    ]);
    await at('host').unlisten();
    await fairlead[Symbol.asyncDispose]();
    fairlead = await open();
    expect(await found()).toEqual([]);
  });

  it('follow br_netfilter when it was turned, at the next start', async () => {
    expect(await reach('host', '::1', 7001)).toEqual(all(filtered ? null : 'a'));
    await host.exec(['sh', '-c', `echo ${filtered ? 0 : 1} > /proc/sys/net/bridge/bridge-nf-call-ip6tables`]);
    await fairlead[Symbol.asyncDispose]();
    fairlead = await open();
    expect(await reach('host', '::1', 7001)).toEqual(all(filtered ? 'a' : null));
  });
});

it('a forged packet to 127.0.0.1 does arrive at a host without Fairlead whose wire is lax', async () => {
  const host = await hostNamespace();
  const { path, lax } = await forgerOf(host);
  const probes = [await startProbe(host.path), await startProbe(path)] as const;
  expect(await probes[1].tcp('127.0.0.1')).toBeNull();
  await lax();
  expect(await probes[1].tcp('127.0.0.1')).toBe('198.51.100.2');
  for (const probe of probes) await probe.close();
  await host.close();
});
