import { describe, expect, it } from 'vitest';
import type { Ip } from '../../../src/ip/types.js';
import { failureOf } from './failure-of.js';
import { create, type Open } from './host.js';
import { bridge, sysctl } from './shapes.js';

export function closingConforms(open: Open): void {
  describe('a closed kernel', () => {
    it('refuses everything, and what is watched ends', async () => {
      const host = await open();
      const { kernel } = host;
      const stop = new AbortController();
      const listening = kernel.watch(stop.signal);
      const ended = (async () => {
        for await (const _ of listening) throw new Error('nothing was to be told');
        return 'ended';
      })();
      const path = kernel.pathOf('host');
      const pid = await host.startProcess();
      const process = { pid, started: (await kernel.started(pid)) ?? '' };
      const waiting = failureOf(kernel.ended(process, stop.signal));
      await kernel.settled();
      await kernel[Symbol.asyncDispose]();
      expect(await ended).toBe('ended');
      const closed = { code: 'kernel-closed' };
      expect(await failureOf(kernel.apply([create(bridge('flbr'))]))).toMatchObject(closed);
      expect(await failureOf(kernel.read())).toMatchObject(closed);
      expect(await failureOf(kernel.was([sysctl('host', 'net.ipv4.ip_forward', '1')]))).toMatchObject(closed);
      expect(await failureOf(kernel.survey('host'))).toMatchObject(closed);
      expect(await failureOf(kernel.cookie(path))).toMatchObject(closed);
      expect(await failureOf(kernel.socket('host', { type: 'udp', address: '127.0.0.1' as Ip, port: 0 }))).toMatchObject(closed);
      expect(await waiting).toMatchObject(closed);
      expect(await failureOf(kernel.ended(process, stop.signal))).toMatchObject(closed);
      expect(await failureOf(kernel.started(pid))).toMatchObject(closed);
      expect(await failureOf(kernel.settled())).toMatchObject(closed);
      await host.endProcess(pid);
      await kernel[Symbol.asyncDispose]();
      await host.close();
    });
  });
}
