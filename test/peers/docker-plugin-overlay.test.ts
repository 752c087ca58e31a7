import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type CommandLine, commandLine } from '../tool/command-line.js';
import { type Dockerd, startDockerd } from '../tool/dockerd.js';
import { type Etcd, startEtcd } from '../tool/etcd.js';
import type { HostNamespace } from '../tool/host-namespace.js';
import { patience } from '../tool/patience.mjs';
import { type Underlay, underlayOf } from '../tool/underlay.js';

// Two real dockerds on two hosts that share nothing but an etcd, and no Swarm: their containers are on one network.
vi.setConfig({ testTimeout: 120_000 * patience, hookTimeout: 90_000 * patience });
let etcd: Etcd;
let underlay: Underlay;
const dockers: Dockerd[] = [];
const fairleads: CommandLine[] = [];
function there<T>(found: T | undefined): T {
  if (found === undefined) throw new Error('the test names a host that is not there');
  return found;
}
const docker = (host: 1 | 2, line: string) => there(dockers[host - 1]).docker(...line.split(' '));
const fairlead = (host: 1 | 2) => there(fairleads[host - 1]);
const begin = (host: 1 | 2) =>
  fairlead(host).start(
    ...['--docker-plugin-dir', there(dockers[host - 1]).plugins, '--docker-names', there(dockers[host - 1]).socket],
    ...['--store', `etcd://${etcd.endpoints.join(',')}`, '--host-name', `h${host}`, '--advertise', 'eth0'],
  );

beforeAll(async () => {
  underlay = await underlayOf(3);
  const [first, second, third] = underlay.hosts as [HostNamespace, HostNamespace, HostNamespace];
  etcd = await startEtcd({ namespace: third.path, address: '192.0.2.3' });
  dockers.push(...(await Promise.all([first, second].map((host) => startDockerd(host)))));
  fairleads.push(...[first, second].map((host) => commandLine(host)));
  await Promise.all([begin(1), begin(2)]);
});
afterAll(async () => {
  await Promise.all(dockers.map((each) => each.close()));
  await Promise.all(fairleads.map((each) => each.stop()));
  await underlay.close();
  await etcd.close();
});

const until = <T>(look: () => Promise<T>) => vi.waitFor(look, { timeout: 20_000 * patience, interval: 100 });
const pings = (host: 1 | 2, from: string, to: string) => until(() => docker(host, `exec ${from} ping -c1 -W1 ${to}`));
const create = (host: 1 | 2, name: string, more = '') =>
  docker(
    host,
    `network create -d fairlead -o fairlead.driver=overlay -o fairlead.network=${name} --ipam-driver fairlead --ipam-opt fairlead.network=${name}${more} ${name}`,
  );
const run = (host: 1 | 2, name: string, network: string, more = '') =>
  docker(host, `run -d --stop-timeout 0 --name ${name} --network ${network}${more} busybox sleep 1000`);
const addressOf = (host: 1 | 2, name: string, network: string) =>
  there(dockers[host - 1]).docker('inspect', '-f', `{{.NetworkSettings.Networks.${network}.IPAddress}}`, name);

describe('an overlay of two dockerds', () => {
  it('carries packets, gives no address twice, and goes with the last of them', async () => {
    await create(1, 'web', ' --subnet 10.90.0.0/24');
    // The second knows its subnet by the name.
    await create(2, 'web');
    await Promise.all([run(1, 'one', 'web', ' --dns 10.90.0.1'), run(2, 'two', 'web', ' --network-alias zwei')]);
    await run(2, 'three', 'web');
    const all = [await addressOf(1, 'one', 'web'), await addressOf(2, 'two', 'web'), await addressOf(2, 'three', 'web')];
    expect(new Set(all).size).toBe(3);
    const [one = '', two = '', three = ''] = all;
    await pings(1, 'one', two);
    // Each Docker knows the names of its own containers alone: another's are asked of the network itself.
    for (const name of ['two', 'zwei', 'two.web', 'three']) await pings(1, 'one', name);
    await docker(2, 'rename three drei');
    await pings(1, 'one', 'drei');
    expect((await there(dockers[0]).tried('exec', 'one', 'nslookup', 'three')).out).not.toContain(three);
    // A sandbox of ours finds them, too, and is found.
    expect((await fairlead(1).run('sandbox', 'create', '--name', 'ours', '--network', 'web')).status).toBe(0);
    await pings(1, 'one', 'ours');
    expect((await fairlead(1).run('exec', 'ours', 'getent', 'hosts', 'zwei')).out).toContain(two);
    expect((await fairlead(1).run('sandbox', 'rm', 'ours')).status).toBe(0);
    await pings(2, 'two', one);
    await pings(2, 'two', three);
    await docker(2, 'network disconnect web two');
    await docker(2, 'network connect web two');
    await pings(1, 'one', await addressOf(2, 'two', 'web'));
    await docker(1, 'rm -f one');
    await docker(1, 'network rm web');
    await pings(2, 'two', three);
    await docker(2, 'rm -f two drei');
    await docker(2, 'network rm web');
    expect((await fairlead(1).run('network', 'ls', '--filter', 'driver=overlay', '-q')).out).toBe('');
    expect((await fairlead(1).run('endpoint', 'ls', '-q')).out).toBe('');
  });

  it('has both families', async () => {
    await create(1, 'six', ' --ipv6 --subnet 10.92.0.0/24 --subnet fd92::/64');
    await create(2, 'six', ' --ipv6 --subnet 10.92.0.0/24 --subnet fd92::/64');
    await run(1, 'one', 'six');
    await run(2, 'two', 'six', ' --ip6 fd92::50');
    await pings(1, 'one', 'fd92::50');
    const six = await docker(1, 'inspect -f {{.NetworkSettings.Networks.six.GlobalIPv6Address}} one');
    expect(six).toMatch(/^fd92::/);
    await pings(2, 'two', six);
    await pings(2, 'two', await addressOf(1, 'one', 'six'));
    for (const host of [1, 2] as const) {
      await docker(host, `rm -f ${host === 1 ? 'one' : 'two'}`);
      await docker(host, 'network rm six');
    }
  });

  // Which of both is the kernel's.
  it('encrypts what hosts send, or says what the kernel lacks for it', async () => {
    for (const host of [1, 2] as const) await create(host, 'shut', ' --subnet 10.93.0.0/24 -o encrypted=true');
    expect((await fairlead(1).run('network', 'inspect', 'shut', '--format', '{{json .Options}}')).out).toContain('"encrypted":"true"');
    const first = await there(dockers[0]).tried(...'run -d --stop-timeout 0 --name one --network shut busybox sleep 1000'.split(' '));
    if (first.status === 0) {
      await run(2, 'two', 'shut');
      await pings(1, 'one', await addressOf(2, 'two', 'shut'));
      await docker(2, 'rm -f two');
    } else expect(first.err).toMatch(/this kernel .*modprobe -a esp4/);
    await docker(1, 'rm -f one');
    for (const host of [1, 2] as const) await docker(host, 'network rm shut');
    expect((await fairlead(1).run('endpoint', 'ls', '-q')).out).toBe('');
  });

  it('keeps it when both daemons of a host are killed', async () => {
    await create(1, 'web', ' --subnet 10.90.0.0/24');
    // Docker takes a chosen address where somebody chose the subnet.
    await create(2, 'web', ' --subnet 10.90.0.0/24');
    await run(1, 'one', 'web', ' --dns 10.90.0.1');
    await docker(2, 'run -d --restart always --stop-timeout 0 --ip 10.90.0.50 --name two --network web busybox sleep 1000');
    await pings(1, 'one', '10.90.0.50');
    await there(dockers[1]).stop('SIGKILL');
    await fairlead(2).stop('SIGKILL');
    const started = there(dockers[1]).start();
    await begin(2);
    await started;
    await pings(1, 'one', '10.90.0.50');
    await pings(1, 'one', 'two');
    await docker(1, 'rm -f one');
    await docker(2, 'rm -f two');
    await docker(1, 'network rm web');
    await docker(2, 'network rm web');
  });
});
