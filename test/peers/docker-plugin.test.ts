import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { placeOf } from '../../scripts/lib/peers.mjs';
import { type CommandLine, commandLine, outcome } from '../tool/command-line.js';
import { debian } from '../tool/debian.js';
import { type Dockerd, startDockerd } from '../tool/dockerd.js';
import { shownIn } from '../tool/guide.js';
import { type HostNamespace, hostNamespace } from '../tool/host-namespace.js';
import { patience } from '../tool/patience.mjs';
import { pluginProxy } from '../tool/plugin.js';

// A real dockerd and a daemon of ours, which is its plugin, on one host. Docker moves the links and asks; packets say whether it worked.
vi.setConfig({ testTimeout: 120_000 * patience, hookTimeout: 90_000 * patience });
let host: HostNamespace;
let dockerd: Dockerd;
let fairlead: CommandLine;
const docker = (line: string) => dockerd.docker(...line.split(' '));
const begin = () => fairlead.start('--docker-plugin-dir', dockerd.plugins);

beforeAll(async () => {
  host = await hostNamespace();
  dockerd = await startDockerd(host);
  fairlead = commandLine(host);
  await begin();
});
afterAll(async () => {
  await dockerd.close();
  await fairlead.stop();
  await host.close();
});

const until = <T>(look: () => Promise<T>) => vi.waitFor(look, { timeout: 20_000 * patience, interval: 100 });
const pings = (from: string, to: string) => until(() => docker(`exec ${from} ping -c1 -W1 ${to}`));
const env = debian('curl');
const curl = (url: string) => host.exec(['env', `PATH=${env['PATH']}`, `LD_LIBRARY_PATH=${env['LD_LIBRARY_PATH']}`, 'curl', '-sf', '-m2', url]);
const isWell = () => until(async () => expect((await fairlead.run('doctor')).out).toContain('all is well'));
const run = (name: string, network: string, ...words: readonly string[]) =>
  docker(['run -d --stop-timeout 0 --name', name, '--network', network, ...words, 'busybox httpd -f -p 80'].join(' '));

// Whatever a test leaves is of no other.
afterEach(async () => {
  const containers = await docker('ps -aq');
  if (containers !== '') await dockerd.docker('rm', '-f', ...containers.split('\n'));
  const networks = await docker('network ls -q --filter type=custom');
  if (networks !== '') await dockerd.docker('network', 'rm', ...networks.split('\n'));
  expect((await fairlead.run('sandbox', 'ls', '-q')).out).toBe('');
  expect((await fairlead.run('network', 'ls', '--filter', 'type=custom', '-q')).out).toBe('');
});

describe('a bridge of ours in Docker', () => {
  it('carries packets and names, publishes ports, and follows connect, disconnect, stop and start', async () => {
    await docker('network create -d fairlead --subnet 10.80.0.0/24 web');
    await docker('network create -d fairlead --subnet 10.81.0.0/24 -o com.docker.network.driver.mtu=1400 back');
    await run('one', 'web', '-p 8080:80');
    await run('two', 'web', '--ip 10.80.0.77 --mac-address 02:42:0a:00:00:09');
    await pings('one', 'two');
    expect(await docker('exec two ip address show eth0')).toMatch(/02:42:0a:00:00:09[\s\S]* 10\.80\.0\.77\/24/);
    expect(await docker('exec one ip route')).toContain('default via 10.80.0.1 dev eth0');
    await until(() => curl('http://127.0.0.1:8080/etc/passwd'));
    await until(() => curl('http://10.80.0.77/etc/passwd'));
    await docker('network connect --alias store back one');
    await run('three', 'back');
    await pings('three', 'store');
    expect(await docker('exec one ip link show eth1')).toContain('mtu 1400');
    await isWell();
    await docker('network disconnect web one');
    expect(await docker('exec one ip link')).not.toContain('eth0');
    // Its way out is the other network now, and its port has gone there with it.
    await until(() => curl('http://127.0.0.1:8080/etc/passwd'));
    await docker('stop -t 0 one');
    await expect(curl('http://127.0.0.1:8080/etc/passwd')).rejects.toThrow();
    await docker('start one');
    await until(() => curl('http://127.0.0.1:8080/etc/passwd'));
    await isWell();
  });

  it('is one network with sandboxes of ours, by its name here', async () => {
    expect((await fairlead.run('network', 'create', '--subnet', '10.82.0.0/24', 'shared')).status).toBe(0);
    await docker('network create -d fairlead -o fairlead.network=shared --subnet 10.82.0.0/24 web');
    expect((await fairlead.run('sandbox', 'create', '--name', 'ours', '--network', 'shared,ip=10.82.0.9')).status).toBe(0);
    await run('one', 'web');
    await pings('one', '10.82.0.9');
    await docker('rm -f one');
    await docker('network rm web');
    // It was there before Docker came, and is after.
    expect((await fairlead.run('sandbox', 'rm', 'ours')).status).toBe(0);
    expect((await fairlead.run('network', 'rm', 'shared')).status).toBe(0);
  });

  it('has links and no addresses where Docker gives none', async () => {
    await docker('network create -d fairlead --ipam-driver null wire');
    for (const [at, name] of ['one', 'two'].entries()) {
      await run(name, 'wire', '--cap-add NET_ADMIN');
      await docker(`exec ${name} ip address add 10.87.0.${at + 1}/24 dev eth0`);
    }
    await pings('one', '10.87.0.2');
    expect(await docker('exec one ip route')).toBe('10.87.0.0/24 dev eth0 scope link  src 10.87.0.1');
    const { out: id } = await fairlead.run('network', 'ls', '--filter', 'type=custom', '-q');
    expect(JSON.parse((await fairlead.run('network', 'inspect', id.trim())).out)).toMatchObject([{ IPAM: { Driver: 'null', Config: [] } }]);
    await isWell();
  });

  it('says what it refuses', async () => {
    const refused = async (line: string) => (await dockerd.tried(...line.split(' '))).err.trim();
    expect(await refused('network create -d fairlead -o fairlead.driver=host web')).toContain('choose one of bridge, macvlan, ipvlan, overlay');
    expect(await refused('network create -d fairlead -o fairlead.driver=overlay web')).toContain('-o fairlead.network=NAME');
    expect(await refused('network create -d fairlead -o com.docker.network.bridge.nam=x web')).toContain('did you mean com.docker.network.bridge.name');
    await docker('network create -d fairlead --subnet 10.80.0.0/24 -o fairlead.network=web web');
    expect(await refused('network create -d fairlead --subnet 10.85.0.0/24 -o fairlead.network=web other')).toContain('with subnet 10.80.0.0/24');
    await run('one', 'web', '-p 8080:80');
    expect(await refused('run --rm --network web -p 8080:80 busybox true')).toContain('tcp port 8080');
  });
});

it('has both families, and what a compose file makes of it', async () => {
  // As docker compose does: a network and its aliases with each container, the others before it starts.
  const label = '--label com.docker.compose.project=shop';
  await docker(`network create -d fairlead ${label} --ipv6 --subnet 10.88.0.0/24 --subnet fd88::/64 shop_front`);
  await docker(`network create -d fairlead ${label} --internal --subnet 10.89.0.0/24 shop_back`);
  const create = (service: string, network: string, ...words: readonly string[]) =>
    docker(['create --name', `shop_${service}_1`, `${label} --network ${network} --network-alias ${service}`, ...words, 'busybox httpd -f -p 80'].join(' '));
  await create('db', 'shop_back');
  await create('web', 'shop_front', '-p 8080:80', '--stop-timeout 0');
  await docker('network connect --alias web shop_back shop_web_1');
  await docker('start shop_db_1 shop_web_1');
  await pings('shop_web_1', 'db');
  await pings('shop_db_1', 'web');
  await until(() => curl('http://127.0.0.1:8080/etc/passwd'));
  await run('two', 'shop_front', '--ip6 fd88::77');
  await pings('shop_web_1', 'fd88::77');
  expect(await docker('exec two ip -6 route')).toContain('default via fd88::1 dev eth0');
  await until(() => curl('http://[fd88::77]/etc/passwd'));
  // A change of the file makes a container anew, under the old one's name and addresses.
  await docker('rename shop_web_1 old');
  await docker('stop old');
  await create('web', 'shop_front', '-p 8080:80');
  await docker('network connect --alias web shop_back shop_web_1');
  await docker('start shop_web_1');
  await docker('rm -v old');
  await pings('shop_db_1', 'web');
  await until(() => curl('http://127.0.0.1:8080/etc/passwd'));
  await isWell();
});

it('is what a compose file names', async () => {
  const place = `${host.run}/shop`;
  mkdirSync(place);
  const [file = ''] = shownIn('docker-plugin', 'yaml');
  writeFileSync(`${place}/compose.yaml`, file);
  const tool = { ...debian('docker-compose'), DOCKER_HOST: `unix://${dockerd.socket}`, HOME: place, PYTHONDONTWRITEBYTECODE: '1' };
  const library = `${placeOf('docker-compose')}/usr/lib/python3/dist-packages`;
  const compose = async (...words: readonly string[]) => {
    const typed = ['-f', `${place}/compose.yaml`, '-p', 'shop', ...words];
    const { status, err } = await outcome(spawn('docker-compose', typed, { env: { ...tool, PYTHONPATH: library }, stdio: ['ignore', 'pipe', 'pipe'] }));
    if (status !== 0) throw new Error(`docker-compose ${words.join(' ')}: ${err}`);
  };
  await compose('up', '-d');
  await pings('shop_web_1', 'store');
  await pings('shop_db_1', 'web');
  await until(() => curl('http://127.0.0.1:8080/etc/passwd'));
  const address = await docker('inspect -f {{.NetworkSettings.Networks.shop_front.IPAddress}} shop_web_1');
  expect(address).toMatch(/^10\.84\.0\./);
  // A change of the file makes its container anew, under the old one's name.
  writeFileSync(`${place}/compose.yaml`, file.replace('httpd -f -p 80', 'httpd -f -p 81').replace('8080:80', '8080:81'));
  await compose('up', '-d', '-t', '0');
  await until(() => curl('http://127.0.0.1:8080/etc/passwd'));
  await pings('shop_db_1', 'web');
  await compose('down', '-t', '0');
  expect(await docker('network ls -q --filter type=custom')).toBe('');
  await isWell();
});

/** Types the lines of a guide, as a person in a checkout. Starting a daemon is what the test has done. */
async function typed(lines: readonly string[]): Promise<void> {
  for (const line of lines) {
    const [program, ...words] = line.replaceAll('$PWD', process.cwd()).split(' ');
    if (program === 'docker') await dockerd.docker(...words);
    else if (program === 'fairlead') expect(await fairlead.run(...words)).toMatchObject({ status: 0 });
    else expect(line).toMatch(/^sudo fairlead daemon --docker-plugin-dir /);
  }
}
const linesOf = (blocks: readonly string[]) => blocks.flatMap((block) => block.trim().split('\n'));

it('does what its guide says', async () => {
  await typed(linesOf(shownIn('docker-plugin', 'sh')));
});

it('takes plugins that were written with ours, in containers of its own', async () => {
  // What the guide names as their base is on a registry that a test does not ask.
  await dockerd.importNode('node:20-bookworm-slim');
  const blocks = shownIn('remote-drivers', 'sh').filter((block) => block.startsWith('docker '));
  const [begins = '', ends = ''] = blocks;
  await typed(linesOf([begins]));
  await docker('run -d --stop-timeout 0 --name two --network plugged --mac-address 02:42:0a:00:00:09 busybox sleep 1000');
  // The host, and not each other: what a bridge that is not Docker's own forwards is for the host's firewall to say.
  for (const name of ['boxed', 'two']) await pings(name, '10.200.0.1');
  expect(await docker('exec boxed ip route')).toContain('default via 10.200.0.1 dev eth0');
  expect(await docker('exec two ip address show eth0')).toMatch(/02:42:0a:00:00:09[\s\S]* 10\.200\.0\.\d+\/24/);
  await docker('rm -f two');
  await typed(linesOf([ends]));
  expect(await host.exec(['ip', '-o', 'link'])).not.toContain('cab');
  expect(readFileSync(`${dockerd.plugins}/topdown.sock.json`, 'utf8')).toBe('[]');
});

it('has nothing left of a Docker that was killed while it took an address', async () => {
  // The same plugin under another name, whose answers are held back.
  await using proxy = await pluginProxy(`${dockerd.plugins}/held.sock`, `${dockerd.plugins}/fairlead.sock`);
  await docker('network create -d held --ipam-driver held --subnet 10.87.0.0/24 web');
  const held = proxy.held('IpamDriver.RequestAddress');
  const asking = dockerd.tried(...'run --name lost --network web busybox true'.split(' '));
  await held;
  expect((await fairlead.run('endpoint', 'ls', '-q')).out.trim().split('\n')).toHaveLength(1);
  await dockerd.stop('SIGKILL');
  await asking;
  proxy.fate('IpamDriver.RequestAddress', 'pass');
  await dockerd.start();
  await docker('rm -f lost');
  await run('one', 'web');
  expect((await fairlead.run('endpoint', 'ls', '-q')).out.trim().split('\n')).toHaveLength(1);
  await docker('rm -f one');
  await docker('network rm web');
});

it('has macvlan links in Docker, which come and go', async () => {
  await host.addLink('up0');
  await docker('network create -d fairlead -o fairlead.driver=macvlan -o parent=up0 --subnet 10.83.0.0/24 --ipv6 --subnet fd83::/64 wire');
  await run('one', 'wire');
  await run('two', 'wire', '--ip6 fd83::77');
  await pings('one', 'two');
  await pings('one', 'fd83::77');
  await isWell();
  await docker('network disconnect wire one');
  await docker('network connect wire one');
  await pings('two', 'one');
  await isWell();
  await docker('rm -f one two');
  // What Docker brought back is not left behind.
  await until(async () => expect(await host.exec(['ip', '-o', 'link'])).not.toContain('macvlan'));
  await isWell();
  await docker('network rm wire');
  await host.deleteLink('up0');
});

it('keeps what Docker has when either is killed, whichever comes back first', async () => {
  const up = async () => {
    await until(() => curl('http://127.0.0.1:8080/etc/passwd'));
    await pings('two', 'one');
    await isWell();
    expect((await fairlead.run('sandbox', 'ls', '-q')).out.trim().split('\n')).toHaveLength(2);
  };
  await docker('network create -d fairlead --subnet 10.84.0.0/24 web');
  await run('one', 'web', '--restart always -p 8080:80');
  await run('two', 'web', '--restart always');
  await fairlead.stop('SIGKILL');
  await pings('two', 'one');
  // Docker asks until somebody answers.
  const late = docker('network create -d fairlead --subnet 10.86.0.0/24 late');
  await begin();
  await late;
  await up();
  await dockerd.stop('SIGKILL');
  await fairlead.stop('SIGKILL');
  // It has its containers to take out first, and nobody is there to be told.
  const started = dockerd.start();
  await begin();
  await started;
  await up();
});
