import { existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type About, type CniRuntime, cniRuntime, containers } from '../tool/cni-runtime.js';
import { type CommandLine, commandLine } from '../tool/command-line.js';
import type { HeldNamespace } from '../tool/held-namespace.js';
import { type HostNamespace, hostNamespace } from '../tool/host-namespace.js';
import { startProbe } from '../tool/probe.js';

// The plugin as a runtime executes it, on one host with a daemon. `box` is a container that its runtime has made a namespace for.
const MANY = 30;
let host: HostNamespace;
let cli: CommandLine;
let runtime: CniRuntime;
let boxes: readonly HeldNamespace[];

const conf = (name: string, more: object = {}) => ({ cniVersion: '1.1.0', name, type: 'fairlead', socket: `${host.run}/run/cni.sock`, ...more });
const box = (at: number, more: Partial<About> = {}): About => ({ id: `box${at}`, netns: boxes[at]?.path ?? '', ...more });
const list = async (...words: string[]) => (await cli.run(...words)).out.trim().split('\n').filter(Boolean);
const inspect = async (...words: string[]) => JSON.parse((await cli.run(...words)).out)[0];
const inside = (at: number, ...argv: string[]) => boxes[at]?.exec(argv) ?? '';
const nothingLeft = async () => expect([await list('sandbox', 'ls', '-q'), await list('endpoint', 'ls', '-q')]).toEqual([[], []]);
const refusal = async (verb: string, config: unknown, about?: About) => {
  const { status, json } = await runtime.call(verb, config, about);
  return { status, code: json['code'], cniVersion: json['cniVersion'], msg: json['msg'] };
};

beforeAll(async () => {
  host = await hostNamespace();
  [cli, runtime] = [commandLine(host), cniRuntime(host)];
  boxes = await containers(MANY);
  await cli.start();
});
afterAll(async () => {
  await cli.stop();
  await Promise.all(boxes.map((each) => each.close()));
  await host.close();
});

describe('a container', () => {
  it('is found well on a network that is full with it', async () => {
    const full = conf('full', { ipam: { subnet: '10.199.7.0/30' } });
    const result = await runtime.ok('ADD', full, box(0));
    await runtime.ok('CHECK', { ...full, prevResult: result }, box(0));
    await runtime.ok('DEL', { ...full, prevResult: result }, box(0));
    await nothingLeft();
  });

  it('has an interface without addresses where nobody is to give any, and one that is down where that is said', async () => {
    const [wire, low] = [conf('wire', { ipam: {} }), conf('low', { disableContainerInterface: true })];
    const results = [await runtime.ok('ADD', wire, box(0)), await runtime.ok('ADD', low, box(1))];
    for (const [at, result] of results.entries()) expect(result).toMatchObject({ interfaces: [{}, {}, { name: 'eth0', sandbox: boxes[at]?.path }] });
    expect(results.map(({ ips, routes, dns }) => ({ ips, routes, dns }))).toEqual([{}, {}]);
    const state = async (at: number) =>
      (await inside(at, 'ip', '-o', 'address', 'show', 'dev', 'eth0')) + (await inside(at, 'ip', '-br', 'link', 'show', 'dev', 'eth0'));
    const states = [await state(0), await state(1)];
    expect(states).toEqual([expect.stringMatching(/^eth0\S* +UP /), expect.stringMatching(/^eth0\S* +DOWN /)]);
    await runtime.ok('CHECK', { ...wire, prevResult: results[0] }, box(0));
    const none = conf('none');
    await runtime.ok('CHECK', { ...none, prevResult: await runtime.ok('ADD', none, box(2)) }, box(2));
    await runtime.ok('DEL', none, box(2));
    for (const [at, config] of [wire, low].entries()) await runtime.ok('DEL', config, box(at));
    await nothingLeft();
  });

  it('is connected, found well, and leaves nothing', async () => {
    const web = conf('web', { ipam: { subnet: '10.77.0.0/24' } });
    const result = await runtime.ok('ADD', web, box(0));
    expect(result).toEqual({
      cniVersion: '1.1.0',
      interfaces: [
        { name: expect.stringMatching(/^br-/), mac: expect.any(String), mtu: 1500 },
        { name: expect.stringMatching(/^fl/), mac: expect.stringMatching(/^06:/), mtu: 1500 },
        { name: 'eth0', mac: '02:42:0a:4d:00:02', mtu: 1500, sandbox: boxes[0]?.path },
      ],
      ips: [{ address: '10.77.0.2/24', gateway: '10.77.0.1', interface: 2 }],
      routes: [{ dst: '0.0.0.0/0', gw: '10.77.0.1' }],
      dns: { nameservers: ['127.0.0.11'] },
    });
    await runtime.ok('ADD', web, box(1));
    const probes = [await startProbe(boxes[0]?.path ?? ''), await startProbe(boxes[1]?.path ?? '')];
    expect(await probes[0]?.tcp('10.77.0.3')).toBe('10.77.0.2');
    for (const probe of probes) await probe.close();
    await runtime.ok('CHECK', { ...web, prevResult: result }, box(0));
    for (const at of [0, 1, 0]) await runtime.ok('DEL', { ...web, prevResult: result }, box(at));
    await nothingLeft();
    expect(await refusal('CHECK', { ...web, prevResult: result }, box(0))).toMatchObject({ status: 1, code: 3 });
  });

  it('has what its runtime says of it', async () => {
    const portMappings = [{ hostPort: 8080, containerPort: 80, protocol: 'tcp', hostIP: '' }];
    const said = conf('said', {
      ipam: {
        ranges: [[{ subnet: '10.78.0.0/24' }], [{ subnet: 'fd78::/64' }]],
        routes: [{ dst: '0.0.0.0/0' }, { dst: '10.9.0.0/16' }, { dst: '192.0.2.0/25', gw: '10.78.0.9' }],
      },
      capabilities: { portMappings: true, bandwidth: true, ips: true, mac: true, aliases: true, dns: true },
      runtimeConfig: {
        portMappings,
        bandwidth: { ingressRate: 8_000_000, ingressBurst: 1_600_000, egressRate: 4_000_000, egressBurst: 1_600_000 },
        ips: ['10.78.0.50/24', 'fd78::50'],
        mac: '02:00:00:00:00:50',
        aliases: ['db', 'store'],
        dns: { servers: ['10.78.0.53'], searches: ['lan.example'], options: ['ndots:2'] },
      },
    });
    const result = await runtime.ok('ADD', said, box(0, { ifname: 'lan0', args: 'IgnoreUnknown=1;K8S_POD_NAME=pod-a;X=y' }));
    expect(result).toMatchObject({
      interfaces: [{}, {}, { name: 'lan0', mac: '02:00:00:00:00:50' }],
      ips: [{ address: '10.78.0.50/24' }, { address: 'fd78::50/64' }],
      routes: [{ dst: '0.0.0.0/0' }, { dst: '10.9.0.0/16' }, { dst: '192.0.2.0/25', gw: '10.78.0.9' }, { dst: '::/0' }],
      dns: { nameservers: ['10.78.0.53'], search: ['lan.example'], options: ['ndots:2'] },
    });
    expect(await inspect('sandbox', 'inspect', 'box0')).toMatchObject({
      Networks: { said: { DNSNames: expect.arrayContaining(['pod-a', 'db', 'store']), Limits: { RateIn: 8_000_000, RateOut: 4_000_000, BurstIn: 200_000 } } },
      Ports: { '80/tcp': [{ HostPort: '8080' }, { HostPort: '8080' }] },
    });
    expect((await inside(0, 'cat', '/proc/net/route')).split('\n').filter((line) => line.startsWith('lan0'))).toHaveLength(4);
    await runtime.ok('CHECK', { ...said, prevResult: result }, box(0, { ifname: 'lan0' }));
    // The port is another container's as long as this one has it.
    const second = { ...said, runtimeConfig: { portMappings } };
    expect(await refusal('ADD', second, box(1))).toMatchObject({ status: 1, code: 100 });
    await runtime.ok('DEL', said, box(0, { ifname: 'lan0' }));
    await nothingLeft();
  });

  it('is one sandbox with as many interfaces as it is given, and the first is the way out', async () => {
    const [z, a] = [conf('znet', { ipam: { subnet: '10.79.0.0/24' } }), conf('anet', { ipam: { subnet: '10.80.0.0/24' } })];
    const first = await runtime.ok('ADD', z, box(0));
    const second = await runtime.ok('ADD', { ...a, prevResult: first }, box(0, { ifname: 'net1' }));
    expect(await refusal('ADD', a, box(0, { ifname: 'net2' }))).toMatchObject({ code: 100, msg: expect.stringMatching(/by interface net1$/) });
    expect(second['interfaces']).toHaveLength(6);
    expect(second['ips']).toMatchObject([
      { address: '10.79.0.2/24', interface: 2 },
      { address: '10.80.0.2/24', interface: 5 },
    ]);
    expect((await inside(0, 'cat', '/proc/net/route')).split('\n').filter((line) => line.split('\t')[1] === '00000000')).toEqual([
      expect.stringMatching(/^eth0/),
    ]);
    expect(await refusal('ADD', z, box(0))).toMatchObject({ code: 100, msg: expect.stringContaining('already') });
    await runtime.ok('DEL', z, box(0));
    expect(await list('sandbox', 'ls', '-q')).toHaveLength(1);
    await runtime.ok('DEL', a, box(0, { ifname: 'net1' }));
    await nothingLeft();
  });
});

describe('a container whose runtime forgot the one before', () => {
  it('is connected where its path leads now, and CHECK tells of what is elsewhere', async () => {
    const path = `${host.run}/box`;
    symlinkSync(boxes[0]?.path ?? '', path);
    const [web, lab] = [conf('web', { ipam: { subnet: '10.77.0.0/24' } }), conf('second', { ipam: { subnet: '10.98.0.0/24' } })];
    const result = await runtime.ok('ADD', web, { id: 'before', netns: path });
    rmSync(path);
    symlinkSync(boxes[1]?.path ?? '', path);
    expect(await refusal('CHECK', { ...web, prevResult: result }, { id: 'before', netns: path })).toMatchObject({
      code: 100,
      msg: expect.stringMatching(/is not the one that it was added to$/),
    });
    await runtime.ok('ADD', lab, { id: 'after', netns: path });
    expect(await inside(1, 'ip', '-br', 'address', 'show', 'dev', 'eth0')).toContain('10.98.0.2/24');
    expect(await list('sandbox', 'ls', '--format', '{{.Name}} {{.Networks}}')).toEqual(['after second']);
    for (const [config, id] of [
      [lab, 'after'],
      [web, 'before'],
    ] as const)
      await runtime.ok('DEL', config, { id, netns: path });
    await nothingLeft();
  });
});

describe('what is published', () => {
  it('goes with the interface that brought it, and is by the address that it was given', async () => {
    await host.exec(['ip', 'address', 'add', '10.77.9.1/32', 'dev', 'lo']);
    const mapping = (hostIP: string, hostPort: number) => ({ runtimeConfig: { portMappings: [{ hostPort, containerPort: 80, protocol: 'tcp', hostIP }] } });
    const [web, lab] = [conf('web', { ipam: { subnet: '10.77.0.0/24' } }), conf('second', { ipam: { subnet: '10.98.0.0/24' } })];
    const ports = async () => (await list('sandbox', 'ls', '--no-trunc', '--format', '{{.Ports}}')).join();
    await runtime.ok('ADD', { ...web, ...mapping('127.0.0.1', 18090) }, box(0));
    await runtime.ok('ADD', { ...lab, ...mapping('10.77.9.1', 18090) }, box(0, { ifname: 'net1' }));
    expect(await ports()).toBe('127.0.0.1:18090->80/tcp, 10.77.9.1:18090->80/tcp');
    await runtime.ok('DEL', { ...lab, ...mapping('10.77.9.1', 18090) }, box(0, { ifname: 'net1' }));
    expect(await ports()).toBe('127.0.0.1:18090->80/tcp');
    // Said again for a second network it stays as long as one of both is there.
    await runtime.ok('ADD', { ...lab, ...mapping('127.0.0.1', 18090) }, box(0, { ifname: 'net1' }));
    await runtime.ok('DEL', { ...lab, ...mapping('127.0.0.1', 18090) }, box(0, { ifname: 'net1' }));
    expect(await ports()).toBe('127.0.0.1:18090->80/tcp');
    await runtime.ok('DEL', web, box(0));
    await nothingLeft();
  });
});

describe('addresses', () => {
  it('are those of the range alone, which may end', async () => {
    const few = conf('few', { isGateway: true, ipam: { subnet: '10.85.0.0/24', rangeStart: '10.85.0.41', rangeEnd: '10.85.0.42' } });
    for (const at of [0, 1]) expect(await runtime.ok('ADD', few, box(at))).toMatchObject({ ips: [{ address: `10.85.0.${41 + at}/24`, gateway: '10.85.0.1' }] });
    expect(await refusal('ADD', few, box(2))).toMatchObject({ status: 1, code: 11 });
    for (const at of [0, 1]) await runtime.ok('DEL', few, box(at));
    await nothingLeft();
  });
});

describe('the bridge of a configuration', () => {
  it('leads nobody out whose configuration does not say so', async () => {
    const flat = conf('flat', { bridge: 'cni7', isGateway: true, mtu: 1400, hairpinMode: true, ipam: { subnet: '10.81.0.0/24' } });
    const result = await runtime.ok('ADD', flat, box(0));
    expect(result).toMatchObject({ interfaces: [{ name: 'cni7' }, {}, {}], ips: [{ gateway: '10.81.0.1' }] });
    expect(result['routes']).toBeUndefined();
    expect((await inside(0, 'cat', '/proc/net/route')).trim().split('\n')).toHaveLength(2);
    expect((await inside(0, 'cat', '/sys/class/net/eth0/mtu')).trim()).toBe('1400');
    expect(await inspect('network', 'inspect', 'flat')).toMatchObject({
      Internal: false,
      Options: { 'com.docker.network.bridge.enable_ip_masquerade': 'false' },
    });
    await runtime.ok('DEL', flat, box(0));
  });

  it('follows its configuration: at once where it can, when nobody uses it where it must', async () => {
    const before = conf('drift', { ipam: { subnet: '10.82.0.0/24' } });
    await runtime.ok('ADD', before, box(0));
    await runtime.ok('ADD', { ...before, macspoofchk: false }, box(1));
    expect(await inspect('network', 'inspect', 'drift')).toMatchObject({ Options: { 'com.fairlead.guard': 'false' } });
    const moved = { ...before, ipam: { subnet: '10.83.0.0/24' } };
    expect(await refusal('ADD', moved, box(2))).toMatchObject({ code: 7, msg: expect.stringContaining('2 of its containers') });
    expect(await refusal('ADD', { ...before, vlan: 7 }, box(2))).toMatchObject({
      code: 7,
      msg: expect.stringContaining('changed (com.fairlead.bridge.vlan) while 2 of its containers'),
    });
    for (const at of [0, 1]) await runtime.ok('DEL', moved, box(at));
    expect(await runtime.ok('ADD', moved, box(2))).toMatchObject({ ips: [{ address: '10.83.0.2/24' }] });
    await runtime.ok('DEL', moved, box(2));
  });

  it('may be one that a person made, where the configuration says nothing else of it', async () => {
    await cli.run('network', 'create', '--subnet', '10.84.0.0/24', 'mine');
    expect(await runtime.ok('ADD', conf('mine'), box(0))).toMatchObject({ ips: [{ address: '10.84.0.2/24' }] });
    expect(await refusal('ADD', conf('mine', { mtu: 1400 }), box(1))).toMatchObject({ code: 7, msg: expect.stringContaining('it was there already') });
    await runtime.ok('DEL', conf('mine'), box(0));
    await nothingLeft();
  });
});

describe('a runtime', () => {
  it.each(['0.1.0', '0.2.0', '0.3.0', '0.3.1', '0.4.0', '1.0.0', '1.1.0'])('of version %s gets results in its words', async (cniVersion) => {
    const web = { ...conf('web', { ipam: { subnet: '10.77.0.0/24' } }), cniVersion };
    const { dns, ...result } = await runtime.ok('ADD', web, box(3));
    expect(dns).toEqual({ nameservers: ['127.0.0.11'] });
    if (cniVersion < '0.3.0') expect(result).toMatchObject({ cniVersion, ip4: { gateway: '10.77.0.1', routes: [{ dst: '0.0.0.0/0' }] } });
    else expect(result).toMatchObject({ cniVersion, ips: [cniVersion < '1.0.0' ? { version: '4' } : {}], interfaces: [{}, {}, { name: 'eth0' }] });
    const checked = await runtime.call('CHECK', { ...web, prevResult: { ...result, dns } }, box(3));
    expect(checked).toMatchObject(cniVersion < '0.4.0' ? { status: 1, json: { code: 1, cniVersion } } : { status: 0 });
    for (const verb of ['GC', 'STATUS']) expect((await runtime.call(verb, web)).status).toBe(cniVersion === '1.1.0' ? 0 : 1);
    await runtime.ok('DEL', web, box(3));
  });

  it('asks the file alone for versions, and about it', async () => {
    expect(await runtime.ok('VERSION', { cniVersion: '0.4.0' })).toEqual({
      cniVersion: '0.4.0',
      supportedVersions: ['0.1.0', '0.2.0', '0.3.0', '0.3.1', '0.4.0', '1.0.0', '1.1.0'],
    });
    expect(await runtime.call('', '')).toMatchObject({ status: 0, err: expect.stringContaining('CNI plugin fairlead') });
  });

  it('is told what is wrong in codes of the specification', async () => {
    const web = conf('web', { ipam: { subnet: '10.77.0.0/24' } });
    const code = async (verb: string, config: unknown, about?: About) => (await refusal(verb, config, about)).code;
    expect({
      version: await code('ADD', { ...web, cniVersion: '9.0.0' }, box(0)),
      word: await code('ADD', { ...web, isGatway: true }, box(0)),
      vlan: await code('ADD', { ...web, vlan: 5000 }, box(0)),
      capability: await code('ADD', { ...web, runtimeConfig: { infinibandGUID: 'x' } }, box(0)),
      container: await code('ADD', web, { ...box(0), id: '-' }),
      argument: await code('ADD', web, box(0, { args: 'X=y' })),
      namespace: await code('ADD', web, box(0, { netns: '/nonexistent' })),
      list: await code('ADD', { cniVersion: '1.0.0', name: 'web', socket: web.socket, plugins: [web] }, box(0)),
      json: await code('ADD', `{"socket":"${web.socket}",`, box(0)),
      subnet: await code('ADD', conf('wrong', { ipam: { subnet: '10.77.0.0/8' } }), box(0)),
      driver: await code('ADD', conf('wrong', { driver: 'brdge' }), box(0)),
      plugin: await code('ADD', { ...web, ipam: { type: 'nonexistent' } }, box(0)),
      route: await code('ADD', conf('wrong', { ipam: { subnet: '10.77.0.0/24', routes: [{ dst: '10.9.0.0/16', table: 100 }] } }), box(0)),
      socket: await code('ADD', { ...web, socket: `${host.run}/${'x'.repeat(120)}` }, box(0)),
      none: await code('ADD', { ...web, socket: 7 }, box(0)),
    }).toEqual({
      ...{ version: 1, word: 2, vlan: 6, capability: 2, container: 4, argument: 4, namespace: 4, list: 6, json: 6, subnet: 7, driver: 7, plugin: 100 },
      ...{ route: 2, socket: 7, none: 7 },
    });
    // As Go writes an ampersand.
    const written = JSON.stringify({ ...web, socket: `${host.run}/run/../run/cni.sock` }).replaceAll('..', '\\u002e\\u002e');
    expect((await runtime.call('STATUS', written)).status).toBe(0);
    await nothingLeft();
  });

  it('starts many containers at once, and has what it no longer knows collected', async () => {
    const burst = conf('burst', { ipam: { subnet: '10.90.0.0/24' } });
    const started = performance.now();
    const results = await Promise.all(boxes.map((_, at) => runtime.ok('ADD', burst, box(at))));
    console.log(`cni: ${MANY} ADDs at once, ${(performance.now() - started).toFixed(0)} ms with their starts`);
    expect(new Set(results.map(({ ips }) => JSON.stringify(ips))).size).toBe(MANY);
    const probes = [await startProbe(boxes[0]?.path ?? ''), await startProbe(boxes[MANY - 1]?.path ?? '')];
    const [to] = JSON.parse(JSON.stringify(results[MANY - 1]?.['ips'])) as { address: string }[];
    expect(await probes[0]?.tcp(to?.address.split('/')[0] ?? '')).not.toBeNull();
    for (const probe of probes) await probe.close();
    await runtime.ok('GC', {
      ...burst,
      'cni.dev/valid-attachments': [
        { containerID: 'box4', ifname: 'eth0' },
        { containerID: 'box5', ifname: 'net1' },
      ],
    });
    expect(await list('sandbox', 'ls', '--format', '{{.Name}}')).toEqual(['box4']);
    expect((await host.exec(['cat', '/proc/net/dev'])).split('\n').filter((line) => line.trim().startsWith('fl'))).toHaveLength(1);
    await runtime.ok('GC', { ...burst, 'cni.dev/valid-attachments': [] });
    await nothingLeft();
  });
});

describe('an IPAM plugin', () => {
  const script = `#!/bin/sh
echo "$CNI_COMMAND $CNI_CONTAINERID" >> "$(dirname "$0")/calls"
[ "$(wc -c)" -gt 20 ] || exit 1
[ -e "$(dirname "$0")/refuse" ] && { echo '{"cniVersion":"1.1.0","code":11,"msg":"nothing now"}'; exit 1; }
[ "$CNI_COMMAND" = ADD ] || exit 0
echo '{"cniVersion":"1.1.0","ips":[{"address":"10.91.0.77/24","gateway":"10.91.0.1"}],"routes":[{"dst":"0.0.0.0/0"},{"dst":"10.9.0.0/16"}],"dns":{"nameservers":["10.91.0.53"]}}'
`;

  it('is run where the runtime runs, and its answer is what the container has', async () => {
    writeFileSync(`${host.run}/giver`, script, { mode: 0o755 });
    const asking = cniRuntime(host, { path: `/nonexistent:${host.run}` });
    const leased = conf('leased', { isGateway: true, ipMasq: true, ipam: { type: 'giver' } });
    const result = await asking.ok('ADD', leased, box(0));
    expect(result).toMatchObject({
      ips: [{ address: '10.91.0.77/24', gateway: '10.91.0.1', interface: 2 }],
      routes: [{ dst: '0.0.0.0/0' }, { dst: '10.9.0.0/16' }],
      dns: { nameservers: ['10.91.0.53'] },
    });
    expect((await inside(0, 'cat', '/proc/net/route')).trim().split('\n')).toHaveLength(4);
    await asking.ok('CHECK', { ...leased, prevResult: result }, box(0));
    await asking.ok('STATUS', leased);
    await asking.ok('DEL', leased, box(0));
    await asking.ok('GC', leased);
    // An address that cannot be had is given back.
    expect((await asking.call('ADD', leased, box(0, { netns: '/nonexistent' }))).json).toMatchObject({ code: 4 });
    expect(
      readFileSync(`${host.run}/calls`, 'utf8')
        .trim()
        .split('\n')
        .map((line) => line.split(' ')[0]),
    ).toEqual(['ADD', 'CHECK', 'STATUS', 'DEL', 'GC', 'ADD', 'DEL']);
    // With nobody left on it the network is what the plugin says now.
    writeFileSync(`${host.run}/giver`, script.replaceAll('10.91.0.', '10.96.0.'), { mode: 0o755 });
    expect(await asking.ok('ADD', leased, box(0))).toMatchObject({ ips: [{ address: '10.96.0.77/24', gateway: '10.96.0.1' }] });
    await asking.ok('DEL', leased, box(0));
    writeFileSync(`${host.run}/refuse`, '');
    expect((await asking.call('ADD', leased, box(0))).json).toMatchObject({ code: 11, msg: expect.stringContaining('nothing now') });
    await nothingLeft();
  });
});

describe('without a daemon', () => {
  it('the file does the work itself, and so does the script that stands for it', { timeout: 180_000 }, async () => {
    await cli.stop();
    const words = readFileSync(new URL('../../native/cni/fairlead.sh', import.meta.url), 'utf8');
    const start = fileURLToPath(new URL('../../dist/packed/cni.js', import.meta.url));
    writeFileSync(`${host.run}/script`, words.replace('@NODE@', process.execPath).replace('@START@', start), { mode: 0o755 });
    const script = cniRuntime(host, { plugin: `${host.run}/script` });
    const web = conf('alone', { state: `${host.run}/state`, ipam: { subnet: '10.92.0.0/24' } });
    const results = [await runtime.ok('ADD', web, box(0)), await script.ok('ADD', web, box(1))];
    // Nobody stays to answer names.
    expect(results.map(({ dns }) => dns)).toEqual([undefined, undefined]);
    expect(await script.ok('VERSION', { cniVersion: '1.0.0' })).toEqual(await runtime.ok('VERSION', { cniVersion: '1.0.0' }));
    // A call that makes no sense opens nothing, and leaves nothing.
    const senseless = await runtime.call('CHECK', { ...web, cniVersion: '0.3.1', state: `${host.run}/nowhere` }, box(3));
    expect([senseless.json['code'], existsSync(`${host.run}/nowhere`)]).toEqual([1, false]);
    // Who comes while a daemon starts works before it, or is answered by it.
    await Promise.all([cli.start(), runtime.ok('ADD', web, box(2))]);
    expect((await list('sandbox', 'ls', '--format', '{{.Name}}')).toSorted()).toEqual(['box0', 'box1', 'box2']);
    await script.ok('CHECK', { ...web, prevResult: results[1] }, box(1));
    expect((await script.call('ADD', { ...web, ipam: { type: 'nonexistent' } }, box(5))).json).toMatchObject({
      code: 100,
      msg: expect.stringContaining('no CNI plugin'),
    });
    await Promise.all([script.ok('DEL', web, box(0)), ...[1, 2].map((at) => runtime.ok('DEL', web, box(at)))]);
    await nothingLeft();
  });
});
