import { afterAll, beforeAll, expect, it } from 'vitest';
import { silent } from '#dist/base/log.js';
import { LinuxKernel } from '#dist/kernel/linux/linux-kernel.js';
import { diff } from '#dist/resource/diff.js';
import { Resolver } from '#dist/names/server/resolver.js';
import { type DnsPeer, dnsPeer } from '../tool/dns-peer.js';
import { type HostNamespace, hostNamespace } from '../tool/host-namespace.js';
import { change, from, loopback, query, stackOf } from '../tool/resolving.js';

// Sandboxes that ask as much as they can of a server that never answers, and one that asks another server, with 12 places for all their questions.
const [PORT, SILENT, KNOWS] = [5311, 5401, 5402];
const GREEDY = ['greedy', 'greedier'] as const;

let host: HostNamespace;
let kernel: LinuxKernel;
let resolver: Resolver;
let outside: DnsPeer;
const peers = new Map<string, DnsPeer>();
const at = (name: string): DnsPeer => peers.get(name) as DnsPeer;

beforeAll(async () => {
  host = await hostNamespace();
  kernel = await LinuxKernel.open({ host: host.path, run: host.run, instance: { id: 'resolver', group: 0x464c } });
  outside = await dnsPeer(host.path);
  await outside.serve({ address: '127.0.0.1', port: SILENT, rules: [{ name: '', silent: true }] });
  await outside.serve({ address: '127.0.0.1', port: KNOWS, rules: [{ name: '', data: ['192.0.2.3'] }] });
  // Nobody gives up before the end.
  resolver = await Resolver.open({ host: host.path, limits: { upstream: 60_000, waiting: 100, exchanges: 12 }, log: silent });
  for (const id of [...GREEDY, 'box']) {
    await kernel.apply(diff([], loopback(id)));
    const path = kernel.pathOf(stackOf(id));
    peers.set(id, await dnsPeer(path));
    const upstreams = [from('host', id === 'box' ? KNOWS : SILENT)];
    await resolver.update(change([], [{ id, networks: [{ id: 'web', name: 'web' }], extraHosts: [], upstreams, ndots: undefined, path, port: PORT }]));
  }
});
afterAll(async () => {
  await resolver[Symbol.asyncDispose]();
  await Promise.all([...peers.values(), outside].map((each) => each.close()));
  await kernel[Symbol.asyncDispose]();
  await host.close();
});

it('one sandbox alone does not get all places, nor do several, and whoever comes after them is answered', async () => {
  const asks = (id: string) => Array.from({ length: 40 }, (_, index) => query(`${id}${index}.example`));
  for (const [index, [exchanges, refused]] of [
    [6, 34],
    [9, 71],
  ].entries()) {
    const id = GREEDY[index] ?? '';
    await at(id).udp(PORT, asks(id), 200);
    await expect.poll(() => resolver.stats(), { timeout: 10_000 }).toMatchObject({ exchanges, refused });
  }
  const found = await at('box').udp(PORT, [query('one.example'), query('two.example')]);
  expect(found.map((each) => each?.data)).toEqual([['192.0.2.3'], ['192.0.2.3']]);
});
