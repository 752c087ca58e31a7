import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CommandLine, commandLine } from '../tool/command-line.js';
import { type About, type CniRuntime, cniRuntime, containers } from '../tool/cni-runtime.js';
import type { HeldNamespace } from '../tool/held-namespace.js';
import { type HostNamespace, hostNamespace } from '../tool/host-namespace.js';
import { startProbe } from '../tool/probe.js';

// The plugin as a runtime executes it, on one host with a daemon. `conf` are configurations of one network each.
let host: HostNamespace;
let cli: CommandLine;
let runtime: CniRuntime;
let boxes: readonly HeldNamespace[];

const conf = (name: string, more: object = {}) => ({ cniVersion: '1.1.0', name, type: 'fairlead', socket: `${host.run}/run/cni.sock`, ...more });
const box = (at: number, more: Partial<About> = {}): About => ({ id: `box${at}`, netns: boxes[at]?.path ?? '', ...more });
const list = async (...words: string[]) => (await cli.run(...words)).out.trim().split('\n').filter(Boolean);

beforeAll(async () => {
  host = await hostNamespace();
  [cli, runtime] = [commandLine(host), cniRuntime(host)];
  boxes = await containers(4);
  await cli.start();
});
afterAll(async () => {
  await cli.stop();
  for (const each of boxes) await each.close();
  await host.close();
});

describe('a container', () => {
  it('is connected, found well, and leaves nothing', async () => {
    const web = conf('web', { ipam: { subnet: '10.77.0.0/24' } });
    const result = await runtime.ok('ADD', web, box(0));
    expect(result).toEqual({
      cniVersion: '1.1.0',
      interfaces: [
        { name: expect.stringMatching(/^br-/), mac: expect.any(String) },
        { name: expect.stringMatching(/^fl/) },
        { name: 'eth0', mac: '02:42:0a:4d:00:02', sandbox: boxes[0]?.path },
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
    expect(await list('sandbox', 'ls', '-q')).toEqual([]);
    expect(await list('endpoint', 'ls', '-q')).toEqual([]);
    expect((await runtime.call('CHECK', { ...web, prevResult: result }, box(0))).json).toMatchObject({ code: 3 });
  });
});
