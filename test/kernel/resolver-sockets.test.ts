import { closeSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LinuxKernel } from '#dist/kernel/linux/linux-kernel.js';
import { Resolver } from '#dist/names/server/resolver.js';
import { diff } from '#dist/resource/diff.js';
import { resolverAddress } from '../../src/ip/resolver-address.js';
import type { Resource } from '../../src/resource/resource.js';
import { type DnsPeer, dnsPeer } from '../tool/dns-peer.js';
import { type HostNamespace, hostNamespace } from '../tool/host-namespace.js';
import { openSockets } from '../tool/open-sockets.js';
import { change, loopback, named, query, stackOf } from '../tool/resolving.js';

// What a resolver listens at is opened with the namespace, by the plan that makes both it and the table which leads there.
const PORT = 5311;
const stack = stackOf('box');
const table = (resolver: number): Resource => ({ kind: 'table', in: stack, family: 'inet', name: 'fairlead', skeleton: 'sandbox', resolver });
const box = [...loopback('box'), table(PORT)];

let host: HostNamespace;
let kernel: LinuxKernel;

beforeEach(async () => {
  host = await hostNamespace();
  kernel = await LinuxKernel.open({ host: host.path, run: host.run, instance: { id: 'sockets', group: 0x464c } });
});
afterEach(async () => {
  await kernel[Symbol.asyncDispose]();
  await host.close();
});

describe('the sockets of a resolver', () => {
  it('are open with the namespace, once, and serve whoever asks from the first question on', async () => {
    await kernel.apply(diff([], box));
    const open = kernel.resolverSockets(stack);
    if (!open) throw new Error('there are none');
    expect(kernel.resolverSockets(stack)).toBeUndefined();
    const resolver = await Resolver.open({ host: host.path });
    const peer: DnsPeer = await dnsPeer(kernel.pathOf(stack));
    try {
      const asking = { id: 'box', extraHosts: [], upstreams: [], ndots: undefined, path: kernel.pathOf(stack), port: PORT };
      const told = change([named('web', ['web'], '10.0.0.9')], [{ ...asking, networks: [{ id: 'web', name: 'web' }] }]);
      // Asked before it is told of whom: the question waits in the socket.
      const early = peer.udp(53, [query('web')]);
      resolver.tell({ ...told, sockets: new Map([['box', open]]) });
      expect(await early).toMatchObject([{ data: ['10.0.0.9'] }]);
      expect(await peer.tcp(53, [query('web')])).toMatchObject({ answers: [{ data: ['10.0.0.9'] }] });
      expect((await resolver.stats()).sandboxes).toBe(1);
    } finally {
      await resolver[Symbol.asyncDispose]();
      await peer.close();
    }
  });

  it('are one where TCP is to wait until it is needed', async () => {
    await kernel.apply(diff([], box));
    const open = kernel.resolverSockets(stack);
    if (!open) throw new Error('there are none');
    const resolver = await Resolver.open({ host: host.path, limits: { streams: 0 } });
    try {
      const before = openSockets();
      const asking = { id: 'box', networks: [], extraHosts: [], upstreams: [], ndots: undefined, path: kernel.pathOf(stack), port: PORT };
      resolver.tell({ ...change([], [asking]), sockets: new Map([['box', open]]) });
      expect((await resolver.stats()).sandboxes).toBe(1);
      expect(openSockets()).toBe(before - 1);
    } finally {
      await resolver[Symbol.asyncDispose]();
    }
  });

  it('that nobody asked for end with the namespace', async () => {
    const round = async () => (await kernel.apply(diff([], box)), await (await kernel.apply(diff(box, []))).drained);
    // It answers once all of its own are open.
    await kernel.read();
    const before = openSockets();
    await round();
    expect(kernel.resolverSockets(stack)).toBeUndefined();
    // Of the namespace that waits for the next: two of its resolver's, two of netlink.
    await vi.waitFor(() => expect(openSockets()).toBe(before + 4));
    for (let n = 0; n < 3; n++) await round();
    await vi.waitFor(() => expect(openSockets()).toBe(before + 4));
  });

  it('are left to others where the namespace was there, or the port is taken', async () => {
    await kernel.apply(diff([], loopback('box')));
    expect(kernel.resolverSockets(stack)).toBeUndefined();
    const holder = await kernel.socket(stack, { type: 'udp', address: resolverAddress, port: PORT });
    await kernel.apply(diff(loopback('box'), box));
    expect(kernel.resolverSockets(stack)).toBeUndefined();
    closeSync(holder);
    await (await kernel.apply(diff(box, []))).drained;
  });
});
