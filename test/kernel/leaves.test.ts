import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createFairlead, type Fairlead } from '#dist/index.js';
import { startCrowd } from '../tool/crowd.js';
import { type HostNamespace, hostNamespace } from '../tool/host-namespace.js';
import { patience } from '../tool/patience.mjs';
import { type Probe, startProbe } from '../tool/probe.js';

const SIZE = 256;
const LAST = `s${2 * SIZE + 1}`;
const PLACES = ['s0', 's1', `s${SIZE}`, `s${2 * SIZE}`, LAST];

// More endpoints than a bridge takes: who is on which bridge shows to nobody but in its name.
describe.each(['1', '0'])('a network of several bridges, br_netfilter %s', (filter) => {
  let host: HostNamespace;
  let fairlead: Fairlead;
  let outside: Probe;
  const open = async () => {
    fairlead = await createFairlead({ host: host.path, state: join(host.run, 'state'), run: join(host.run, 'run') });
  };
  const probes = new Map<string, Probe>();
  const inside = (name: string) => probes.get(name) as Probe;
  const ips = async (name: string) => (await fairlead.endpoints.get(`web/${name}`)).leases.map(({ ip }): string => ip) as [string, string];
  const leaf = async (name: string) => (await fairlead.endpoints.get(`web/${name}`)).link?.leaf ?? 0;
  const make = async (from: number, count: number) => {
    const outcomes = await fairlead.sandboxes.createMany(Array.from({ length: count }, (_, at) => ({ name: `s${from + at}`, networks: [{ network: 'web' }] })));
    expect(outcomes.filter((each) => 'error' in each)).toEqual([]);
  };

  beforeAll(async () => {
    host = await hostNamespace();
    for (const family of ['iptables', 'ip6tables']) await host.exec(['sh', '-c', `echo ${filter} > /proc/sys/net/bridge/bridge-nf-call-${family}`]);
    await open();
    await fairlead.networks.create({ name: 'web', ipam: { config: [{ subnet: '10.64.0.0/16' }, { subnet: 'fd64::/64' }] } });
    await make(0, 2 * SIZE + 2);
    outside = await startProbe(host.path);
    for (const name of PLACES) probes.set(name, await startProbe((await fairlead.sandboxes.get(name)).key));
  }, 120_000 * patience);
  afterAll(async () => {
    for (const probe of [outside, ...probes.values()]) await probe.close();
    await fairlead[Symbol.asyncDispose]();
    await host.close();
  });

  it('lets all of them reach each other, the host and what is beyond, by both versions of IP', async () => {
    expect(await Promise.all(PLACES.map(leaf))).toEqual([0, 0, 1, 2, 2]);
    for (const from of PLACES)
      for (const to of PLACES) {
        const [own, theirs] = [await ips(from), await ips(to)];
        const seen = [await inside(from).tcp(theirs[0]), await inside(from).udp(theirs[1])];
        expect(seen, `${from} to ${to}`).toEqual(from === to ? [theirs[0], theirs[1]] : own);
      }
    const [four, six] = await ips(LAST);
    expect([await inside(LAST).tcp('10.64.0.1'), await inside(LAST).udp('fd64::1')]).toEqual([four, six]);
    expect([await outside.tcp(four), await outside.udp(six)]).toEqual(['10.64.0.1', 'fd64::1']);
  });

  // The kernel remembers 1,024 neighbours, of all its namespaces together: half of them would be the gateway, and 514 are too many.
  it('lets all of them speak to the host at the same time', async () => {
    const everybody = (await fairlead.sandboxes.list()).map(({ key }) => key);
    const crowd = await startCrowd(everybody);
    for (let times = 0; times < 3; times++)
      for (const gateway of ['10.64.0.1', 'fd64::1']) expect([gateway, (await crowd.ask(gateway, 7000)).length]).toEqual([gateway, everybody.length]);
    await crowd.close();
  });

  it('publishes ports of each, for the host and for the others', async () => {
    const ports = [
      { hostIp: '10.64.0.1', hostPort: 8000, port: 7000 },
      { hostIp: '10.64.0.1', hostPort: 8000, port: 7000, protocol: 'udp' },
      { hostIp: '127.0.0.1', hostPort: 8001, port: 7000 },
      { hostIp: 'fd64::1', hostPort: 8000, port: 7000 },
    ] as const;
    await fairlead.sandboxes.update(LAST, { ports: { add: ports } });
    for (const name of PLACES) {
      const probe = inside(name);
      const answers = [await probe.tcp('10.64.0.1', 8000), await probe.udp('10.64.0.1', 8000), await probe.tcp('fd64::1', 8000)];
      // By the port by which a call came to the network's own bridge it could only go back.
      const isOut = filter === '1' && (await leaf(name)) === (await leaf(LAST));
      expect(answers, name).toEqual(isOut ? [null, null, null] : [expect.any(String), expect.any(String), expect.any(String)]);
    }
    expect([await outside.tcp('10.64.0.1', 8000), await outside.udp('10.64.0.1', 8000), await outside.tcp('fd64::1', 8000)]).toEqual([
      '10.64.0.1',
      '10.64.0.1',
      'fd64::1',
    ]);
    expect(await outside.tcp('127.0.0.1', 8001)).toBe('10.64.0.1');
    await fairlead.sandboxes.update(LAST, { ports: { remove: ports } });
  });

  it('leads all of them outside by an address of the host', async () => {
    // Beyond the network: another one of this host, whose ports are published.
    await fairlead.networks.create({ name: 'db', ipam: { config: [{ subnet: '10.65.0.0/24' }] } });
    const box = await fairlead.sandboxes.create({ name: 'db', networks: [{ network: 'db' }], ports: [{ hostIp: '10.65.0.1', hostPort: 8002, port: 7000 }] });
    const server = await startProbe(box.key);
    for (const name of PLACES) expect(await inside(name).tcp('10.65.0.1', 8002), name).toBe((await ips(name))[0]);
    expect(await inside(LAST).tcp('10.65.0.2')).toBeNull();
    await fairlead.networks.update('web', { egress: ['192.0.2.0/24'] });
    for (const name of PLACES) expect(await inside(name).tcp('10.65.0.1', 8002), name).toBeNull();
    await fairlead.networks.update('web', { egress: ['all'] });
    await server.close();
    await fairlead.sandboxes.remove('db');
    await fairlead.networks.remove('db');
  });

  it('lets none send as another, on whichever bridge', async () => {
    const thief = inside(LAST);
    const [stolen] = await ips('s0');
    const others = await Promise.all([`s${2 * SIZE}`, 's1'].map(async (name) => (await ips(name))[0]));
    await thief.change('add-address', 'eth0', `${stolen}/32`);
    expect(await Promise.all(others.map((to) => thief.udp(to, 7000, undefined, stolen)))).toEqual([null, null]);
    await thief.change('delete-address', 'eth0', `${stolen}/32`);
    expect(await thief.udp(others[0] ?? '')).toBe((await ips(LAST))[0]);
  });

  it('takes nothing for the host or beyond by a leaf itself, whoever knows its MAC address', async () => {
    const thief = inside(LAST);
    const { commands } = await fairlead.explain('network/web');
    const mac = /link add fb-\w+002 address (\S+)/.exec(commands.join('\n'))?.[1];
    expect(await thief.tcp('10.64.0.1')).not.toBeNull();
    await thief.change('add-neighbour', 'eth0', '10.64.0.1', mac);
    await fairlead.sandboxes.update('s0', { ports: { add: [{ hostIp: '10.64.0.1', hostPort: 8003, port: 7000 }] } });
    const heard = [await thief.tcp('10.64.0.1'), await thief.udp('10.64.0.1'), await thief.tcp('10.64.0.1', 8003), await thief.ping('192.0.2.1')];
    expect(heard).toEqual([null, null, null, null]);
    await fairlead.sandboxes.update('s0', { ports: { remove: [{ hostIp: '10.64.0.1', hostPort: 8003, port: 7000 }] } });
    await thief.change('delete-neighbour', 'eth0', '10.64.0.1', mac);
    // Who takes that away asks, as anybody would.
    expect(await thief.tcp('10.64.0.1')).not.toBeNull();
    const { facts } = await fairlead.networks.get('web');
    await thief.change('add-neighbour', 'eth0', '10.64.0.1', String(facts?.['mac']));
  });

  it('is mended where somebody deletes what joins its bridges', async () => {
    const { id } = await fairlead.networks.get('web');
    const [[own], [there]] = [await ips(LAST), await ips('s0')];
    await host.deleteLink(`fd-${id.slice(0, 9)}002`);
    await vi.waitFor(async () => expect(await inside(LAST).tcp(there)).toBe(own), { timeout: 20_000 * patience });
    expect(await fairlead.doctor()).toEqual([]);
  });

  it('is there after a start, and gone with its network', async () => {
    await fairlead[Symbol.asyncDispose]();
    await open();
    expect(await inside(LAST).tcp((await ips('s0'))[0])).toBe((await ips(LAST))[0]);
    for (const probe of probes.values()) await probe.close();
    probes.clear();
    await fairlead.sandboxes.removeMany(
      (await fairlead.sandboxes.list()).map(({ name }) => name),
      { settle: true },
    );
    await fairlead.networks.remove('web');
    const links = async () => (await host.exec(['cat', '/proc/net/dev'])).split('\n').filter((line) => /^\s*(br-|f[bdlu]-)/.test(line));
    await vi.waitFor(async () => expect(await links()).toEqual([]), { timeout: 20_000 * patience });
  });
});
