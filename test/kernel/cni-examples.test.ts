import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { LinuxKernel } from '#dist/kernel/linux/linux-kernel.js';
import { diff } from '#dist/resource/diff.js';
import type { Resource } from '#dist/resource/resource.js';
import { cardsOf } from '../tool/cards.js';
import { type About, type CniRuntime, cniRuntime } from '../tool/cni-runtime.js';
import { type CommandLine, commandLine } from '../tool/command-line.js';
import { type HeldNamespace, strangersNamespace } from '../tool/held-namespace.js';
import { type HostNamespace, hostNamespace } from '../tool/host-namespace.js';
import { startProbe } from '../tool/probe.js';

// The configurations of examples/cni as they stand, but for where the daemon is and what the host's cards are called.
const folder = fileURLToPath(new URL('../../examples/cni', import.meta.url));
const files = readdirSync(folder).filter((name) => name.endsWith('.conf'));
const TASK = '169.254.170.2';
let host: HostNamespace;
let cli: CommandLine;
let runtime: CniRuntime;
let box: HeldNamespace;
let about: About;
const tried = new Set<string>();

function conf(name: string, more: object = {}): object {
  tried.add(`${name}.conf`);
  const cards = { ...(name === 'ecs-awsvpc' && { master: 'card2' }), ...(name === 'ecs-awsvpc-device' && { device: 'card1' }) };
  return { ...(JSON.parse(readFileSync(join(folder, `${name}.conf`), 'utf8')) as object), socket: `${host.run}/run/cni.sock`, ...cards, ...more };
}
const links = async (of: HeldNamespace) => (await of.exec(['cat', '/proc/net/dev'])).split('\n').flatMap((line) => /^\s*([^\s:]+):/.exec(line)?.[1] ?? []);
async function connected(name: string, more: object, see: (result: Record<string, unknown>) => Promise<void> | void): Promise<void> {
  const result = await runtime.ok('ADD', conf(name, more), about);
  try {
    await see(result);
  } finally {
    await runtime.ok('DEL', conf(name, more), about);
  }
  await vi.waitFor(async () => expect(await links(box)).toEqual(['lo']), { timeout: 20_000 });
}

beforeAll(async () => {
  host = await hostNamespace();
  await cardsOf(host);
  const kernel = await LinuxKernel.open({ host: host.path, run: join(host.run, 'task'), instance: { id: 'task', group: 95 } });
  await kernel.apply(diff([], [{ kind: 'address', in: 'host', link: 'lo', address: `${TASK}/32` }] as readonly unknown[] as readonly Resource[]));
  await kernel[Symbol.asyncDispose]();
  [cli, runtime, box] = [commandLine(host), cniRuntime(host), await strangersNamespace()];
  about = { id: 'box', netns: box.path };
  await cli.start();
});
afterAll(async () => {
  await cli.stop();
  await box.close();
  await host.close();
});

it('rkt: noop is loopback alone', () =>
  connected('rkt-noop', {}, async (result) => {
    expect(result).toEqual({ cniVersion: '1.1.0' });
    expect(await links(box)).toEqual(['lo']);
  }));

it('rkt: a bridge, with ports', () =>
  connected('rkt-bridge', { runtimeConfig: { portMappings: [{ hostPort: 8080, containerPort: 7000, protocol: 'tcp' }] } }, (result) =>
    expect(result).toMatchObject({ ips: [{ address: '172.16.28.2/24', gateway: '172.16.28.1' }] }),
  ));

it("rkt: host is the host's own stack, for a container that is in it", async () => {
  const inHost = { id: 'hosted', netns: host.path };
  expect(await runtime.ok('ADD', conf('rkt-host'), inHost)).toEqual({ cniVersion: '1.1.0' });
  await runtime.ok('DEL', conf('rkt-host'), inHost);
  expect((await runtime.call('ADD', conf('rkt-host'), about)).json).toMatchObject({ code: 7 });
});

it('Mesos: a bridge of a name, in words of its version', () =>
  connected('mesos', {}, (result) =>
    expect(result).toMatchObject({ cniVersion: '0.3.1', interfaces: [{ name: 'mesos0' }, {}, {}], ips: [{ version: '4', address: '10.1.0.2/16' }] }),
  ));

it('Cloud Foundry: no talk to others on the host, a limited way out, rates', () =>
  connected(
    'cloud-foundry',
    { runtimeConfig: { bandwidth: { ingressRate: 8_000_000, ingressBurst: 800_000, egressRate: 8_000_000, egressBurst: 800_000 } } },
    async () => {
      const [network] = JSON.parse((await cli.run('network', 'inspect', 'cf')).out) as object[];
      expect(network).toMatchObject({ Egress: ['10.255.0.0/16', '0.0.0.0/0'], Options: { 'com.docker.network.bridge.enable_icc': 'false' } });
    },
  ));

it('ECS: mode bridge, and awsvpc beside it, reach the endpoint of the task', async () => {
  const [agent, task] = [await startProbe(host.path), await startProbe(box.path)];
  await connected('ecs-bridge', {}, async () => expect(await task.tcp(TASK)).toBe('169.254.172.2'));
  await connected('ecs-awsvpc', { runtimeConfig: { ips: ['172.31.16.40/20'] } }, async (result) => {
    expect(result).toMatchObject({ ips: [{ address: '172.31.16.40/20', gateway: '172.31.16.1' }], routes: [{ dst: '0.0.0.0/0' }] });
    const second = { ...about, ifname: 'ecs-eth0' };
    await runtime.ok('ADD', conf('ecs-task-endpoint'), second);
    expect(await task.tcp(TASK)).toBe('169.254.176.2');
    expect((await box.exec(['cat', '/proc/net/route'])).split('\n').filter((line) => line.split('\t')[1] === '00000000')).toEqual([
      expect.stringMatching(/^eth0/),
    ]);
    await runtime.ok('DEL', conf('ecs-task-endpoint'), second);
  });
  for (const probe of [agent, task]) await probe.close();
});

it('ECS: mode awsvpc with the whole card, which comes home', () =>
  connected('ecs-awsvpc-device', {}, async (result) => {
    expect(result).toMatchObject({ interfaces: [{ name: 'eth0', sandbox: box.path }], ips: [{ address: expect.stringMatching(/^172\.31\./) }] });
    expect(await host.exec(['cat', '/proc/net/dev'])).not.toContain('card1');
  }));

it('all of them are tried', () => expect([...tried].toSorted()).toEqual(files.toSorted()));
