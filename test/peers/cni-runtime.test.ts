import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CniPlace, cniPlace } from '../tool/cni.js';
import { type HeldNamespace, strangersNamespace } from '../tool/held-namespace.js';
import { type HostNamespace, hostNamespace } from '../tool/host-namespace.js';
import { HOST4, OUTSIDE4, outsideOf } from '../tool/outside.js';
import { type Probe, startProbe } from '../tool/probe.js';

// `fairlead cni` with the plugins of Debian, on a host of the test's own: packets, and what the tools of Debian show.
let host: HostNamespace;
let place: CniPlace;
let boxes: readonly [HeldNamespace, HeldNamespace];
const probes: Probe[] = [];

const shown = async (...argv: readonly string[]) => host.exec(['env', ...entriesOf(place.env), ...argv]);
const entriesOf = (env: NodeJS.ProcessEnv) => ['PATH', 'LD_LIBRARY_PATH', 'XTABLES_LIBDIR'].map((name) => `${name}=${env[name]}`);
const given = (network: string) =>
  existsSync(join(place.leases, network)) ? readdirSync(join(place.leases, network)).filter((name) => /^[\d.]+$/.test(name)) : [];
const kept = () => (existsSync(join(place.cache, 'results')) ? readdirSync(join(place.cache, 'results')) : []);
const links = async () => (await shown('ip', '-br', 'link')).split('\n').flatMap((line) => line.split(/[@ ]/)[0] || []);
const ipam = (subnet: string, more: object = {}) => ({
  type: 'host-local',
  dataDir: place.leases,
  ranges: [[{ subnet }]],
  routes: [{ dst: '0.0.0.0/0' }],
  ...more,
});

async function ok(...words: readonly string[]): Promise<string> {
  const { status, out, err } = await place.cni(...words);
  expect({ words, status, err }).toEqual({ words, status: 0, err: '' });
  return out;
}
async function refused(...words: readonly string[]): Promise<string> {
  const { status, err } = await place.cni(...words);
  expect(status).toBe(125);
  return err;
}

beforeAll(async () => {
  host = await hostNamespace();
  place = cniPlace(host);
  boxes = [await strangersNamespace(), await strangersNamespace()];
});
afterAll(async () => {
  for (const probe of probes) await probe.close();
  for (const box of boxes) await box.close();
  await host.close();
});

describe('bridge, firewall, portmap, tuning and bandwidth', () => {
  const [first, second] = ['--container-id', '--container-id'];

  it('are run one after the other, and packets go', async () => {
    place.write('web', {
      plugins: [
        { type: 'bridge', bridge: 'cni0', isGateway: true, ipMasq: true, ipam: ipam('10.88.0.0/24') },
        { type: 'firewall' },
        { type: 'portmap', capabilities: { portMappings: true } },
        { type: 'tuning', dataDir: place.leases, sysctl: { 'net.ipv4.conf.IFNAME.arp_filter': '1' }, capabilities: { mac: true } },
        { type: 'bandwidth', capabilities: { bandwidth: true } },
      ],
    });
    const outside = await outsideOf(host);
    await ok('status', 'web');
    const told = {
      portMappings: [{ hostPort: 8080, containerPort: 7000, protocol: 'tcp' }],
      bandwidth: { ingressRate: 8e6, ingressBurst: 8e6 },
      mac: '02:00:00:00:00:07',
    };
    const added = JSON.parse(await ok('add', 'web', boxes[0].path, first, 'one', '--capability-args', JSON.stringify(told)));
    expect(added).toMatchObject({ cniVersion: '1.0.0', ips: [{ address: '10.88.0.2/24', gateway: '10.88.0.1' }], routes: [{ dst: '0.0.0.0/0' }] });
    await ok('add', 'web', boxes[1].path, second, 'two');
    expect([given('web').sort(), kept()]).toEqual([
      ['10.88.0.2', '10.88.0.3'],
      ['web-one-eth0', 'web-two-eth0'],
    ]);
    probes.push(await startProbe(boxes[0].path, 'one'), await startProbe(boxes[1].path, 'two'), await startProbe(outside, 'outside'));
    const [one, two, far] = probes as [Probe, Probe, Probe];
    expect(await two.ping('10.88.0.2')).toBe('pong');
    expect(await one.tcp(OUTSIDE4)).toBe(HOST4);
    expect(await far.tcp(HOST4, 8080)).toBe(OUTSIDE4);
    const device = added.interfaces[1].name;
    expect(await shown('tc', 'qdisc', 'show', 'dev', device)).toMatch(/tbf .*rate 8Mbit/);
    expect(await boxes[0].exec(['cat', '/proc/sys/net/ipv4/conf/eth0/arp_filter'])).toBe('1\n');
    expect(await boxes[0].exec(['cat', '/sys/class/net/eth0/address']).catch(() => '')).not.toBe('');
    expect(await shown('iptables', '-t', 'nat', '-S')).toMatch(/--dport 8080 -j DNAT --to-destination 10\.88\.0\.2:7000/);
    expect(await shown('iptables', '-S', 'CNI-FORWARD')).toMatch(/-s 10\.88\.0\.2\/32 -j ACCEPT/);
  });

  it('refuse a second time, before anything is touched', async () => {
    expect(await refused('add', 'web', boxes[0].path, first, 'one')).toContain('[cni-attached]');
  });

  it('are asked to take back what others of them refused', async () => {
    place.write('broken', {
      plugins: [
        { type: 'bridge', bridge: 'cni1', ipam: ipam('10.89.0.0/24') },
        { type: 'tuning', dataDir: place.leases, sysctl: { 'net.ipv4.none': '1' } },
      ],
    });
    const before = await links();
    const said = await refused('add', 'broken', boxes[0].path, first, 'one', '--ifname', 'eth9');
    expect(said).toContain('CNI plugin tuning refused ADD');
    expect([given('broken'), kept()]).toEqual([[], ['web-one-eth0', 'web-two-eth0']]);
    expect((await links()).filter((name) => !before.includes(name))).toEqual(['cni1']);
  });

  it('leave nothing', async () => {
    writeFileSync(join(place.networks, 'web.conflist'), '{}');
    await ok('del', 'web', first, 'two');
    place.write('web', { plugins: [{ type: 'loopback' }] });
    await ok('del', 'web', boxes[0].path, first, 'one');
    expect([given('web'), kept()]).toEqual([[], []]);
    expect((await links()).filter((name) => name.startsWith('veth') || name.startsWith('bwp'))).toEqual([]);
    expect(await shown('iptables', '-t', 'nat', '-S')).not.toMatch(/10\.88\.0\.|CNI-DN/);
    expect(await probes[2]?.tcp(HOST4, 8080)).toBeNull();
  });
});

describe.each([
  { cniVersion: '0.3.1', type: 'ptp', more: () => ({ ipMasq: true, ipam: ipam('10.90.0.0/24') }) },
  {
    cniVersion: '0.4.0',
    type: 'macvlan',
    more: () => ({
      master: 'uplink0',
      ipam: { type: 'static', addresses: [{ address: '10.91.0.9/24', gateway: '10.91.0.1' }], routes: [{ dst: '10.92.0.0/16', gw: '10.91.0.1' }] },
    }),
  },
])('$type of version $cniVersion', ({ cniVersion, type, more }) => {
  it('is added, checked where it can be, and taken off', async () => {
    place.write(type, { cniVersion, plugins: [{ type, ...more() }] });
    const added = JSON.parse(await ok('add', type, boxes[0].path, '--ifname', 'net1'));
    const [{ address, gateway, version }] = added.ips;
    expect(version).toBe('4');
    expect(await boxes[0].exec(['env', ...entriesOf(place.env), 'ip', '-br', '-4', 'address', 'show', 'dev', 'net1'])).toContain(address);
    if (cniVersion === '0.3.1') {
      expect(await probes[0]?.ping(gateway)).toBe('pong');
      expect(await refused('check', type, boxes[0].path, '--ifname', 'net1')).toContain('[cni-verb-unknown]');
    } else await ok('check', type, boxes[0].path, '--ifname', 'net1');
    await ok('del', type, boxes[0].path, '--ifname', 'net1');
    expect([given(type), kept()]).toEqual([[], []]);
  });
});

describe('a network of several versions', () => {
  it('is of the newest that the plugins have', async () => {
    place.write('many', { cniVersions: ['0.3.1', '1.0.0', '1.1.0'], plugins: [{ type: 'ptp', ipam: ipam('10.93.0.0/24') }] });
    expect(JSON.parse(await ok('add', 'many', boxes[1].path, '--ifname', 'net2')).cniVersion).toBe('1.0.0');
  });

  it('frees, when asked, what a container had that is gone', async () => {
    const gone = await strangersNamespace();
    await ok('add', 'many', gone.path, '--container-id', 'gone');
    await gone.close();
    expect(given('many')).toHaveLength(2);
    expect(await ok('gc', 'many')).toBe('gone/eth0\n');
    expect([given('many').length, kept().length]).toEqual([1, 1]);
    await ok('gc', 'many', '--keep', 'none/eth0');
    expect([given('many'), kept()]).toEqual([[], []]);
  });
});
