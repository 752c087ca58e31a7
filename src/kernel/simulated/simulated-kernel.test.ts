import { describe, expect, it } from 'vitest';
import { failureOf } from '../../../test/conformance/kernel/failure-of.js';
import { expectRead, make } from '../../../test/conformance/kernel/host.js';
import { address, bridge, element, plugged, route, sysctl, table } from '../../../test/conformance/kernel/shapes.js';
import { kernelConformance } from '../../../test/conformance/kernel.js';
import type { InterfaceAddress, Ip } from '../../ip/types.js';
import { diff } from '../../resource/diff.js';
import { SimulatedKernel } from './simulated-kernel.js';

kernelConformance('simulated', async () => {
  let kernel = new SimulatedKernel();
  return {
    get kernel() {
      return kernel;
    },
    async reopen() {
      await kernel[Symbol.asyncDispose]();
      kernel = kernel.again();
      return kernel;
    },
    adoptable: async () => {
      const path = kernel.offer();
      return { path, leadOut: () => kernel.disturb.leadOut(path), release: async () => {} };
    },
    get disturb() {
      return kernel.disturb;
    },
    startProcess: async () => (await kernel.disturb.startProcess()).pid,
    endProcess: (pid) => kernel.disturb.endProcess(pid),
    closeSocket: (descriptor) => kernel.close(descriptor),
    close: async () => kernel[Symbol.asyncDispose](),
  };
});

describe('a simulated host', () => {
  it('begins with what others have', async () => {
    const kernel = new SimulatedKernel({
      forwarding: { 4: true, 6: false },
      foreign: {
        links: [
          { name: 'eth0', addresses: ['192.0.2.7/24' as InterfaceAddress] },
          { name: 'br-theirs', type: 'bridge', up: false },
        ],
        routes: [{ to: 'default', via: '192.0.2.1' as Ip, dev: 'eth0' }],
      },
    });
    const { links, routes } = await kernel.survey('host');
    expect(links).toMatchObject([
      { name: 'lo', index: 1, ours: false },
      { name: 'eth0', index: 2, up: true, addresses: ['192.0.2.7/24'], ours: false },
      { name: 'br-theirs', index: 3, type: 'bridge', up: false, ours: false },
    ]);
    expect(routes).toMatchObject([
      { to: '192.0.2.0/24', dev: 'eth0', protocol: 2 },
      { to: 'default', via: '192.0.2.1', protocol: 3 },
    ]);
    expect(await kernel.was([sysctl('host', 'net.ipv4.ip_forward', ''), sysctl('host', 'net.ipv6.conf.all.forwarding', '')])).toEqual([
      { value: '1' },
      { value: '0' },
    ]);
    await expectRead(kernel, []);
    expect(await failureOf(make(kernel, [bridge('eth0')]))).toMatchObject({ code: 'kernel-exists' });
    expect(await failureOf(make(kernel, [route('host', 'default', 'eth0', { via: '192.0.2.9' })]))).toMatchObject({ code: 'kernel-exists' });
  });

  it('keeps instances apart', async () => {
    const kernel = new SimulatedKernel({ instance: 'one' });
    await make(kernel, [bridge('flbr')]);
    const other = kernel.again({ instance: 'two' });
    expect(await other.read()).toEqual([]);
    expect((await other.survey('host')).links.map(({ name, ours }) => [name, ours])).toEqual([
      ['lo', false],
      ['flbr', false],
    ]);
  });

  it('refuses what a test tells it to refuse, and undoes the rest', async () => {
    const kernel = new SimulatedKernel();
    const all = [bridge('flbr'), address('host', 'flbr', '10.1.0.1/24')];
    const allow = kernel.refuse((operation) => operation.do === 'create' && operation.resource.kind === 'address');
    expect(await failureOf(make(kernel, all))).toMatchObject({
      code: 'kernel-denied',
      values: { command: 'ip address add 10.1.0.1/24 dev flbr', errno: 'EPERM' },
    });
    await expectRead(kernel, []);
    allow();
    await make(kernel, all);
    await expectRead(kernel, all);
  });

  it('settles what leaves after the reply', async () => {
    const kernel = new SimulatedKernel();
    await make(kernel, plugged('ns/a', 'fla'));
    const order: string[] = [];
    const { drained } = await kernel.apply(diff(plugged('ns/a', 'fla'), []));
    const ended = drained.then(() => order.push('drained'));
    order.push('replied');
    await ended;
    expect(order).toEqual(['replied', 'drained']);
  });

  it('gathers a burst of others’ changes into one list', async () => {
    const kernel = new SimulatedKernel();
    await make(kernel, [table, element('bridges', 'flbr'), bridge('flbr'), ...plugged('ns/a', 'fla')]);
    const stop = new AbortController();
    const bursts = kernel.watch(stop.signal)[Symbol.asyncIterator]();
    await kernel.disturb.flushRuleset();
    await kernel.disturb.deleteLink('flbr');
    await kernel.disturb.deleteLink('eth0', 'ns/a');
    expect((await bursts.next()).value).toEqual(['table host inet fairlead', 'link host flbr', 'link host fla']);
    stop.abort();
    expect((await bursts.next()).done).toBe(true);
  });
});
