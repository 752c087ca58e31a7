import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type CommandLine, commandLine } from '../tool/command-line.js';
import { debian } from '../tool/debian.js';
import { type Dnsmasq, startDnsmasq } from '../tool/dnsmasq.js';
import { type HostNamespace, hostNamespace } from '../tool/host-namespace.js';
import { LAN, lanOf } from '../tool/lan.js';

// Debian's dnsmasq gives addresses on a machine of a LAN; sandboxes of a network on that LAN have them from there.
let host: HostNamespace;
let cli: CommandLine;
let lan: Awaited<ReturnType<typeof lanOf>>;
let server: Dnsmasq;

// Renewed after five seconds, which is the soonest that the client heeds; dnsmasq itself knows no lease of less than two minutes.
const gives = (range: string, ...more: string[]) => [
  '--interface=eth0',
  `--dhcp-range=${range},2m`,
  '--dhcp-option-force=option:T1,5',
  '--dhcp-option-force=option:T2,60',
  `--dhcp-option=option:router,${LAN.machine}`,
  `--dhcp-option=option:dns-server,${LAN.machine}`,
  '--dhcp-option=option:domain-search,lan.test,office.test',
  '--dhcp-option=option:mtu,1400',
  ...more,
];
const gives6 = [
  '--enable-ra',
  '--dhcp-range=fd77::100,fd77::15f,64,2m',
  `--dhcp-option=option6:dns-server,[${LAN.machine6}]`,
  '--dhcp-option=option6:domain-search,six.test',
];
const ok = async (...words: string[]) => {
  const { status, out, err } = await cli.run(...words);
  expect({ words, status, err }).toEqual({ words, status: 0, err: '' });
  return out.trimEnd();
};
const create = (name: string, ...words: string[]) =>
  ok('network', 'create', '-o', 'com.docker.network.bridge.name=lan0', '--ipam-driver', 'dhcp', ...words, name);
const inside = (name: string, ...words: string[]) => ok('exec', name, ...words);
const addressOf = async (name: string): Promise<string> => {
  const [view] = JSON.parse(await ok('sandbox', 'inspect', name));
  return view.NetworkSettings.Networks.lan.IPAddress;
};
const address6Of = async (network: string, name: string): Promise<string> => {
  const [view] = JSON.parse(await ok('sandbox', 'inspect', name));
  return view.NetworkSettings.Networks[network].GlobalIPv6Address;
};

beforeAll(async () => {
  host = await hostNamespace();
  lan = await lanOf(host);
  server = await startDnsmasq(lan.path, host.run, gives('10.77.0.100,10.77.0.150'));
  cli = commandLine(host);
  await cli.start('--log-level', 'debug');
});
afterAll(async () => {
  await cli.stop();
  await server.stop();
  await host.close();
});

const waits = { timeout: 30_000, interval: 200 };
/** How often the server has acknowledged something since the text was so long. */
const acknowledged = (since: number) =>
  server
    .said()
    .slice(since)
    .match(/DHCPACK\(eth0\)/g)?.length ?? 0;

describe('a network on a LAN with a DHCP server', () => {
  it('gives a sandbox address, router, name servers, domains and MTU of it', async () => {
    await create('lan', '--ipam-opt', 'timeout=3');
    await ok('sandbox', 'create', '--network', 'lan', '--name', 'box');
    const ip = await addressOf('box');
    expect(ip).toMatch(/^10\.77\.0\.1[0-5]\d$/);
    expect(server.leases().get(ip)).toBe('box');
    expect(await inside('box', 'ip', 'route')).toContain(`default via ${LAN.machine} dev eth0`);
    expect(await inside('box', 'cat', '/sys/class/net/eth0/mtu', '/etc/resolv.conf')).toMatch(/^1400\n[^]*search lan\.test office\.test/);
    const [view] = JSON.parse(await ok('network', 'inspect', 'lan'));
    expect(view.IPAM).toMatchObject({ Driver: 'dhcp', Config: [{ Subnet: '0.0.0.0/0' }] });
  });

  it('gives the address that is asked for, and nothing half made where it does not', async () => {
    // The server gives addresses by what MAC addresses come to: the first one may have any.
    const wanted = ['10.77.0.149', '10.77.0.148'].find((ip) => !server.leases().has(ip)) ?? '';
    await ok('sandbox', 'create', '--network', `lan,ip=${wanted}`, '--name', 'chosen');
    expect(await addressOf('chosen')).toBe(wanted);
    await ok('sandbox', 'rm', 'chosen');
    await vi.waitFor(() => expect(server.leases().has(wanted)).toBe(false), waits);
    const refused = await cli.run('sandbox', 'create', '--network', 'lan,ip=10.77.0.200', '--name', 'refused');
    expect([refused.status, refused.err]).toEqual([125, expect.stringMatching(/10\.77\.0\.200[^]*\[dhcp-unfit\]/)]);
    expect(await ok('endpoint', 'ls', '--format', '{{.Name}}')).toBe('box');
  });

  it('renews from the sandbox, whether the server is another one or the daemon was killed', async () => {
    const ip = await addressOf('box');
    await server.stop();
    server = await startDnsmasq(lan.path, host.run, gives('10.77.0.100,10.77.0.150'));
    await cli.stop('SIGKILL');
    const heard = server.said().length;
    await cli.start();
    await vi.waitFor(() => expect(acknowledged(heard)).toBeGreaterThan(1), waits);
    expect(await addressOf('box')).toBe(ip);
    expect(await inside('box', 'ip', '-4', '-o', 'address', 'show', 'eth0')).toContain(`${ip}/24`);
  });

  it('follows a server that says no: another address, and other routes, live', async () => {
    const ip = await addressOf('box');
    await server.stop();
    server = await startDnsmasq(lan.path, host.run, gives('10.77.0.160,10.77.0.170', `--dhcp-option=121,0.0.0.0/0,${LAN.host},198.51.100.0/24,${LAN.machine}`));
    await vi.waitFor(async () => expect(await addressOf('box')).toMatch(/^10\.77\.0\.1(6\d|70)$/), waits);
    const [addresses, routes] = [await inside('box', 'ip', '-4', '-o', 'address', 'show', 'eth0'), await inside('box', 'ip', 'route')];
    expect(addresses).not.toContain(ip);
    expect(addresses).toContain(await addressOf('box'));
    expect(routes).toContain(`default via ${LAN.host} dev eth0`);
    expect(routes).toContain(`198.51.100.0/24 via ${LAN.machine} dev eth0`);
    expect((await cli.run('doctor')).out).not.toMatch(/lan|box/);
  });

  it('is told of what is free again', async () => {
    const ip = await addressOf('box');
    await ok('sandbox', 'rm', 'box');
    await vi.waitFor(() => expect(server.leases().has(ip)).toBe(false), waits);
    await ok('network', 'rm', 'lan');
    expect(JSON.parse(await lan.now()).links.map(({ name }: { name: string }) => name)).not.toContainEqual(expect.stringMatching(/^fl/));
  });

  it('gives addresses on a wire of the host as well, and takes them back', async () => {
    await ok('network', 'create', '-d', 'macvlan', '-o', 'parent=lan0', '--ipam-driver', 'dhcp', 'wire');
    await ok('sandbox', 'create', '--network', 'wire', '--name', 'station');
    const [{ NetworkSettings }] = JSON.parse(await ok('sandbox', 'inspect', 'station'));
    const ip = NetworkSettings.Networks.wire.IPAddress;
    expect(server.leases().get(ip)).toBe('station');
    expect(await inside('station', 'cat', '/sys/class/net/eth0/mtu')).toBe('1400');
    expect(await inside('station', 'ip', 'route')).toContain(`default via ${LAN.host} dev eth0`);
    const heard = server.said().length;
    await vi.waitFor(() => expect(acknowledged(heard)).toBeGreaterThan(0), waits);
    await ok('sandbox', 'rm', 'station');
    await vi.waitFor(() => expect(server.leases().has(ip)).toBe(false), waits);
    await ok('network', 'rm', 'wire');
  });

  it('gives addresses of IPv6 too, beside what its router advertises', async () => {
    await server.stop();
    server = await startDnsmasq(lan.path, host.run, gives('10.77.0.100,10.77.0.150', ...gives6));
    await create('six', '--ipam-opt', 'ipv6=dhcp');
    await ok('sandbox', 'create', '--network', 'six', '--name', 'dual');
    const ip6 = await address6Of('six', 'dual');
    expect(ip6).toMatch(/^fd77::1[0-5][\da-f]$/);
    expect(server.leases().get(ip6)).toBe('dual');
    expect(await inside('dual', 'cat', '/etc/resolv.conf')).toMatch(/search .*six\.test/);
    await vi.waitFor(async () => expect(await inside('dual', 'ip', '-6', 'route')).toMatch(/default via fe80::9 dev eth0/), waits);
    // No address is made of what is advertised.
    const addresses = async () => (await inside('dual', 'ip', '-6', '-o', 'address', 'show', 'dev', 'eth0', 'scope', 'global')).split('\n');
    expect(await addresses()).toEqual([expect.stringContaining(`${ip6}/128`)]);
    await cli.stop('SIGKILL');
    const heard = server.said().length;
    await cli.start();
    await vi.waitFor(() => expect(server.said().slice(heard)).toMatch(new RegExp(`DHCPREPLY\\(eth0\\) ${ip6}`)), waits);
    expect(await addresses()).toEqual([expect.stringContaining(`${ip6}/128`)]);
    expect((await cli.run('doctor')).out).not.toMatch(/six|dual/);
    // The cable is pulled out and plugged in again: it may lead elsewhere.
    const [before, replies] = [server.said().length, /DHCPCONFIRM\(eth0\)/];
    await host.replug('lanport');
    await vi.waitFor(() => expect(server.said().slice(before)).toMatch(replies), waits);
    expect(await addresses()).toEqual([expect.stringContaining(`${ip6}/128`)]);
    await ok('sandbox', 'rm', 'dual');
    await vi.waitFor(() => expect(server.leases().has(ip6)).toBe(false), waits);
    await ok('network', 'rm', 'six');
  });

  it('has sandboxes of networks without IPv6, and of internal ones, hear no router', async () => {
    const macvlan = ['-d', 'macvlan', '-o', 'parent=lan0'];
    const bridge = ['-o', 'com.docker.network.bridge.name=lan0'];
    await ok('network', 'create', ...bridge, '--subnet', '10.77.0.0/24', '--ip-range', '10.77.0.64/27', 'four');
    await ok('network', 'create', ...macvlan, '--internal', '--subnet', '10.79.0.0/24', '--subnet', 'fd79::/64', 'inner');
    await ok('network', 'create', ...macvlan, '--ipv4=false', '--ipam-driver', 'dhcp', '--ipam-opt', 'ipv6=dhcp', 'heard');
    await ok('sandbox', 'create', '--network', 'four', '--name', 'four');
    await ok('sandbox', 'create', '--network', 'inner', '--name', 'inner');
    // It asks for routers, and what they answer is for all.
    await ok('sandbox', 'create', '--network', 'heard', '--name', 'heard');
    const routes = (name: string) => inside(name, 'ip', '-6', 'route');
    await vi.waitFor(async () => expect(await routes('heard')).toMatch(/default via fe80::9 dev eth0 proto ra/), waits);
    expect(await routes('four')).toBe('');
    expect(await routes('inner')).not.toMatch(/default|proto ra|fd77/);
    await ok('sandbox', 'rm', 'four', 'inner', 'heard');
    await ok('network', 'rm', 'four', 'inner', 'heard');
  });

  it('gives an address of IPv6 that is asked for, on a wire without IPv4, and refuses another', async () => {
    await ok(
      'network',
      'create',
      '-d',
      'macvlan',
      '-o',
      'parent=lan0',
      '--ipv4=false',
      '--ipam-driver',
      'dhcp',
      '--ipam-opt',
      'ipv6=dhcp',
      '--ipam-opt',
      'timeout=5',
      'wire6',
    );
    await ok('sandbox', 'create', '--network', 'wire6,ip6=fd77::142', '--name', 'station6');
    expect(await address6Of('wire6', 'station6')).toBe('fd77::142');
    expect(server.leases().get('fd77::142')).toBe('station6');
    const refused = await cli.run('sandbox', 'create', '--network', 'wire6,ip6=fd77::200', '--name', 'refused');
    expect([refused.status, refused.err]).toEqual([125, expect.stringMatching(/DHCPv6 server fe80::9 [^]*fd77::200[^]*\[dhcp-unfit\]/)]);
    await ok('sandbox', 'rm', 'station6');
    await vi.waitFor(() => expect(server.leases().has('fd77::142')).toBe(false), waits);
    await ok('network', 'rm', 'wire6');
  });

  it('gives an address of IPv6 by two messages, and another one than somebody on the segment has', async () => {
    const four = ['fd77::141', 'fd77::142', 'fd77::143', 'fd77::144'];
    await server.stop();
    server = await startDnsmasq(lan.path, host.run, gives('10.77.0.100,10.77.0.150', '--dhcp-range=fd77::141,fd77::144,64,2m'));
    const asks = ['-d', 'macvlan', '-o', 'parent=lan0', '-o', 'com.fairlead.address_check=300', '--ipv4=false', '--ipam-driver', 'dhcp'];
    await ok('network', 'create', ...asks, '--ipam-opt', 'ipv6=dhcp', '--ipam-opt', 'rapid-commit=true', 'rapid6');
    const heard = server.said().length;
    await ok('sandbox', 'create', '--network', 'rapid6', '--name', 'first');
    const first = await address6Of('rapid6', 'first');
    expect(four).toContain(first);
    expect(server.said().slice(heard)).toMatch(/DHCPSOLICIT/);
    expect(server.said().slice(heard)).not.toMatch(/DHCPREQUEST/);
    const [free, ...squatted] = four.filter((each) => each !== first);
    const machine = (...words: readonly string[]) =>
      execFileSync('nsenter', [`--net=${lan.path}`, 'ip', '-6', 'address', ...words, 'dev', 'eth0'], { env: debian('iproute2') });
    for (const each of squatted) machine('add', `${each}/128`, 'nodad');
    await ok('sandbox', 'create', '--network', 'rapid6', '--name', 'second');
    expect(await address6Of('rapid6', 'second')).toBe(free);
    const [told, declined] = [server.said().length, await cli.run('sandbox', 'create', '--network', `rapid6,ip6=${squatted[0]}`, '--name', 'third')];
    expect([declined.status, declined.err]).toEqual([125, expect.stringMatching(new RegExp(`${squatted[0]} is used by [^]*\\[address-in-use\\]`))]);
    expect(server.said().slice(told)).toMatch(/DHCPDECLINE\(eth0\)/);
    for (const each of squatted) machine('del', `${each}/128`);
    for (const name of ['first', 'second']) await ok('sandbox', 'rm', name);
    await vi.waitFor(() => expect(four.filter((each) => server.leases().has(each))).toEqual([]), waits);
    await ok('network', 'rm', 'rapid6');
  });

  it('is named where it does not answer, after the time that was asked for', async () => {
    await server.stop();
    await create('silent', '--ipam-opt', 'timeout=1');
    const { status, err } = await cli.run('sandbox', 'create', '--network', 'silent');
    expect([status, err]).toEqual([125, expect.stringMatching(/no DHCP server answers on lan0 for network silent within 1 s[^]*\[dhcp-silent\]/)]);
    await ok('network', 'rm', 'silent');
    expect((await cli.run('network', 'create', '--ipam-driver', 'dhcp', 'own')).err).toContain('[segment-absent]');
  });
});
