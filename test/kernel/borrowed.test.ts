import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type CommandLine, commandLine } from '../tool/command-line.js';
import { type HostNamespace, hostNamespace } from '../tool/host-namespace.js';
import { LAN, lanOf } from '../tool/lan.js';
import { type Probe, startProbe } from '../tool/probe.js';

// A bridge of somebody else's with a machine on it and addresses of its own, used by a network of ours: it works, and whatever happens
// the bridge, its port, its addresses and its settings are as they were when the network has gone.
let host: HostNamespace;
let cli: CommandLine;
let lan: Awaited<ReturnType<typeof lanOf>>;
let before: string;
const probes = new Map<string, Probe>();
const at = (name: string): Probe => probes.get(name) as Probe;
const both = async (from: string, to: string, port: number) => [await at(from).tcp(to, port), await at(from).udp(to, port)];
const ok = async (...words: string[]) => {
  const { status, out, err } = await cli.run(...words);
  expect({ words, status, err }).toEqual({ words, status: 0, err: '' });
  return out.trimEnd();
};
const create = (name: string, ...words: string[]) => ['network', 'create', '-o', 'com.docker.network.bridge.name=lan0', ...words, name];
const findings = async () => {
  const { out } = await cli.run('doctor');
  return out.split('\n').filter((line) => /lan0/.test(line));
};

beforeAll(async () => {
  host = await hostNamespace();
  lan = await lanOf(host);
  before = await lan.now();
  cli = commandLine(host);
  await cli.start();
  probes.set('host', await startProbe(host.path));
  probes.set('machine', await startProbe(lan.path, 'machine'));
});
afterAll(async () => {
  for (const probe of probes.values()) await probe.close();
  await cli.stop();
  await host.close();
});

describe('a borrowed bridge', () => {
  it('that has an address in the subnet is the gateway by that, and nothing else is', async () => {
    const { status, err } = await cli.run(...create('wrong', '--subnet', '10.77.0.0/24', '--gateway', '10.77.0.1'));
    expect([status, err]).toEqual([125, expect.stringContaining('bridge "lan0" has the address 10.77.0.5/24 already, which is not gateway 10.77.0.1')]);
    expect((await cli.run(...create('wrong', '--subnet', '10.77.0.0/16'))).err).toContain('[bridge-mismatch]');
    await ok(...create('lan', '--subnet', '10.77.0.0/24', '--subnet', 'fd77::/64'));
    const [view] = JSON.parse(await ok('network', 'inspect', 'lan'));
    expect(view.IPAM.Config.map(({ Gateway }: { Gateway: string }) => Gateway)).toEqual([LAN.host, LAN.host6]);
    expect((await cli.run(...create('second', '--subnet', '10.78.0.0/24'))).err).toContain('[device-claimed]');
    const taken = await cli.run('network', 'create', '-o', 'com.docker.network.bridge.name=lanport', 'third');
    expect(taken.err).toContain('[device-taken]');
  });

  it('connects sandboxes with what is on it, and the host publishes their ports', async () => {
    await ok('sandbox', 'create', '--network', 'lan,ip=10.77.0.20,ip6=fd77::20', '-p', '8080:7000', '-p', '127.0.0.1:8081:7001', '--name', 'box');
    const [{ SandboxKey: path }] = JSON.parse(await ok('sandbox', 'inspect', 'box'));
    probes.set('box', await startProbe(path, 'box'));
    const all = (answer: string | null) => [answer, answer];
    await vi.waitFor(async () => expect(await both('box', LAN.machine, 7000)).toEqual(all('10.77.0.20')), 10_000);
    expect(await both('box', LAN.machine6, 7000)).toEqual(all('fd77::20'));
    expect(await both('machine', '10.77.0.20', 7001)).toEqual(all('box'));
    expect(await both('host', '10.77.0.20', 7000)).toEqual(all(LAN.host));
    expect(await at('host').tcp('127.0.0.1', 8081)).toBe('box');
    expect(await at('machine').tcp(LAN.host, 8080)).not.toBeNull();
  });

  it('is limited for sandboxes alone, not for the machine on it', async () => {
    const METADATA = '169.254.169.254';
    await at('host').change('add-address', 'lo', `${METADATA}/32`);
    for (const name of ['machine', 'box']) await at(name).change('add-route', 'eth0', `${METADATA}/32`, LAN.host);
    const reached = async (from: string) => [await at(from).tcp(LAN.host, 7000), await at(from).tcp(LAN.host6, 7000), await at(from).tcp(METADATA, 7000)];
    const free = [LAN.machine, LAN.machine6, LAN.machine];
    expect([await reached('machine'), await reached('box')]).toEqual([free, ['10.77.0.20', 'fd77::20', null]]);
    await ok('sandbox', 'update', '--egress', 'none', 'box');
    expect([await reached('machine'), await reached('box')]).toEqual([free, [null, null, null]]);
    await ok('network', 'update', '--egress', '192.0.2.0/24', 'lan');
    expect([await reached('machine'), await reached('box')]).toEqual([free, [null, null, null]]);
    await ok('network', 'update', '-o', 'com.fairlead.guard=false', 'lan'); // whoever is there may be the box
    expect(await reached('machine')).toEqual([null, null, null]);
    await ok('network', 'update', '--opt-rm', 'com.fairlead.guard', '--egress', 'default', 'lan');
    await ok('sandbox', 'update', '--egress', 'default', 'box');
    expect(await reached('machine')).toEqual(free);
    await at('host').change('delete-address', 'lo', `${METADATA}/32`);
  });

  it('stays as it is when the daemon is killed and started again, and nothing is missing', async () => {
    await cli.stop('SIGKILL');
    await cli.start();
    expect(await findings()).toEqual([]);
    expect(await at('machine').tcp('10.77.0.20', 7001)).toBe('box');
  });

  it('is given back', async () => {
    await at('box').close();
    probes.delete('box');
    await ok('sandbox', 'rm', 'box');
    await ok('network', 'rm', 'lan');
    await vi.waitFor(async () => expect(await lan.now()).toBe(before), 10_000);
  });
});

describe('a borrowed bridge with a subnet of ours', () => {
  const own = ['--subnet', '10.88.0.0/24', '--subnet', 'fd88::/64', '-o', 'com.docker.network.driver.mtu=1400'];

  it('gets its gateways and the MTU that is asked for, has them again when others take them, and is given back after a kill', async () => {
    await ok(...create('own', ...own));
    expect(await lan.now()).toMatch(/"mtu":1400.*10\.88\.0\.1\/24.*fd88::1\/64/);
    await host.deleteAddress('lan0', '10.88.0.1/24');
    await vi.waitFor(async () => expect(await lan.now()).toContain('10.88.0.1/24'), 10_000);
    await host.setDown('lan0');
    await vi.waitFor(async () => expect(await lan.now()).toMatch(/"name":"lan0",[^{}]*"up":true/), 10_000);
    await cli.stop('SIGKILL');
    await host.deleteAddress('lan0', 'fd88::1/64');
    await cli.start();
    await vi.waitFor(async () => expect(await lan.now()).toContain('fd88::1/64'), 10_000);
    await ok('network', 'update', '--opt', 'com.docker.network.driver.mtu=1300', '--opt', 'com.docker.network.bridge.inhibit_ipv4=true', 'own');
    expect(await lan.now()).toContain('"mtu":1300');
    expect(await lan.now()).not.toContain('10.88.0.1');
    await ok('network', 'rm', 'own');
    // What the kernel drops of a bridge that goes down is its owner's to bring back.
    const four = (text: string) => JSON.parse(text).links[0].addresses.filter((each: string) => !each.includes(':'));
    expect(four(await lan.now())).toEqual(four(before));
    expect(JSON.parse(await lan.now()).links[0].mtu).toBe(1500);
  });
});
