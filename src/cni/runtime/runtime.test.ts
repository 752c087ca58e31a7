import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { turnHeld } from '../../base/turn.js';
import { Collecting } from './collecting.js';
import { type CniRuntime, createCniRuntime } from './runtime.js';

// Plugins of a test are scripts that write down how they were called.
let folder: string;
let runtime: CniRuntime;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fairlead-cni-'));
  for (const name of ['bin', 'net.d']) mkdirSync(join(folder, name));
  runtime = createCniRuntime({ configDirectory: join(folder, 'net.d'), pluginDirectories: [join(folder, 'bin')], cacheDirectory: join(folder, 'cache') });
  plugin('first', `{"ips":[{"address":"10.0.0.2/24"}]}`);
  plugin('second', `{"ips":[{"address":"10.0.0.2/24","interface":0}],"interfaces":[{"name":"eth0","sandbox":"/proc/self/ns/net"}]}`);
});
afterEach(() => rmSync(folder, { recursive: true }));

interface Called {
  readonly verb: string;
  readonly plugin: string;
  readonly args: string;
  readonly told: Record<string, unknown>;
}

/** `refuses` is a pattern of verbs, as the shell's `case` reads it. */
function plugin(name: string, result: string, { refuses = 'none', versions = '"1.0.0","1.1.0"' } = {}) {
  const file = join(folder, 'bin', name);
  const script = `#!/bin/sh
if [ "$CNI_COMMAND" = VERSION ]; then echo '{"cniVersion":"1.1.0","supportedVersions":[${versions}]}'; exit 0; fi
printf '{"verb":"%s","plugin":"${name}","args":"%s %s %s %s","told":%s}\\n' "$CNI_COMMAND" "$CNI_CONTAINERID" "$CNI_NETNS" "$CNI_IFNAME" "$CNI_ARGS" "$(cat)" >> ${join(folder, 'log')}
case "$CNI_COMMAND" in ${refuses}) echo '{"code":100,"msg":"${name} does not like it"}'; exit 1;; ADD) echo '${result}';; esac
`;
  writeFileSync(file, script);
  chmodSync(file, 0o755);
}

const network = (more: object = {}, file = '10-web.conflist') =>
  writeFileSync(
    join(folder, 'net.d', file),
    JSON.stringify({
      cniVersion: '1.1.0',
      name: 'web',
      plugins: [
        { type: 'first', mtu: 1400 },
        { type: 'second', capabilities: { portMappings: true, mac: false } },
      ],
      ...more,
    }),
  );

/** How plugins were called since the last time that was asked. */
function called(): readonly Called[] {
  const log = join(folder, 'log');
  if (!existsSync(log)) return [];
  const lines = readFileSync(log, 'utf8').trim().split('\n');
  rmSync(log);
  return lines.map((line) => JSON.parse(line) as Called);
}

const order = () => called().map(({ verb, plugin: name }) => `${verb} ${name}`);
const box = { network: 'web', containerId: 'box', netns: '/proc/self/ns/net' };
const cached = () => (existsSync(join(folder, 'cache/results')) ? readdirSync(join(folder, 'cache/results')) : []);

describe('add', () => {
  it('hands each plugin its configuration, what it may know, and the result before it', async () => {
    network();
    const mapped = { portMappings: [{ hostPort: 8080, containerPort: 80 }], mac: '02:00:00:00:00:01' };
    const result = await runtime.add({ ...box, args: [['K', 'V']], capabilities: mapped });
    expect(result).toEqual({
      cniVersion: '1.1.0',
      interfaces: [{ name: 'eth0', sandbox: '/proc/self/ns/net' }],
      ips: [{ interface: 0, address: '10.0.0.2/24' }],
    });
    expect(called()).toEqual([
      { verb: 'ADD', plugin: 'first', args: 'box /proc/self/ns/net eth0 K=V', told: { type: 'first', mtu: 1400, name: 'web', cniVersion: '1.1.0' } },
      {
        verb: 'ADD',
        plugin: 'second',
        args: 'box /proc/self/ns/net eth0 K=V',
        told: {
          type: 'second',
          name: 'web',
          cniVersion: '1.1.0',
          runtimeConfig: { portMappings: mapped.portMappings },
          prevResult: { cniVersion: '1.1.0', ips: [{ address: '10.0.0.2/24' }] },
        },
      },
    ]);
    const file = join(folder, 'cache/results/web-box-eth0');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
      kind: 'cniCacheV1',
      containerId: 'box',
      config: readFileSync(join(folder, 'net.d/10-web.conflist')).toString('base64'),
      ifName: 'eth0',
      networkName: 'web',
      netns: '/proc/self/ns/net',
      cniArgs: [['K', 'V']],
      capabilityArgs: mapped,
      result,
    });
  });

  it('that is refused is taken back by all, in reverse', async () => {
    network();
    plugin('second', '', { refuses: 'ADD' });
    await expect(runtime.add(box)).rejects.toMatchObject({ code: 'cni-plugin-refused', message: 'CNI plugin second refused ADD: second does not like it' });
    expect(order()).toEqual(['ADD first', 'ADD second', 'DEL second', 'DEL first']);
    expect(cached()).toEqual([]);
    plugin('second', '', { refuses: 'ADD|DEL' });
    await expect(runtime.add(box)).rejects.toMatchObject({ code: 'cni-undo' });
    expect(order()).toEqual(['ADD first', 'ADD second', 'DEL second', 'DEL first']);
  });

  it('begins nothing that cannot be ended', async () => {
    network({ plugins: [{ type: 'first' }, { type: 'absent' }] });
    await expect(runtime.add(box)).rejects.toMatchObject({ code: 'cni-plugin-absent' });
    for (const netns of ['/nowhere', folder]) await expect(runtime.add({ ...box, netns })).rejects.toMatchObject({ code: 'namespace-invalid' });
    await expect(runtime.add({ ...box, containerId: '../box' })).rejects.toMatchObject({ code: 'cni-environment' });
    await expect(runtime.add({ ...box, network: 'other' })).rejects.toMatchObject({ code: 'cni-network-absent' });
    network({ plugins: [] });
    await expect(runtime.add(box)).rejects.toMatchObject({ code: 'cni-network-empty' });
    expect(called()).toEqual([]);
  });

  it('calls a container that has no id what cnitool calls it', async () => {
    network();
    const { netns } = box;
    await runtime.add({ network: 'web', netns });
    // printf %s /proc/self/ns/net | sha512sum | cut -c-20
    expect(cached()).toEqual(['web-cnitool-cd2667f4483f699b01b0-eth0']);
    await runtime.check({ network: 'web', netns });
    await runtime.del({ network: 'web', netns });
    expect(cached()).toEqual([]);
    await expect(runtime.del({ network: 'web' })).rejects.toMatchObject({ code: 'cni-environment' });
  });

  it('by a runtime that calls it otherwise is found by its namespace and interface', async () => {
    network();
    const { netns } = box;
    for (const ifName of ['eth0', 'eth1']) await runtime.add({ ...box, containerId: 'pod', ifName });
    await runtime.check({ network: 'web', netns });
    expect(called().at(-1)).toMatchObject({ verb: 'CHECK', args: 'pod /proc/self/ns/net eth0 ' });
    await runtime.del({ network: 'web', netns, ifName: 'eth1' });
    // Whose is meant where several are there, nobody can tell.
    await runtime.add({ ...box, containerId: 'other' });
    await expect(runtime.check({ network: 'web', netns })).rejects.toMatchObject({ code: 'cni-attached-not' });
  });

  it('is done once', async () => {
    network();
    await runtime.add(box);
    await expect(runtime.add(box)).rejects.toMatchObject({ code: 'cni-attached' });
    expect(order()).toEqual(['ADD first', 'ADD second']);
    await runtime.add({ ...box, ifName: 'eth1' });
    expect(cached()).toEqual(['web-box-eth0', 'web-box-eth1']);
  });

  it('runs nothing where it cannot be kept', async () => {
    network();
    writeFileSync(join(folder, 'cache'), '');
    await expect(runtime.add(box)).rejects.toMatchObject({ code: 'cni-cache-denied' });
    rmSync(join(folder, 'cache'));
    mkdirSync(join(folder, 'cache'));
    mkdirSync(join(folder, 'cache/results'));
    mkdirSync(join(folder, 'cache', `.web-box-eth0.${process.pid}`));
    await expect(runtime.add(box)).rejects.toMatchObject({ code: 'cni-cache-denied' });
    expect(order()).toEqual([]);
  });
});

describe('del', () => {
  it('goes backwards with the whole result, by the configuration of the add', async () => {
    network();
    await runtime.add({ ...box, args: [['K', 'V']], capabilities: { portMappings: [] } });
    network({ plugins: [{ type: 'first' }] });
    called();
    await runtime.del({ network: 'web', containerId: 'box' });
    const prevResult = { cniVersion: '1.1.0', interfaces: [{ name: 'eth0', sandbox: '/proc/self/ns/net' }], ips: [{ interface: 0, address: '10.0.0.2/24' }] };
    expect(called()).toEqual([
      {
        verb: 'DEL',
        plugin: 'second',
        args: 'box /proc/self/ns/net eth0 K=V',
        told: { type: 'second', name: 'web', cniVersion: '1.1.0', runtimeConfig: { portMappings: [] }, prevResult },
      },
      {
        verb: 'DEL',
        plugin: 'first',
        args: 'box /proc/self/ns/net eth0 K=V',
        told: { type: 'first', mtu: 1400, name: 'web', cniVersion: '1.1.0', prevResult },
      },
    ]);
    expect(cached()).toEqual([]);
  });

  it('goes on after errors, and can be done again', async () => {
    network();
    await runtime.add(box);
    plugin('second', '', { refuses: 'DEL' });
    called();
    await expect(runtime.del(box)).rejects.toMatchObject({ code: 'cni-plugin-refused' });
    expect(order()).toEqual(['DEL second', 'DEL first']);
    expect(cached()).toEqual(['web-box-eth0']);
    plugin('first', '', { refuses: 'DEL' });
    await expect(runtime.del(box)).rejects.toMatchObject({ code: 'cni-teardown', values: { count: 2 } });
    for (const name of ['first', 'second']) plugin(name, '');
    await runtime.del(box);
    expect(cached()).toEqual([]);
  });

  it('of what was never added is asked for all the same', async () => {
    network();
    await runtime.del({ network: 'web', containerId: 'box' });
    expect(called().map(({ verb, args, told }) => [verb, args, told['prevResult']])).toEqual([
      ['DEL', 'box  eth0 ', undefined],
      ['DEL', 'box  eth0 ', undefined],
    ]);
  });

  it('knows what libcni kept, in both of its forms', async () => {
    network();
    const interfaces = [{ name: 'veth0' }, { name: 'eth0', sandbox: '/run/netns/gone' }];
    const result = { cniVersion: '1.0.0', interfaces, ips: [{ address: '10.0.0.7/24' }] };
    mkdirSync(join(folder, 'cache/results'), { recursive: true });
    const config = Buffer.from(readFileSync(join(folder, 'net.d/10-web.conflist'))).toString('base64');
    const v1 = { kind: 'cniCacheV1', containerId: 'a', config, ifName: 'eth0', networkName: 'web', cniArgs: [['K', '']], result };
    writeFileSync(join(folder, 'cache/results/web-a-eth0'), JSON.stringify(v1));
    writeFileSync(join(folder, 'cache/results/web-b-eth0'), JSON.stringify(result));
    const prevResult = { ...result, cniVersion: '1.1.0' };
    expect(await runtime.gc('web')).toEqual([{ containerId: 'a', ifName: 'eth0' }]);
    expect(called()[0]).toMatchObject({ verb: 'DEL', args: 'a /run/netns/gone eth0 K=', told: { prevResult } });
    await runtime.del({ network: 'web', containerId: 'b' });
    expect(called()[0]?.told['prevResult']).toEqual(prevResult);
    expect(cached()).toEqual([]);
  });
});

describe('check', () => {
  it('goes forwards with the whole result', async () => {
    network();
    await expect(runtime.check(box)).rejects.toMatchObject({ code: 'cni-attached-not' });
    await runtime.add(box);
    called();
    await runtime.check(box);
    const calls = called();
    expect(calls.map(({ verb, plugin: name }) => `${verb} ${name}`)).toEqual(['CHECK first', 'CHECK second']);
    expect(calls[0]?.told['prevResult']).toMatchObject({ interfaces: [{ name: 'eth0' }] });
    plugin('first', '', { refuses: 'CHECK' });
    await expect(runtime.check(box)).rejects.toMatchObject({ code: 'cni-plugin-refused' });
  });

  it('is left out where the network says so, and where its version has none', async () => {
    network({ disableCheck: true });
    await runtime.add(box);
    called();
    await runtime.check(box);
    expect(called()).toEqual([]);
    network({ cniVersion: '0.3.1', name: 'old' }, '20-old.conflist');
    await runtime.add({ ...box, network: 'old' });
    await expect(runtime.check({ ...box, network: 'old' })).rejects.toMatchObject({ code: 'cni-verb-unknown' });
  });
});

describe('gc', () => {
  it('goes on past a file of the cache that is broken, and del takes that off too', async () => {
    network();
    for (const containerId of ['box', 'other']) await runtime.add({ ...box, containerId });
    const results = join(folder, 'cache/results');
    const [broken = ''] = readdirSync(results).filter((name) => name.includes('other'));
    writeFileSync(join(results, broken), '');
    await expect(runtime.gc('web', [])).rejects.toMatchObject({ code: 'cni-malformed' });
    expect(readdirSync(results)).toEqual([broken]);
    called();
    await runtime.del({ ...box, containerId: 'other' });
    expect(called().map(({ verb, plugin: name }) => `${verb} ${name}`)).toEqual(['DEL second', 'DEL first']);
    expect(readdirSync(results)).toEqual([]);
  });

  it('has plugins free nothing that it was not told of, and keeps all that is named', async () => {
    network();
    for (const containerId of ['box', 'torn']) await runtime.add({ ...box, containerId });
    writeFileSync(join(folder, 'cache/results/web-torn-eth0'), '{"kind":');
    called();
    await expect(runtime.gc('web')).rejects.toMatchObject({ code: 'cni-malformed' });
    expect(order()).toEqual([]);
    const named = ['box', 'torn', 'of-another'].map((containerId) => ({ containerId, ifName: 'eth0' }));
    await expect(runtime.gc('web', named)).rejects.toMatchObject({ code: 'cni-malformed' });
    const told = named.map(({ containerId }) => ({ containerID: containerId, ifname: 'eth0' }));
    expect(called().map((each) => [each.verb, each.told['cni.dev/valid-attachments']])).toEqual([
      ['GC', told],
      ['GC', told],
    ]);
    expect(cached()).toEqual(['web-box-eth0', 'web-torn-eth0']);
  });

  it('waits for what is being added, and has what comes wait', async () => {
    network();
    const [first, fifo] = [join(folder, 'bin/first'), join(folder, 'held')];
    execFileSync('mkfifo', [fifo]);
    writeFileSync(
      first,
      readFileSync(first, 'utf8').replace('case "', `[ "$CNI_COMMAND $CNI_CONTAINERID" = "ADD box" ] && cat ${fifo} > ${folder}/read\ncase "`),
    );
    const adding = runtime.add(box);
    await vi.waitFor(() => expect(existsSync(join(folder, 'log'))).toBe(true), 30_000);
    const collecting = runtime.gc('web', [{ containerId: 'box', ifName: 'eth0' }]);
    await vi.waitFor(async () => expect(await turnHeld(new Collecting(join(folder, 'cache'), 'web').name)).toBe(true), 30_000);
    const coming = runtime.add({ ...box, containerId: 'later' });
    writeFileSync(fifo, '');
    await Promise.all([adding, collecting, coming]);
    expect(order()).toEqual(['ADD first', 'ADD second', 'GC first', 'GC second', 'ADD first', 'ADD second']);
  });

  it('takes off whose namespace is gone, each by itself', async () => {
    network();
    const gone = join(folder, 'gone');
    symlinkSync('/proc/self/ns/net', gone);
    await runtime.add(box);
    await runtime.add({ ...box, containerId: 'lost', netns: gone });
    rmSync(gone);
    called();
    expect(await runtime.gc('web')).toEqual([{ containerId: 'lost', ifName: 'eth0' }]);
    const calls = called();
    expect(calls.map(({ verb, plugin: name, args }) => `${verb} ${name} ${args}`.trim())).toEqual([
      `DEL second lost ${gone} eth0`,
      `DEL first lost ${gone} eth0`,
    ]);
    expect(cached()).toEqual(['web-box-eth0']);
  });

  it('takes off all that is not named, goes on after errors, and says all', async () => {
    network();
    await runtime.add(box);
    plugin('first', '', { refuses: 'DEL|GC' });
    called();
    await expect(runtime.gc('web', [])).rejects.toMatchObject({ code: 'cni-teardown', values: { count: 2 } });
    expect(order()).toEqual(['DEL second', 'DEL first', 'GC first', 'GC second']);
    network({ disableGC: true });
    expect(await runtime.gc('web', [])).toEqual([]);
    expect(called()).toEqual([]);
  });
});

describe('status', () => {
  it('asks each plugin, where the version has it', async () => {
    network();
    await runtime.status('web');
    expect(order()).toEqual(['STATUS first', 'STATUS second']);
    plugin('second', '', { refuses: 'STATUS' });
    await expect(runtime.status('web')).rejects.toMatchObject({ code: 'cni-plugin-refused' });
    called();
    network({ cniVersion: '1.0.0' });
    await runtime.status('web');
    expect(called()).toEqual([]);
  });

  it('says which plugin has another version', async () => {
    network({ cniVersion: '0.4.0' });
    await expect(runtime.status('web')).rejects.toMatchObject({ code: 'cni-version-disagreed', values: { plugins: 'first has 1.0.0, 1.1.0' } });
  });
});

describe('the version', () => {
  it('is the newest that the network and all its plugins have', async () => {
    network({ cniVersions: ['0.4.0', '1.0.0'] });
    plugin('second', '{}', { versions: '"0.4.0","1.0.0"' });
    expect((await runtime.add(box))['cniVersion']).toBe('1.0.0');
    plugin('second', '{}', { versions: '"0.3.1"' });
    await expect(runtime.add({ ...box, containerId: 'other' })).rejects.toMatchObject({ code: 'cni-version-disagreed' });
  });
});

describe('networks', () => {
  it('may be of one plugin, of plugins in a directory of their own, and beside files that are wrong', async () => {
    writeFileSync(join(folder, 'net.d/00-wrong.conflist'), '{');
    writeFileSync(join(folder, 'net.d/10-single.conf'), '{"cniVersion":"1.0.0","name":"single","type":"first"}');
    await runtime.add({ ...box, network: 'single' });
    await runtime.del({ ...box, network: 'single' });
    expect(order()).toEqual(['ADD first', 'DEL first']);
    network({ plugins: [{ type: 'first' }] });
    mkdirSync(join(folder, 'net.d/web'));
    network({ type: 'second' }, 'web/20-more.conf');
    await runtime.status('web');
    network({ plugins: [{ type: 'first' }], loadOnlyInlinedPlugins: true });
    await runtime.status('web');
    expect(order()).toEqual(['STATUS first', 'STATUS second', 'STATUS first']);
    await expect(runtime.status('other')).rejects.toMatchObject({
      code: 'cni-network-absent',
      mend: expect.stringMatching(/: web, single; and what is wrong: .*00-wrong\.conflist: no JSON/),
    });
    await expect(runtime.status('wrong')).rejects.toMatchObject({ code: 'cni-malformed' });
    writeFileSync(join(folder, 'net.d/01-old.conflist'), '{"cniVersion":"8.0.0","name":"newer","plugins":[]}');
    await expect(runtime.status('newer')).rejects.toMatchObject({ code: 'cni-version' });
  });
});
