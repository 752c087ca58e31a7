import { describe, expect, it, vi } from 'vitest';
import type { Ip, Mac } from '../../../src/ip/types.js';
import type { Kernel } from '../../../src/kernel/kernel.js';
import { commands } from '../../../src/resource/commands.js';
import type { PeerResource, Resource, WireguardResource } from '../../../src/resource/resource.js';
import { securePath } from '../../../src/resource/wireguard.js';
import { change, create, expectRead, expectRefused, make, type Open, remove, settle, sharedHost } from './host.js';

const [STACK, SEGMENT] = ['ns/000000000001', 'ns/000000000002'] as const;
// Clamped, as a kernel tells them (RFC 7748 §5).
const keyOf = (byte: number) => Buffer.alloc(32, byte).fill(0x40, 31).toString('base64');
const identity: WireguardResource = { kind: 'wireguard', in: STACK, link: 'wg0', key: keyOf(0x40), port: 14_790 };
const peer = (address: string, byte: number): PeerResource => ({ kind: 'peer', in: STACK, link: 'wg0', key: keyOf(byte), address: address as Ip });
const path = (address: string) => securePath({ stack: STACK, mtu: 1440 }, address as Ip);

// Where a kernel has no WireGuard it says so, with the way out; that is seen and the rest left out.
async function hasWireguard(kernel: Kernel): Promise<boolean> {
  if (!(await kernel.lacks()).includes('wireguard')) return true;
  await expect(make(kernel, path('192.0.2.1'))).rejects.toMatchObject({
    code: 'kernel-lacks',
    values: { mend: expect.stringMatching(/modprobe wireguard.*CONFIG_WIREGUARD/) },
  });
  return false;
}

export function wireguardConforms(open: Open): void {
  describe('WireGuard', () => {
    const shared = sharedHost(open);

    it.each([
      { here: '192.0.2.1', others: ['192.0.2.2', '192.0.2.3', '192.0.2.4'] },
      { here: '2001:db8::1', others: ['2001:db8::2', '2001:db8::3', '2001:db8::4'] },
    ])(
      'has a stack with a link and peers for $here, read as they were asked for, and changed',
      async ({ here, others: [second = '', third = '', fourth = ''] }) => {
        const { kernel } = shared;
        if (!(await hasWireguard(kernel))) return;
        const all: readonly Resource[] = [...path(here), identity, peer(second, 0x11), peer(third, 0x22)];
        await make(kernel, all);
        await expectRead(kernel, all);
        expect(await kernel.look([peer(second, 0x11)])).toEqual(expect.arrayContaining([identity, peer(second, 0x11), peer(third, 0x22)]));
        const [other, moved] = [{ ...identity, key: keyOf(0x48), port: 14_791 }, peer(fourth, 0x22)];
        await settle(kernel, [change(identity, other), change(peer(third, 0x22), moved), remove(peer(second, 0x11))]);
        await expectRead(kernel, [...path(here), other, moved]);
        // An address leads to one peer; removing one that is gone is done.
        await settle(kernel, [create(peer(fourth, 0x33)), remove(moved), remove(peer(second, 0x11))]);
        await expectRead(kernel, [...path(here), other, peer(fourth, 0x33)]);
        await expectRefused(kernel, create({ ...peer(second, 0x44), link: 'lo' }), 'kernel-lacks', 'kernel-absent');
      },
    );

    it('carries tunnels of other stacks, which go when that stack does', async () => {
      const { kernel } = shared;
      if (!(await hasWireguard(kernel))) return;
      const tunnel: Resource = {
        kind: 'link',
        in: SEGMENT,
        name: 'vxlan0',
        spec: { type: 'vxlan', id: 4096, port: 4789, local: '192.0.2.1' as Ip, by: STACK },
        mac: '02:00:00:00:00:01' as Mac,
        mtu: 1390,
      };
      const all: readonly Resource[] = [...path('192.0.2.1'), { kind: 'namespace', in: SEGMENT }, tunnel];
      await make(kernel, all);
      await expectRead(kernel, all);
      expect(await kernel.look([tunnel])).toContainEqual(tunnel);
      await settle(kernel, [remove({ kind: 'namespace', in: STACK })]);
      await vi.waitFor(async () => expect((await kernel.read([SEGMENT])).filter(({ kind }) => kind === 'link')).toEqual([]), { timeout: 10_000 });
    });

    it('is typed without a private key', () => {
      const all = [create(identity), create(peer('192.0.2.2', 0x11)), create(peer('2001:db8::2', 0x22)), remove(peer('192.0.2.2', 0x11)), remove(identity)];
      const typed = commands(all);
      expect(typed).toEqual([
        'ip netns exec 000000000001 wg set wg0 listen-port 14790 private-key $KEYFILE',
        `ip netns exec 000000000001 wg set wg0 peer ${keyOf(0x11)} endpoint 192.0.2.2:14790 allowed-ips 192.0.2.2/32`,
        `ip netns exec 000000000001 wg set wg0 peer ${keyOf(0x22)} endpoint [2001:db8::2]:14790 allowed-ips 2001:db8::2/128`,
        `ip netns exec 000000000001 wg set wg0 peer ${keyOf(0x11)} remove`,
        'ip netns exec 000000000001 wg set wg0 private-key /dev/null',
      ]);
      expect(typed.join(' ')).not.toContain(identity.key);
    });
  });
}
