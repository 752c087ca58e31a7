import { symlinkSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type About, type CniRuntime, cniRuntime, containers } from '../tool/cni-runtime.js';
import { type CommandLine, commandLine } from '../tool/command-line.js';
import { shownIn } from '../tool/guide.js';
import type { HeldNamespace } from '../tool/held-namespace.js';
import { type HostNamespace, hostNamespace } from '../tool/host-namespace.js';
import { HOST4, OUTSIDE4, outsideOf } from '../tool/outside.js';
import { startProbe } from '../tool/probe.js';

// The plugin on a node of a cluster, whose other nodes are outside.
let host: HostNamespace;
let outside: string;
let cli: CommandLine;
let runtime: CniRuntime;
let boxes: readonly HeldNamespace[];

const conf = (name: string, more: object = {}) => ({ cniVersion: '1.1.0', name, type: 'fairlead', socket: `${host.run}/run/cni.sock`, ...more });
const pathOf = (at: number) => boxes[at]?.path ?? '';
const box = (at: number, more: Partial<About> = {}): About => ({ id: `box${at}`, netns: pathOf(at), ...more });
const list = async (...words: string[]) => (await cli.run(...words)).out.trim().split('\n').filter(Boolean);
const nothingLeft = async () => expect([await list('sandbox', 'ls', '-q'), await list('endpoint', 'ls', '-q')]).toEqual([[], []]);

beforeAll(async () => {
  host = await hostNamespace();
  outside = await outsideOf(host, [{ to: '10.65.0.0/24', family: 4 }]);
  [cli, runtime] = [commandLine(host), cniRuntime(host)];
  boxes = await containers(2);
  await cli.start();
});
afterAll(async () => {
  await cli.stop();
  await Promise.all(boxes.map((each) => each.close()));
  await host.close();
});

it('pods of the network that the guide has leave by their own addresses, and other nodes reach all of their ports', async () => {
  const [network = ''] = shownIn('kubernetes', 'json');
  const { name, plugins } = JSON.parse(network) as { readonly name: string; readonly plugins: readonly object[] };
  const ports = { runtimeConfig: { portMappings: [{ hostPort: 18_090, containerPort: 7000, protocol: 'tcp' }] } };
  const pods = conf(name, plugins[0]);
  for (const [at, more] of [{}, ports].entries()) await runtime.ok('ADD', { ...pods, ...more }, box(at));
  const [pod, other, node] = [await startProbe(pathOf(0)), await startProbe(pathOf(1)), await startProbe(outside)];
  // Who is asked says whom it saw.
  expect(await pod.tcp(OUTSIDE4)).toBe('10.65.0.2');
  expect(await pod.tcp('10.65.0.3')).toBe('10.65.0.2');
  expect([await node.tcp('10.65.0.2'), await node.udp('10.65.0.2'), await node.tcp(HOST4, 18_090)]).toEqual([OUTSIDE4, OUTSIDE4, OUTSIDE4]);
  for (const each of [pod, other, node]) await each.close();
  for (const at of [0, 1]) await runtime.ok('DEL', pods, box(at));
  await nothingLeft();
});

it('a container is the same by whatever path its namespace is named', async () => {
  const netns = `${host.run}/elsewhere`;
  symlinkSync(pathOf(0), netns);
  const [web, lab] = [conf('web', { ipam: { subnet: '10.77.0.0/24' } }), conf('lab', { ipam: { subnet: '10.78.0.0/24' } })];
  await runtime.ok('ADD', web, box(0));
  const result = await runtime.ok('ADD', lab, box(0, { netns, ifname: 'net1' }));
  const another = await runtime.call('ADD', lab, box(0, { netns: pathOf(1), ifname: 'net2' }));
  expect(another.json).toMatchObject({ code: 100, msg: expect.stringContaining('already present') });
  await runtime.ok('CHECK', { ...lab, prevResult: result }, box(0, { netns, ifname: 'net1' }));
  expect(await list('sandbox', 'ls', '--format', '{{.Name}} {{.Networks}}')).toEqual(['box0 web, lab']);
  for (const [config, ifname] of [[web, 'eth0'] as const, [lab, 'net1'] as const]) await runtime.ok('DEL', config, box(0, { netns, ifname }));
  await nothingLeft();
});

it('containers of one pod are told by their namespace, whatever its path', async () => {
  const netns = `${host.run}/other-way`;
  symlinkSync(pathOf(0), netns);
  const [web, lab] = [conf('web', { ipam: { subnet: '10.77.0.0/24' } }), conf('lab', { ipam: { subnet: '10.78.0.0/24' } })];
  const second: About = { id: 'second', netns, ifname: 'net1' };
  await runtime.ok('ADD', web, box(0));
  expect((await runtime.call('ADD', web, second)).json).toMatchObject({
    code: 100,
    msg: expect.stringContaining('is on network "web" already, by interface eth0'),
  });
  const result = await runtime.ok('ADD', lab, second);
  await runtime.ok('CHECK', { ...lab, prevResult: result }, second);
  expect(await list('sandbox', 'ls', '--format', '{{.Name}} {{.Networks}}')).toEqual(['box0 web, lab']);
  await runtime.ok('DEL', web, box(0));
  await runtime.ok('DEL', lab, second);
  await nothingLeft();
});
