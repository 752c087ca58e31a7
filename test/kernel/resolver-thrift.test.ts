import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LinuxKernel } from '#dist/kernel/linux/linux-kernel.js';
import { Resolver } from '#dist/names/server/resolver.js';
import { diff } from '#dist/resource/diff.js';
import type { ResolvingSandbox, Upstream } from '../../src/names/types.js';
import { type DnsPeer, dnsPeer } from '../tool/dns-peer.js';
import { type HostNamespace, hostNamespace } from '../tool/host-namespace.js';
import { openSockets } from '../tool/open-sockets.js';
import { change, from, loopback, named, query, stackOf } from '../tool/resolving.js';

// As a resolver is where TCP is listened for in as many sandboxes as it is from the start: the last of them has one descriptor.
const [PORT, UPSTREAM] = [5311, 5401];
const others = ['one', 'two', 'three'];

let host: HostNamespace;
let kernel: LinuxKernel;
let box: DnsPeer;
let outside: DnsPeer;
let resolver: Resolver;

const asking = (id: string, upstreams: readonly Upstream[] = []): ResolvingSandbox => ({
  id,
  networks: [{ id: 'web', name: 'web' }],
  extraHosts: [],
  upstreams,
  ndots: undefined,
  path: kernel.pathOf(stackOf(id)),
  port: PORT,
});
const udp = async (name: string, type = 'A') => (await box.udp(PORT, [query(name, { type })]))[0];
const tcp = (name: string, type = 'A') => box.tcp(PORT, [query(name, { type })]);

beforeEach(async () => {
  host = await hostNamespace();
  kernel = await LinuxKernel.open({ host: host.path, run: host.run, instance: { id: 'resolver', group: 0x464c } });
  await kernel.apply(diff([], [...others, 'box'].flatMap(loopback)));
  [box, outside] = await Promise.all([dnsPeer(kernel.pathOf(stackOf('box'))), dnsPeer(host.path)]);
  resolver = await Resolver.open({ host: host.path, limits: { streams: others.length } });
});
afterEach(async () => {
  await resolver[Symbol.asyncDispose]();
  await Promise.all([box.close(), outside.close()]);
  await kernel[Symbol.asyncDispose]();
  await host.close();
});

describe('answers that do not fit', () => {
  it('are cut over UDP, and whole over TCP from then on', async () => {
    const many = Array.from({ length: 60 }, (_, index) => named(`m${index}`, ['many'], `10.0.1.${index}`));
    const held = openSockets();
    await resolver.update(change(many, [...others.map((name) => asking(name)), asking('box')]));
    expect(openSockets() - held).toBe(2 * others.length + 1);
    expect(await tcp('many')).toMatchObject({ how: 'error', answers: [] });
    expect(await udp('many')).toMatchObject({ truncated: true });
    expect((await tcp('many')).answers[0]?.data.length).toBe(60);
  });

  it('never are, where the sandbox is told to ask by TCP', async () => {
    await resolver.update(change([named('a', ['api'], '10.0.0.2')], [...others.map((name) => asking(name)), { ...asking('box'), manner: { stream: true } }]));
    expect((await tcp('api')).answers).toMatchObject([{ truncated: false, data: ['10.0.0.2'] }]);
  });

  it('never are, from when the sandbox is told to ask by TCP', async () => {
    await resolver.update(change([named('a', ['api'], '10.0.0.2')], [...others.map((name) => asking(name)), asking('box')]));
    expect(await tcp('api')).toMatchObject({ how: 'error', answers: [] });
    await resolver.update(change([], [{ ...asking('box'), manner: { stream: true } }]));
    expect((await tcp('api')).answers).toMatchObject([{ truncated: false, data: ['10.0.0.2'] }]);
  });

  it('are had by TCP again after somebody in the sandbox destroyed the socket, which costs nothing meanwhile', async () => {
    await resolver[Symbol.asyncDispose]();
    resolver = await Resolver.open({ host: host.path, limits: { idle: 500 } });
    await resolver.update(change([named('a', ['api'], '10.0.0.2')], [asking('box')]));
    expect((await tcp('api')).answers).toMatchObject([{ data: ['10.0.0.2'] }]);
    const before = await resolver.stats();
    await host.exec(['nsenter', `--net=${kernel.pathOf(stackOf('box'))}`, 'ss', '-K', '-ltn']);
    expect(await tcp('api')).toMatchObject({ how: 'error' });
    await vi.waitFor(async () => expect((await tcp('api')).answers).toMatchObject([{ data: ['10.0.0.2'] }]), { timeout: 5_000 });
    expect((await resolver.stats()).connections).toBeGreaterThan(before.connections);
  });

  it('are asked for by TCP where another server cut them, too', async () => {
    const long = ['x'.repeat(250), 'y'.repeat(250), 'z'.repeat(250)];
    const rules = [
      { name: '', over: 'udp', truncated: true },
      { name: '', over: 'tcp', data: long },
    ] as const;
    await outside.serve({ address: '127.0.0.1', port: UPSTREAM, rules });
    await resolver.update(change([], [...others.map((name) => asking(name)), asking('box', [from('host', UPSTREAM)])]));
    expect(await udp('long.example', 'TXT')).toMatchObject({ truncated: true, data: [] });
    expect((await tcp('long.example', 'TXT')).answers).toMatchObject([{ truncated: false, data: long }]);
  });
});
