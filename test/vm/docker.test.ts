import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type CommandLine, commandLine } from '../tool/command-line.js';
import { type Dockerd, startDockerd } from '../tool/dockerd.js';
import { there, WORD } from '../tool/encrypted-pair.js';
import { type Etcd, startEtcd } from '../tool/etcd.js';
import type { HostNamespace } from '../tool/host-namespace.js';
import { type Underlay, underlayOf } from '../tool/underlay.js';
import { openWire, type Sight, type Wire } from '../tool/wire.js';

// Two real dockerds on two hosts of one wire, an etcd on a third, and what few kernels have: containers upon a link of the host (ipvlan), and an overlay
// of which the wire sees nothing but ESP.
const HOSTS = ['192.0.2.1', '192.0.2.2'] as const;
const SOON = { timeout: 120_000, interval: 500 };
type Host = 1 | 2;

let etcd: Etcd;
let underlay: Underlay;
const dockers: Dockerd[] = [];
const fairleads: CommandLine[] = [];
const wires: Wire[] = [];
const docker = (host: Host, line: string) => there(dockers[host - 1]).docker(...line.split(' '));
// An emulated processor that shares its machine is slow to answer for the store, too: what was not done then is asked for again.
const patiently = (host: Host, line: string) => vi.waitFor(() => docker(host, line), SOON);
const create = (host: Host, line: string) => patiently(host, `network create -d fairlead ${line}`);
const run = (host: Host, name: string, network: string, more = '') =>
  vi.waitFor(async () => {
    await there(dockers[host - 1]).tried('rm', '-f', name);
    await docker(host, `run -d --stop-timeout 0 --name ${name} --network ${network}${more} busybox sleep 10000`);
  }, SOON);
const pings = (host: Host, from: string, to: string) => vi.waitFor(() => docker(host, `exec ${from} ping -c1 -W2 ${to}`), SOON);
const macOf = async (host: HostNamespace, link: string) =>
  (await host.exec([process.execPath, '-p', `require('os').networkInterfaces()['${link}'][0].mac`])).trim();

beforeAll(async () => {
  underlay = await underlayOf(3);
  const [first, second, third] = underlay.hosts as [HostNamespace, HostNamespace, HostNamespace];
  etcd = await startEtcd({ namespace: third.path, address: '192.0.2.3' });
  for (const [at, host] of [first, second].entries()) {
    const [daemon, fairlead] = [await startDockerd(host), commandLine(host)];
    dockers.push(daemon);
    fairleads.push(fairlead);
    await fairlead.start(
      ...['--docker-plugin-dir', daemon.plugins, '--store', `etcd://${etcd.endpoints.join(',')}`],
      ...['--host-name', `h${at + 1}`, '--advertise', 'eth0'],
    );
    wires.push(await openWire(underlay, at + 1));
  }
});
afterAll(async () => {
  for (const each of dockers) await each.close();
  for (const each of fairleads) await each.stop();
  for (const each of wires) await each.close();
  await underlay.close();
  await etcd.close();
});

describe('containers of two Dockers on an overlay', () => {
  const hex = (ip: string) =>
    ip
      .split('.')
      .map((part) => Number(part).toString(16).padStart(2, '0'))
      .join('');
  const between = HOSTS.map((from, at) => `${hex(from)}${hex(HOSTS[1 - at] ?? '')}`);
  /** What the two hosts have sent to each other since it was asked last: their words with the store are left out. */
  const sent = async (): Promise<readonly Sight[]> =>
    (await Promise.all(wires.map((each) => each.since()))).flat().filter((each) => between.includes(each.hex.slice(52, 68)));
  const told = (seen: readonly Sight[]) => seen.filter((each) => each.hex.includes(Buffer.from(WORD).toString('hex'))).length;

  /** A page of a container on one host, read by one on the other; what the hosts have sent to each other until then. */
  async function read(network: string, subnet: number, more = ''): Promise<readonly Sight[]> {
    const options = `-o fairlead.driver=overlay -o fairlead.network=${network} --ipam-driver fairlead --ipam-opt fairlead.network=${network}`;
    for (const host of [1, 2] as const) await create(host, `${options} --subnet 10.${subnet}.0.0/24${more} ${network}`);
    await sent();
    await run(1, 'one', network);
    await run(2, 'two', network);
    const address = await docker(2, `inspect -f {{.NetworkSettings.Networks.${network}.IPAddress}} two`);
    await there(dockers[1]).docker('exec', 'two', 'sh', '-c', `echo "${WORD}" >/index.html; httpd -p 80 -h /`);
    await pings(1, 'one', address);
    expect(await docker(1, `exec one wget -q -O- http://${address}/`)).toContain(WORD.trim());
    const seen = await sent();
    await docker(1, 'rm -f one');
    await docker(2, 'rm -f two');
    for (const host of [1, 2] as const) await patiently(host, `network rm ${network}`);
    return seen;
  }

  it('send nothing but ESP to each other where it is encrypted', async () => {
    const seen = await read('shut', 93, ' -o encrypted=true');
    expect(seen.filter(({ what }) => what !== 'esp')).toEqual([]);
    expect(new Set(seen.map(({ spi }) => spi)).size).toBeGreaterThan(1);
    expect(told(seen)).toBe(0);
  });

  it('are read by whoever looks where it is not', async () => {
    expect(told(await read('open', 94))).toBeGreaterThan(0);
  });
});

describe('containers of Docker upon a link of the host', () => {
  it('are neighbours on the wire by its MAC address, know each other by name, and reach those of another host', async () => {
    for (const [host, range] of [
      [1, '10.95.0.64/26'],
      [2, '10.95.0.128/26'],
    ] as const)
      await create(host, `-o fairlead.driver=ipvlan -o parent=eth0 --subnet 10.95.0.0/24 --ip-range ${range} wire`);
    await run(1, 'one', 'wire');
    await run(1, 'two', 'wire');
    await run(2, 'three', 'wire', ' --ip 10.95.0.130');
    await pings(1, 'one', 'two');
    await pings(1, 'two', 'one');
    await pings(1, 'one', '10.95.0.130');
    const parent = await macOf(there(underlay.hosts[0]), 'eth0');
    for (const name of ['one', 'two']) expect(await docker(1, `exec ${name} cat /sys/class/net/eth0/address`)).toBe(parent);
    await docker(1, 'rm -f one two');
    await docker(2, 'rm -f three');
    for (const host of [1, 2] as const) await patiently(host, 'network rm wire');
    expect((await there(fairleads[0]).run('endpoint', 'ls', '-q')).out).toBe('');
  });
});
