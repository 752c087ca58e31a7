import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { placeOf } from '../../scripts/lib/peers.mjs';
import { debianPlugins } from '../tool/cni.js';
import { shownIn } from '../tool/guide.js';
import { type HostNamespace, hostNamespace } from '../tool/host-namespace.js';
import { HOST4, OUTSIDE4, outsideOf } from '../tool/outside.js';
import { patience } from '../tool/patience.mjs';
import { type Podman, podmanOn } from '../tool/podman.js';

// A real podman, whose networks are made by the plugin `fairlead`, and by Debian's.
let host: HostNamespace;
let p: Podman;
let outside: string;
let daemon: ChildProcess;
const bin = fileURLToPath(new URL('../../bin/fairlead', import.meta.url));

// All containers have the same files.
const answered = (name: string) => [
  'sh',
  '-c',
  `cd /tmp && /bin/busybox mkdir -p ${name} && echo ${name} > ${name}/index.html; exec /bin/busybox httpd -f -p 80 -h /tmp/${name}`,
];
const inside = (name: string, ...command: readonly string[]) => p.podman('exec', name, '/bin/busybox', ...command);
const ask = (...words: readonly string[]) => p.room.ok(process.execPath, bin, ...words);
const patiently = (work: () => Promise<void>) => vi.waitFor(work, { timeout: 10_000 * patience, interval: 100 });
const fetched = (name: string, url: string) => inside(name, 'wget', '-q', '-O', '-', url);

const fromOutside = () =>
  host.exec(['nsenter', `--net=${outside}`, join(placeOf('busybox-static'), 'bin/busybox'), 'wget', '-q', '-O', '-', `http://${HOST4}:18998/`]);

beforeAll(async () => {
  host = await hostNamespace();
  outside = await outsideOf(host);
  p = await podmanOn(host);
  daemon = await p.room.fairlead();
});
afterAll(async () => {
  await p.room.end(daemon);
  await p.close();
  await host.close();
});

describe('containers on networks of Fairlead', () => {
  it('are reached by address and by name, and by a port of the host', async () => {
    const [web = ''] = shownIn('podman', 'json');
    p.write('web', web);
    await p.start('one', ['--network', 'web', '--network-alias', 'first', '-p', '18998:80'], ...answered('one'));
    await p.start('two', ['--network', 'web', '--ip', '10.64.0.77'], ...answered('two'));
    const address = await p.podman('inspect', '--format', '{{.NetworkSettings.Networks.web.IPAddress}}', 'one');
    await patiently(async () => expect(await fetched('two', `http://${address}/`)).toBe('one'));
    await patiently(async () => expect(await fetched('one', 'http://10.64.0.77/')).toBe('two'));
    for (const name of ['one', 'first']) expect(await fetched('two', `http://${name}/`)).toBe('one');
    expect(await fromOutside()).toBe('one\n');
    expect(await inside('one', 'ping', '-c', '1', '-W', '5', OUTSIDE4)).toContain('1 packets received');
  });

  it('stay connected while the daemon is started again, and are taken off after it', async () => {
    await p.room.end(daemon, 'SIGKILL');
    expect(await fetched('two', 'http://10.64.0.2/')).toBe('one');
    daemon = await p.room.fairlead();
    await patiently(async () => expect(await fetched('two', 'http://first/')).toBe('one'));
    await p.podman('rm', '--force', '--time', '0', 'one');
    await p.podman('rm', '--force', '--time', '0', 'two');
    const left = await ask('sandbox', 'ls', '-q');
    expect([left, await ask('endpoint', 'ls', '-q')]).toEqual(['', '']);
    await expect(fromOutside()).rejects.toThrow('Connection refused');
    expect(await p.room.ok('ls', '/run/netns', '/var/lib/cni/results')).not.toMatch(/netns-|web-/);
  });
});

describe('the cache that podman keeps', () => {
  const places = ['--conf-dir', '/nowhere', '--plugin-dir', debianPlugins];
  const cni = (verb: string, ...words: readonly string[]) => p.room.ok(process.execPath, bin, 'cni', verb, ...places, ...words);

  const kept = async () => (await p.room.ok('ls', '/var/lib/cni/results')).split('\n').filter((name) => name.startsWith('debian-'));

  it('is that of fairlead cni: what one of them added is checked and taken off by the other', async () => {
    const ipam = { type: 'host-local', ranges: [[{ subnet: '10.88.0.0/24' }]] };
    const plugins = [{ type: 'bridge', bridge: 'cni0', isGateway: true, ipam }];
    p.write('debian', JSON.stringify({ cniVersion: '0.4.0', name: 'debian', plugins }));
    const id = await p.start('other', ['--network', 'debian'], 'sleep', '1000');
    const netns = await p.podman('inspect', '--format', '{{.NetworkSettings.SandboxKey}}', 'other');
    await cni('check', 'debian', netns, '--container-id', id);
    expect(await kept()).toEqual([`debian-${id}-eth0`]);
    await cni('del', 'debian', netns, '--container-id', id);
    expect(await kept()).toEqual([]);
    expect(await inside('other', 'ls', '/sys/class/net')).toBe('lo');
    // The reverse: podman, whose runtime is libcni, takes off what was added here, with the addresses that it had.
    const [added] = JSON.parse(await cni('add', 'debian', netns, '--container-id', id, '--conf-dir', p.networks)).ips as readonly {
      readonly address: string;
    }[];
    const lease = `/var/lib/cni/networks/debian/${added?.address.split('/')[0]}`;
    expect([await kept(), await p.room.ok('cat', lease)]).toEqual([[`debian-${id}-eth0`], `${id}\r\neth0`]);
    await p.podman('rm', '--force', '--time', '0', 'other');
    expect(await kept()).toEqual([]);
    await expect(p.room.ok('cat', lease)).rejects.toThrow('No such file');
  });
});
