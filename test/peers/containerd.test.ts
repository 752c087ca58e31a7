import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { placeOf } from '../../scripts/lib/peers.mjs';
import { type Containerd, containerdOn, type Pod } from '../tool/containerd.js';
import { shownIn } from '../tool/guide.js';
import { type HostNamespace, hostNamespace } from '../tool/host-namespace.js';
import { HOST4, outsideOf } from '../tool/outside.js';
import { patience } from '../tool/patience.mjs';

// A real containerd, asked as the kubelet asks it, whose pods are on a network of the plugin `fairlead`.
let host: HostNamespace;
let outside: string;
let containerd: Containerd;
let daemon: ChildProcess;
const bin = fileURLToPath(new URL('../../bin/fairlead', import.meta.url));
const busybox = join(placeOf('busybox-static'), 'bin/busybox');

const ask = (...words: readonly string[]) => containerd.room.ok(process.execPath, bin, ...words);
const patiently = (work: () => Promise<void>) => vi.waitFor(work, { timeout: 20_000 * patience, interval: 100 });
const web = (name: string) => ['sh', '-c', `echo ${name} > /tmp/index.html; exec /bin/busybox httpd -f -p 80 -h /tmp`] as const;
const fromOutside = () => host.exec(['nsenter', `--net=${outside}`, busybox, 'wget', '-q', '-O', '-', `http://${HOST4}:18080/`]);

beforeAll(async () => {
  host = await hostNamespace();
  outside = await outsideOf(host);
  containerd = await containerdOn(host);
  daemon = await containerd.room.fairlead();
});
afterAll(async () => {
  await containerd.room.end(daemon);
  await containerd.close();
  await host.close();
});

describe('pods', () => {
  let one: Pod;
  let two: Pod;

  it('wait for a network, which is ready when it is there as the guide says', async () => {
    expect((await containerd.conditions())['NetworkReady']).toContain('cni plugin not initialized');
    const [install = ''] = shownIn('containerd', 'sh');
    await containerd.installed(install);
    await patiently(async () => expect((await containerd.conditions())['NetworkReady']).toBe(true));
  });

  it('have one network for all of their containers, and reach each other and the host by it', async () => {
    one = await containerd.pod('one', { ports: [{ containerPort: 80, hostPort: 18_080 }], annotations: { 'kubernetes.io/ingress-bandwidth': '80M' } });
    two = await containerd.pod('two');
    expect([one.ip, two.ip]).toEqual(['10.65.0.2', '10.65.0.3']);
    await one.start('web', ...web('first'));
    const beside = await one.start('beside', 'sleep', '1000');
    const other = await two.start('other', 'sleep', '1000');
    await patiently(async () => expect(await one.exec(beside, 'wget', '-q', '-O', '-', 'http://127.0.0.1/')).toBe('first\n'));
    expect(await two.exec(other, 'wget', '-q', '-O', '-', `http://${one.ip}/`)).toBe('first\n');
    expect(await fromOutside()).toBe('first\n');
    expect(await two.exec(other, 'ping', '-c', '1', '-W', '5', HOST4)).toContain('1 packets received');
  });

  it('are as fast as their annotations say', async () => {
    const ids = (await ask('endpoint', 'ls', '-q')).trim().split('\n');
    const shown = JSON.parse(await ask('endpoint', 'inspect', ...ids)) as readonly { Limits: { RateIn: number; RateOut: number } }[];
    expect(shown.map(({ Limits: { RateIn, RateOut } }) => [RateIn, RateOut]).sort()).toEqual([
      [0, 0],
      [80_000_000, 0],
    ]);
  });

  it('work on while the daemon is started again, and leave nothing', async () => {
    await containerd.room.end(daemon, 'SIGKILL');
    expect(await fromOutside()).toBe('first\n');
    daemon = await containerd.room.fairlead();
    for (const pod of [one, two]) await pod.remove();
    expect([await ask('sandbox', 'ls', '-q'), await ask('endpoint', 'ls', '-q')]).toEqual(['', '']);
    expect(await containerd.room.ok('ls', '/var/lib/cni/results')).toBe('');
    await expect(fromOutside()).rejects.toThrow('Connection refused');
  });
});
