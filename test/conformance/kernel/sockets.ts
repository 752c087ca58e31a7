import { describe, expect, it } from 'vitest';
import type { Ip } from '../../../src/ip/types.js';
import type { Stack } from '../../../src/resource/resource.js';
import { failureOf } from './failure-of.js';
import { make, type Open, sharedHost } from './host.js';
import { address, namespace, plugged } from './shapes.js';

export function socketsConform(open: Open): void {
  describe('sockets', () => {
    const shared = sharedHost(open);
    const bound: number[] = [];
    const bind = async (stack: Stack, type: 'udp' | 'tcp', ip: string, port: number) => {
      const descriptor = await shared.kernel.socket(stack, { type, address: ip as Ip, port });
      bound.push(descriptor);
      return descriptor;
    };
    const closeAll = () => {
      for (const descriptor of bound.splice(0)) shared.host.closeSocket(descriptor);
    };

    it('are bound in their stack, apart from other stacks', async () => {
      await make(shared.kernel, [...plugged('ns/a', 'fla'), address('ns/a', 'eth0', '10.1.0.2/24'), address('ns/a', 'eth0', 'fd01::2/64'), namespace('ns/b')]);
      await bind('ns/a', 'udp', '127.0.0.11', 5300);
      await bind('ns/a', 'tcp', '127.0.0.11', 5300);
      await bind('ns/a', 'tcp', '10.1.0.2', 5300);
      await bind('ns/a', 'udp', 'fd01::2', 5300);
      await bind('ns/b', 'udp', '127.0.0.11', 5300);
      await bind('host', 'udp', '127.0.0.11', 5300);
      expect(new Set(bound).size).toBe(6);
      closeAll();
    });

    it('refuse an address and port that are taken', async () => {
      await bind('host', 'udp', '127.0.0.1', 5301);
      await bind('host', 'tcp', '0.0.0.0', 5301);
      for (const [type, ip] of [
        ['udp', '127.0.0.1'],
        ['udp', '0.0.0.0'],
        ['tcp', '127.0.0.1'],
        ['tcp', '0.0.0.0'],
      ] as const) {
        expect(await failureOf(bind('host', type, ip, 5301)), `${type} ${ip}`).toMatchObject({ code: 'kernel-refused', values: { errno: 'EADDRINUSE' } });
      }
      closeAll();
      await bind('host', 'udp', '127.0.0.1', 5301);
      closeAll();
    });

    it('take a free port where none is asked for', async () => {
      for (let each = 0; each < 5; each++) await bind('host', 'udp', '127.0.0.1', 0);
      expect(new Set(bound).size).toBe(5);
      closeAll();
    });

    it('are listed as listeners of their stack, and of no other', async () => {
      await make(shared.kernel, [...plugged('ns/a', 'fla'), address('ns/a', 'eth0', '10.1.0.2/24'), address('ns/a', 'eth0', 'fd01::2/64')]);
      await bind('ns/a', 'udp', '127.0.0.1', 5303);
      await bind('ns/a', 'tcp', '10.1.0.2', 5303);
      await bind('ns/a', 'tcp', '::', 5304);
      const listed = (await shared.kernel.listeners('ns/a')).map(({ protocol, address: ip, port }) => `${protocol} ${ip} ${port}`).sort();
      expect(listed).toEqual(['tcp 10.1.0.2 5303', 'tcp :: 5304', 'udp 127.0.0.1 5303']);
      expect((await shared.kernel.listeners('host')).filter(({ port }) => port === 5303)).toEqual([]);
      closeAll();
      expect(await shared.kernel.listeners('ns/a')).toEqual([]);
      expect(await failureOf(shared.kernel.listeners('ns/none'))).toMatchObject({ code: 'kernel-absent' });
    });

    it('need their stack and an address of it', async () => {
      expect(await failureOf(bind('ns/none', 'udp', '127.0.0.1', 5302))).toMatchObject({ code: 'kernel-absent' });
      expect(await failureOf(bind('host', 'udp', '192.0.2.1', 5302))).toMatchObject({ code: 'kernel-absent', values: { errno: 'EADDRNOTAVAIL' } });
    });
  });
}
