import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CommandLine, commandLine } from '../tool/command-line.js';
import { type Dnsmasq, startDnsmasq } from '../tool/dnsmasq.js';
import { type HostNamespace, hostNamespace } from '../tool/host-namespace.js';
import { LAN, lanOf } from '../tool/lan.js';

// Debian's dnsmasq gives addresses on a machine of a LAN; sandboxes of a network on that LAN have them from there.
let host: HostNamespace;
let cli: CommandLine;
let lan: Awaited<ReturnType<typeof lanOf>>;
let server: Dnsmasq;

// Renewed after six seconds, which is the soonest that the client heeds; dnsmasq itself knows no lease of less than two minutes.
const gives = (range: string, ...more: string[]) => [
  '--interface=eth0',
  `--dhcp-range=${range},2m`,
  '--dhcp-option-force=option:T1,6',
  '--dhcp-option-force=option:T2,60',
  `--dhcp-option=option:router,${LAN.machine}`,
  `--dhcp-option=option:dns-server,${LAN.machine}`,
  '--dhcp-option=option:domain-search,lan.test,office.test',
  '--dhcp-option=option:mtu,1400',
  ...more,
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

describe('a network on a LAN with a DHCP server', () => {
  it('gives a sandbox address, router, name servers, domains and MTU of it', async () => {
    await create('lan');
    await ok('sandbox', 'create', '--network', 'lan', '--name', 'box');
    const ip = await addressOf('box');
    expect(ip).toMatch(/^10\.77\.0\.1[0-5]\d$/);
    expect(server.leases().get(ip)).toBe('box');
    expect(await inside('box', 'ip', 'route')).toContain(`default via ${LAN.machine} dev eth0`);
    expect(await inside('box', 'cat', '/sys/class/net/eth0/mtu', '/etc/resolv.conf')).toMatch(/^1400\n[^]*search lan\.test office\.test/);
  });
});
