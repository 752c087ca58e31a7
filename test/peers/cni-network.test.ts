import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type CniPlace, cniPlace, debianPlugins } from '../tool/cni.js';
import { type CommandLine, commandLine } from '../tool/command-line.js';
import { shownIn } from '../tool/guide.js';
import { type HostNamespace, hostNamespace } from '../tool/host-namespace.js';
import { HOST4, OUTSIDE4, outsideOf } from '../tool/outside.js';
import { type Probe, startProbe } from '../tool/probe.js';

// Networks of Fairlead whose endpoints Debian's plugins make, and others that are wrong on purpose.
let host: HostNamespace;
let place: CniPlace;
let cli: CommandLine;
let outside: string;
let odd: string;
const probes: Probe[] = [];

const ok = async (...words: string[]) => {
  const { status, out, err } = await cli.run(...words);
  expect({ words, status, err }).toEqual({ words, status: 0, err: '' });
  return out;
};
const refused = async (...words: string[]) => {
  const { status, err } = await cli.run(...words);
  expect(status).toBe(125);
  return err;
};
const start = () => cli.start('--cni-plugin-dir', odd, '--cni-plugin-dir', debianPlugins, '--cni-cache-dir', place.cache, '--plugin-patience', '3');
const shown = (...argv: readonly string[]) =>
  host.exec(['env', ...['PATH', 'LD_LIBRARY_PATH', 'XTABLES_LIBDIR'].map((name) => `${name}=${place.env[name]}`), ...argv]);
const given = (network: string) =>
  existsSync(join(place.leases, network)) ? readdirSync(join(place.leases, network)).filter((name) => /^[\d.]+$/.test(name)) : [];
const kept = () => (existsSync(join(place.cache, 'results')) ? readdirSync(join(place.cache, 'results')) : []);
const veths = async () => (await shown('ip', '-br', 'link')).split('\n').filter((line) => line.startsWith('veth'));
const json = async (...words: string[]) => JSON.parse(await ok(...words))[0];
const enter = async (sandbox: string) => (await json('sandbox', 'inspect', sandbox)).SandboxKey as string;
const fileOf = (name: string) => join(place.networks, `${name}.conflist`);
const ipam = (subnet: string) => ({ type: 'host-local', dataDir: place.leases, ranges: [[{ subnet }]], routes: [{ dst: '0.0.0.0/0' }] });
const bridged = (name: string, subnet: string, ...more: object[]) =>
  place.write(name, { plugins: [{ type: 'bridge', bridge: name, isGateway: true, ipMasq: true, ipam: ipam(subnet) }, ...more] });
const plugin = (name: string, script: string) =>
  writeFileSync(join(odd, name), `#!/bin/sh\n[ "$CNI_COMMAND" = VERSION ] && exec echo '{"cniVersion":"1.0.0","supportedVersions":["1.0.0"]}'\n${script}\n`, {
    mode: 0o755,
  });

beforeAll(async () => {
  host = await hostNamespace();
  place = cniPlace(host);
  odd = join(host.run, 'odd');
  mkdirSync(odd);
  outside = await outsideOf(host);
  cli = commandLine(host, { ...process.env, ...place.env });
  await start();
});
afterAll(async () => {
  for (const probe of probes) await probe.close();
  await cli.stop();
  await host.close();
});

describe('sandboxes on a network of bridge, host-local and portmap', () => {
  it('have what the plugins made: addresses, names, a way out and ports', async () => {
    bridged('web', '10.88.0.0/24', { type: 'portmap', capabilities: { portMappings: true } });
    await ok('network', 'create', '-d', 'cni', '-o', `cni.conflist=${fileOf('web')}`, 'web');
    await ok('sandbox', 'create', '--name', 'a', '--network', 'web,alias=first', '-p', '8080:7000');
    await ok('sandbox', 'create', '--name', 'b', '--network', 'web');
    expect([given('web').sort(), kept().length]).toEqual([['10.88.0.2', '10.88.0.3'], 2]);
    probes.push(await startProbe(await enter('a'), 'a'), await startProbe(await enter('b'), 'b'), await startProbe(outside, 'outside'));
    const [a, b, far] = probes as [Probe, Probe, Probe];
    expect([await b.ping('10.88.0.2'), await a.tcp(OUTSIDE4), await far.tcp(HOST4, 8080)]).toEqual(['pong', HOST4, OUTSIDE4]);
    for (const name of ['a', 'first']) expect(await ok('sandbox', 'exec', 'b', 'getent', 'hosts', name)).toMatch(new RegExp(`^10\\.88\\.0\\.2 +${name}\n$`));
    expect(await ok('sandbox', 'ls')).toMatch(/a .*10\.88\.0\.2.*8080->7000/);
  });

  it('are explained by what a person would type, and what came of it', async () => {
    const lines = (await ok('explain', 'sandbox/a')).split('\n');
    const typed = lines.find((line) => line.includes('fairlead cni add web'));
    expect(typed).toContain(`NETCONFPATH=${place.networks}`);
    expect(typed).toContain(`'{"portMappings":[{"hostPort":8080,"containerPort":7000,"protocol":"tcp"}]`);
    expect(lines).toEqual(expect.arrayContaining(['# made by bridge, portmap:', '#   address 10.88.0.2/24, gateway 10.88.0.1', '#   route 0.0.0.0/0']));
  });

  it('have it still when the daemon was killed and started again, and are on other networks as well', async () => {
    await cli.stop('SIGKILL');
    await start();
    await ok('network', 'create', '--subnet', '10.77.0.0/24', 'own');
    await ok('network', 'connect', 'own', 'b');
    const [a, b] = probes as [Probe, Probe];
    expect([await a.ping('10.88.0.3'), await b.ping('10.77.0.1'), await b.tcp(OUTSIDE4)]).toEqual(['pong', 'pong', HOST4]);
    await ok('network', 'disconnect', 'web', 'b');
    expect(given('web')).toEqual(['10.88.0.2']);
    // What leads out now is the other network.
    expect(await b.tcp(OUTSIDE4)).toBe(HOST4);
    await ok('network', 'connect', 'web', 'b');
    expect([given('web').length, await b.ping('10.88.0.2'), await b.tcp(OUTSIDE4)]).toEqual([2, 'pong', HOST4]);
  });

  it('leave nothing', async () => {
    for (const name of ['a', 'b']) await ok('sandbox', 'rm', name);
    expect([given('web'), kept(), await veths()]).toEqual([[], [], []]);
    expect(await shown('iptables', '-t', 'nat', '-S')).not.toMatch(/10\.88\.0\.|CNI-DN/);
    await ok('network', 'rm', 'web');
  });
});

describe('a plugin', () => {
  const create = (name: string) => ok('network', 'create', '-d', 'cni', '-o', `cni.conflist=${fileOf(name)}`, name);
  const nothing = async () => expect([await ok('sandbox', 'ls', '-q'), await ok('endpoint', 'ls', '-q'), kept(), await veths()]).toEqual(['', '', [], []]);

  it.each([
    ['refuses', `[ $CNI_COMMAND = ADD ] && echo '{"code":101,"msg":"not today"}' && exit 1; echo '{}'`, /plugin refuses refused ADD: not today/],
    ['hangs', `[ $CNI_COMMAND = ADD ] && sleep 600; echo '{}'`, /plugin hangs has not ended ADD in 3 s/],
    ['babbles', `[ $CNI_COMMAND = ADD ] && exec echo '<html>'; echo '{}'`, /what plugin babbles answers: no JSON/],
  ])('that %s costs one clear error, and what others had made is taken off', async (name, script, said) => {
    plugin(name, script);
    bridged(name, '10.89.0.0/24', { type: name });
    await create(name);
    const err = await refused('sandbox', 'create', '--name', 'box', '--network', name);
    expect(err).toMatch(said);
    expect(err.trim().split('\n')).toHaveLength(2);
    expect(given(name)).toEqual([]);
    await nothing();
    await ok('network', 'rm', name);
  });

  it('that is not there, or whose file is not, is told when the network is made', async () => {
    bridged('gone', '10.89.0.0/24', { type: 'nobody' });
    expect(await refused('network', 'create', '-d', 'cni', '-o', `cni.conflist=${fileOf('gone')}`, 'gone')).toContain('[cni-plugin-absent]');
    expect(await refused('network', 'create', '-d', 'cni', '-o', 'cni.conflist=/nowhere/at.conflist', 'gone')).toContain('[cni-file-unreadable]');
    expect(await refused('network', 'create', '-d', 'cni', 'gone')).toContain('-o cni.conflist=/etc/cni/net.d/web.conflist');
    expect(await ok('network', 'ls', '-q', '--filter', 'name=gone')).toBe('');
  });

  it('in whose middle the daemon was killed is asked to take off what was begun', async () => {
    const log = join(host.run, 'called');
    plugin('slow', `echo $CNI_COMMAND >> ${log}; [ $CNI_COMMAND = ADD ] && exec sleep 2.5; echo '{}'`);
    bridged('killed', '10.90.0.0/24', { type: 'slow' });
    await create('killed');
    const creating = cli.run('sandbox', 'create', '--name', 'box', '--network', 'killed');
    await vi.waitFor(() => expect(readFileSync(log, 'utf8')).toContain('ADD'), { timeout: 10_000 });
    expect([given('killed').length, kept().length]).toEqual([1, 1]);
    await cli.stop('SIGKILL');
    expect((await creating).status).toBe(125);
    await start();
    expect(readFileSync(log, 'utf8')).toBe('ADD\nDEL\n');
    expect(given('killed')).toEqual([]);
    await nothing();
    expect(await place.cni('gc', 'killed')).toEqual({ status: 0, out: '', err: '' });
    await ok('network', 'rm', 'killed');
  });
});

it('the guide says what can be typed', async () => {
  const [lines = ''] = shownIn('cni-networks', 'sh');
  const [config = ''] = shownIn('cni-networks', 'json');
  writeFileSync(fileOf('web'), config.replace('"host-local"', `"host-local", "dataDir": "${place.leases}"`));
  for (const line of lines.split('\n').filter((each) => each.startsWith('fairlead '))) {
    const words = line.replace(/ #.*/, '').replace('/etc/cni/net.d', place.networks).trim().split(/\s+/).slice(1);
    const out = await ok(...words);
    if (words[0] === 'explain') expect(out).toMatch(/^# {3}address 10\.88\.0\.\d+\/24, gateway 10\.88\.0\.1$/m);
  }
  expect([given('web'), kept(), await veths()]).toEqual([[], [], []]);
});
