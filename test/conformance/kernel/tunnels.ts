import { describe, expect, it } from 'vitest';
import type { Ip } from '../../../src/ip/types.js';
import type { Resource } from '../../../src/resource/resource.js';
import { change, create, expectRead, expectRefused, make, type Open, remove, settle, sharedHost } from './host.js';
import { bridge, forward, namespace, neighbour, up, vxlan } from './shapes.js';

const families = [
  { family: 4, local: '192.0.2.1' as Ip, far: '192.0.2.2', other: '192.0.2.3', inside: '10.9.0.7' },
  { family: 6, local: '2001:db8::1' as Ip, far: '2001:db8::2', other: '2001:db8::3', inside: 'fd09::7' },
] as const;

export function tunnelsConform(open: Open): void {
  describe.each(families)('tunnels over IPv$family', ({ local, far, other, inside }) => {
    const shared = sharedHost(open);
    const within = [namespace('ns/o'), bridge('br0', { in: 'ns/o', mtu: 1450 })] as const;
    const tunnel = vxlan('ns/o', 'vxlan0', { id: 4097, port: 4789, local }, { master: 'br0', mtu: 1450 });
    const ups = [up('ns/o', 'br0'), up('ns/o', 'vxlan0')] as const;

    it('are made in a namespace, as a port of its bridge, and read as they were asked for', async () => {
      const { kernel } = shared;
      const all: readonly Resource[] = [...within, tunnel, ...ups];
      await make(kernel, all);
      await expectRead(kernel, all);
      expect(await kernel.look([tunnel])).toContainEqual(tunnel);
      await settle(kernel, [remove(tunnel)]);
      await expectRead(kernel, [...within, up('ns/o', 'br0')]);
    });

    it('lead where their entries say, one for each MAC address, and entries change in their place', async () => {
      const { kernel } = shared;
      const base: readonly Resource[] = [...within, tunnel, ...ups];
      const [one, two] = [forward('ns/o', 'vxlan0', 20, far), forward('ns/o', 'vxlan0', 21, far)];
      const known = neighbour('ns/o', 'vxlan0', inside, 20);
      await make(kernel, [...base, known, one, two]);
      await expectRead(kernel, [...base, known, one, two]);
      const moved = forward('ns/o', 'vxlan0', 20, other);
      await settle(kernel, [change(one, moved)]);
      await expectRead(kernel, [...base, known, moved, two]);
      await expectRefused(kernel, create(two), 'kernel-exists');
      await settle(kernel, [remove(two), remove(known), remove(moved)]);
      await expectRead(kernel, base);
      await settle(kernel, [remove(two)]);
    });

    it('are made anew to be others', async () => {
      const { kernel } = shared;
      const base: readonly Resource[] = [...within, tunnel, ...ups];
      await make(kernel, base);
      const next = vxlan('ns/o', 'vxlan0', { id: 4098, port: 4790, local }, { master: 'br0', mtu: 1450 });
      await settle(kernel, [change(tunnel, next)]);
      await expectRead(kernel, [...within, next, up('ns/o', 'br0')]);
    });

    it('of one number and port exist once on a host, wherever they are', async () => {
      const { kernel } = shared;
      await make(kernel, [...within, tunnel, namespace('ns/p')]);
      await expectRefused(kernel, create(vxlan('ns/p', 'vxlan0', { id: 4097, port: 4789, local })), 'kernel-exists');
      await settle(kernel, [create(vxlan('ns/p', 'vxlan0', { id: 4098, port: 4789, local }))]);
    });
  });
}
