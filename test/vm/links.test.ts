import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LinuxKernel } from '#dist/kernel/linux/linux-kernel.js';
import { diff } from '#dist/resource/diff.js';
import type { LinkResource, Resource } from '#dist/resource/resource.js';
import { address, dummy, mac, namespace, up, upper, veth } from '../conformance/kernel/shapes.js';
import { type HostNamespace, hostNamespace } from '../tool/host-namespace.js';
import { type Probe, startProbe } from '../tool/probe.js';

// The kinds of links that few kernels have, with traffic: ipvlan and macvlan upon dummies, and VLANs on both ends of a cable.
const SUBNET = { a: 1, b: 1, c: 2, d: 2, e: 3, f: 3, g: 3 } as const;
type Name = keyof typeof SUBNET;
const NAMES = Object.keys(SUBNET) as readonly Name[];
const LINKS: Readonly<Record<Name, LinkResource>> = {
  a: upper('ns/a', 'eth0', { type: 'ipvlan', parent: 'flone', mode: 'l2', flag: 'bridge' }),
  b: upper('ns/b', 'eth0', { type: 'ipvlan', parent: 'flone', mode: 'l2', flag: 'bridge' }),
  c: upper('ns/c', 'eth0', { type: 'macvlan', parent: 'fltwo', mode: 'bridge' }, { mac: mac(20) }),
  d: upper('ns/d', 'eth0', { type: 'macvlan', parent: 'fltwo', mode: 'bridge' }, { mac: mac(21) }),
  e: upper('ns/e', 'eth0', { type: 'vlan', parent: 'flleft', id: 50 }),
  f: upper('ns/f', 'eth0', { type: 'vlan', parent: 'flright', id: 50 }),
  g: upper('ns/g', 'eth0', { type: 'vlan', parent: 'flright', id: 51 }),
};
const number = (name: Name): number => NAMES.indexOf(name) + 1;

describe('links that few kernels have', () => {
  let host: HostNamespace;
  let kernel: LinuxKernel;
  // Who is asked needs none: the kernel answers.
  const probes = new Map<Name, Probe>();
  const reach = (from: Name, to: Name) =>
    Promise.all([`10.${SUBNET[from]}.0.${number(to)}`, `fd0${SUBNET[from]}::${number(to)}`].map((ip) => probes.get(from)?.ping(ip)));

  beforeAll(async () => {
    host = await hostNamespace();
    kernel = await LinuxKernel.open({ host: host.path, run: join(host.run, 'run'), instance: { id: 'links', group: 99 } });
    const parents = [dummy('flone'), dummy('fltwo', { mac: mac(30) }), veth('flleft', { in: 'host', name: 'flright' })];
    const resources: readonly Resource[] = [
      ...parents,
      ...['flone', 'fltwo', 'flleft', 'flright'].map((link) => up('host', link)),
      ...NAMES.flatMap((name) => [
        namespace(`ns/${name}`),
        LINKS[name],
        up(`ns/${name}`, 'eth0'),
        address(`ns/${name}`, 'eth0', `10.${SUBNET[name]}.0.${number(name)}/24`),
        address(`ns/${name}`, 'eth0', `fd0${SUBNET[name]}::${number(name)}/64`),
      ]),
    ];
    await kernel.apply(diff([], resources));
    for (const name of ['a', 'd', 'e'] as const) probes.set(name, await startProbe(kernel.pathOf(`ns/${name}`)));
  });

  afterAll(async () => {
    for (const probe of probes.values()) await probe.close();
    await kernel[Symbol.asyncDispose]();
    await host.close();
  });

  it('are all made by this kernel', async () => {
    expect(await kernel.lacks()).toEqual([]);
  });

  it('carry packets between two of ipvlan, two of macvlan, and the ends of one VLAN', async () => {
    for (const [from, to] of [
      ['a', 'b'],
      ['d', 'c'],
      ['e', 'f'],
    ] as const)
      expect(await reach(from, to)).toEqual(['pong', 'pong']);
  });

  it('keep VLANs apart', async () => {
    expect(await reach('e', 'g')).toEqual([null, null]);
  });
});
