import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type CommandLine, commandLine } from '../tool/command-line.js';
import { type HostNamespace, hostNamespace } from '../tool/host-namespace.js';
import { HOST4, OUTSIDE4, outsideOf } from '../tool/outside.js';
import { type Probe, startProbe } from '../tool/probe.js';
import { alter, answerFor, drop, furnish, learn, linksOf, takeOff } from '../tool/segment.js';

// What somebody changes at a link of the host's before a network has it in its bridge, meanwhile and after.
const NIC = 'uplink0';
let host: HostNamespace;
let cli: CommandLine;
let probe: Probe;
const ok = async (...words: string[]) => {
  const { status, out, err } = await cli.run(...words);
  expect({ words, status, err }).toEqual({ words, status: 0, err: '' });
  return out.trimEnd();
};
const create = ['network', 'create', '-d', 'bridge', '-o', `parent=${NIC}`, '-o', 'com.docker.network.bridge.name=lan0'];
const has = async (link: string) => (await linksOf(host.path, link))[0]?.has;
const settings = async (link: string, ...names: readonly string[]) =>
  (await host.exec(['cat', ...names.map((name) => `/proc/sys/net/${name.replace('*', link)}`)])).trimEnd().split('\n');
const setAll = (link: string, value: string, ...names: readonly string[]) =>
  host.exec(['sh', '-c', names.map((name) => `echo ${value} >/proc/sys/net/${name.replace('*', link)}`).join(' && ')]);
const soon = (look: () => Promise<void>) => vi.waitFor(look, 5000);

beforeAll(async () => {
  host = await hostNamespace();
  await outsideOf(host);
  await host.unmark(NIC);
  await furnish(host.path, NIC, OUTSIDE4, HOST4);
  cli = commandLine(host);
  await cli.start();
  probe = await startProbe(host.path, 'host');
});
afterAll(async () => {
  await probe.close();
  await cli.stop();
  await host.close();
});

describe('a link of the host in the bridge of a network', () => {
  it('hears routers through all of it, though another network has the host forward', async () => {
    const HEARD = 'ipv6/conf/*/accept_ra';
    await learn(host.path, NIC, 'fe80::2');
    await setAll(NIC, '1', HEARD);
    await ok(...create, '--ipv6', 'lan');
    await ok('network', 'create', '--ipv6', '--subnet', '10.5.0.0/24', '--subnet', 'fd05::/64', 'web');
    expect(await settings(NIC, 'ipv6/conf/*/forwarding', HEARD)).toEqual(['1', '2']);
    // Whoever turns forwarding on by hand does not think of the link.
    await setAll(NIC, '1', HEARD);
    await takeOff(host.path, NIC);
    await soon(async () => expect(await linksOf(host.path, NIC)).toMatchObject([{ master: 'lan0', has: [] }]));
    expect(await settings('lan0', HEARD)).toEqual(['2']);
    await ok('doctor', '--fix');
    await ok('network', 'rm', 'lan');
    expect(await settings(NIC, HEARD)).toEqual(['2']);
    await ok('network', 'rm', 'web');
    expect(await settings(NIC, HEARD)).toEqual(['1']);
    await drop(host.path, NIC, 'route default via fe80::2 metric 1025');
  });

  it('lends how it behaves and for whom it answers, and no route that was taken away', async () => {
    const own = ['proxy_arp', 'accept_local', 'route_localnet', 'log_martians'].map((name) => `ipv4/conf/*/${name}`);
    const all = [...own, 'ipv6/conf/*/proxy_ndp'];
    await setAll(NIC, '1', ...all);
    await setAll(NIC, '7', 'ipv4/neigh/*/mcast_solicit');
    await answerFor(host.path, NIC, '192.0.2.200', '2001:db8::200');
    await drop(host.path, NIC, 'route 192.0.2.0/24');
    await drop(host.path, NIC, 'route 2001:db8::/64 metric 256');
    const before = await has(NIC);
    expect(before).toEqual(expect.arrayContaining(['neighbour proxy 192.0.2.200', 'neighbour proxy 2001:db8::200', 'route default via 192.0.2.2']));
    await ok(...create, '--ipv6', 'lan');
    expect(await has('lan0')).toEqual(before);
    expect(await settings('lan0', ...all, 'ipv4/neigh/*/mcast_solicit')).toEqual(['1', '1', '1', '1', '1', '7']);
    await ok('doctor', '--fix');
    expect(await settings('lan0', ...own)).toEqual(['1', '1', '1', '1']);
    await setAll('lan0', '1', 'ipv4/conf/*/arp_notify');
    await setAll('lan0', '0', 'ipv4/conf/*/log_martians');
    await ok('network', 'rm', 'lan');
    expect(await has(NIC)).toEqual(before);
    expect(await settings(NIC, ...own, 'ipv4/conf/*/arp_notify')).toEqual(['1', '1', '1', '0', '1']);
  });

  it('lends routes whose gateway it reaches by no address any more, and has them back', async () => {
    const ip = (line: string) => host.exec(['ip', ...line.split(' ')]);
    await ip(`address add 203.0.113.5/24 dev ${NIC}`);
    await ip(`address add 2001:db8:bad::5/64 dev ${NIC} nodad`);
    await ip('route add 198.18.0.0/15 via 203.0.113.1');
    await ip('-6 route add fd18::/16 via 2001:db8:bad::1');
    await ip(`address del 203.0.113.5/24 dev ${NIC}`);
    await ip(`address del 2001:db8:bad::5/64 dev ${NIC}`);
    const routes = async (link: string) => (await has(link))?.filter((each) => /via (203\.0|2001:db8:bad)/.test(each));
    expect(await routes(NIC)).toHaveLength(2);
    await ok(...create, '--ipv6', 'lan');
    expect([await routes('lan0'), await routes(NIC)]).toMatchObject([{ length: 2 }, { length: 0 }]);
    await ok('doctor', '--fix');
    await ok('network', 'rm', 'lan');
    expect(await routes(NIC)).toHaveLength(2);
    await ip('route del 198.18.0.0/15');
    await ip('-6 route del fd18::/16');
  });

  it('has its bridge and the sandboxes follow, whatever it is given', async () => {
    await ok(...create, '--ip-range', '192.0.2.64/26', '--subnet', '192.0.2.0/24', 'lan');
    await ok('sandbox', 'create', '--network', 'lan', '--name', 'box');
    const [{ SandboxKey: box }] = JSON.parse(await ok('sandbox', 'inspect', 'box'));
    await alter(host.path, NIC, 9000, '02:00:00:00:00:99');
    await soon(async () => expect(await linksOf(host.path, 'lan0')).toMatchObject([{ mtu: 9000, mac: '02:00:00:00:00:99' }]));
    await soon(async () => expect(await linksOf(box, 'eth0')).toMatchObject([{ mtu: 9000 }]));
    expect((await cli.run('doctor')).status).toBe(0);
    await ok('sandbox', 'rm', '-f', 'box');
  });

  it('keeps what the host is given meanwhile from sandboxes, until that is gone', async () => {
    await probe.change('add-address', NIC, '192.0.2.65/24');
    await soon(async () => {
      // It is told of the address a moment later.
      await cli.run('endpoint', 'rm', 'theirs');
      const { err } = await cli.run('endpoint', 'create', '--ip', '192.0.2.65', 'lan', 'theirs');
      expect(err).toContain('address 192.0.2.65 is already in use by this host');
    });
    for (const name of ['a', 'b']) await ok('endpoint', 'create', 'lan', name);
    const given = JSON.parse(await ok('endpoint', 'inspect', 'a', 'b'));
    expect(JSON.stringify(given)).not.toContain('192.0.2.65');
    await probe.change('delete-address', 'lan0', '192.0.2.65/24');
    await soon(async () => expect((await cli.run('endpoint', 'create', '--ip', '192.0.2.65', 'lan', 'ours')).err).toBe(''));
    await ok('endpoint', 'rm', 'a', 'b', 'ours');
    await ok('network', 'rm', 'lan');
    expect(await linksOf(host.path, NIC)).toMatchObject([{ mtu: 9000, mac: '02:00:00:00:00:99' }]);
  });
});
