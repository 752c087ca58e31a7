import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LinuxKernel } from '#dist/kernel/linux/linux-kernel.js';
import type { Ip } from '../../src/ip/types.js';
import type { Plan } from '../../src/resource/resource.js';
import { forwardDrop } from '../tool/forward-drop.js';
import { type HostNamespace, hostNamespace } from '../tool/host-namespace.js';
import { loopback } from '../tool/resolving.js';
import { takePool } from '../tool/take-pool.js';

const leaving = (addresses: readonly string[]): Plan => addresses.map((ip) => ({ do: 'delete', resource: { kind: 'flows', in: 'host', ip: ip as Ip } }));
const numbered = (from: number, to: number): readonly string[] => Array.from({ length: to - from }, (_, n) => `127.9.${(from + n) >> 8}.${(from + n) & 255}`);

// A datagram from each of these to a port of its own at loopback, in one socket after another.
const SAY = `
const { createSocket } = require('node:dgram');
const { once } = require('node:events');
(async () => {
  for (const [from, to, ports] of JSON.parse(process.argv[1])) {
    const socket = createSocket(from.includes(':') ? 'udp6' : 'udp4');
    socket.bind(0, from);
    await once(socket, 'listening');
    for (let port = 1; port <= ports; port++) await new Promise((done) => socket.send('x', port, to, done));
    socket.close();
  }
})();
`;

describe('connections of addresses that leave', () => {
  let host: HostNamespace;
  let kernel: LinuxKernel;
  const say = (...talks: readonly (readonly [from: string, to: string, ports: number])[]) => host.exec([process.execPath, '-e', SAY, JSON.stringify(talks)]);
  /** How many connections each of these began. */
  const begun = async (...addresses: readonly string[]): Promise<readonly number[]> => {
    const lines = (await host.exec(['cat', '/proc/net/nf_conntrack'])).split('\n');
    return addresses.map(
      (address) => lines.filter((line) => line.includes(` src=${address} dst=`) && line.indexOf(` src=${address} `) === line.indexOf(' src=')).length,
    );
  };

  beforeEach(async () => {
    host = await hostNamespace();
    await host.netfilter(forwardDrop());
    for (const address of ['10.0.0.2', '10.0.0.3', 'fd00::2', 'fd00::3']) await host.exec(['ip', 'address', 'add', address, 'dev', 'lo', 'nodad']);
    kernel = await LinuxKernel.open({ host: host.path, run: host.run, instance: { id: 'flows', group: 0x464d } });
  });
  afterEach(async () => {
    await kernel[Symbol.asyncDispose]();
    await host.close();
  });

  it('are forgotten, whoever began them; those of others are not', async () => {
    await say(['10.0.0.2', '10.0.0.3', 3], ['127.0.0.1', '10.0.0.2', 5], ['127.0.0.1', '10.0.0.3', 7]);
    expect(await begun('10.0.0.2', '127.0.0.1')).toEqual([3, 12]);
    await (await kernel.apply(leaving(['10.0.0.2']))).drained;
    expect(await begun('10.0.0.2', '127.0.0.1')).toEqual([0, 7]);
  });

  it('are forgotten for IPv6 too, whose filter the kernel has the wrong way round', async () => {
    const long = 'fd00:0000:0000:0000:0000:0000:0000:000';
    await say(['fd00::2', 'fd00::3', 3], ['fd00::3', 'fd00::2', 2], ['fd00::3', '::1', 4], ['10.0.0.2', '10.0.0.3', 6]);
    expect(await begun(`${long}2`, `${long}3`, '10.0.0.2')).toEqual([3, 6, 6]);
    await (await kernel.apply(leaving(['fd00::2']))).drained;
    expect(await begun(`${long}2`, `${long}3`, '10.0.0.2')).toEqual([0, 4, 6]);
  });

  it('are found among thousands, a hundred addresses at once', async () => {
    const [gone, others] = [numbered(0, 300), numbered(300, 310)];
    await say(...gone.map((from) => [from, '127.0.0.1', 2] as const), ...others.map((from) => [from, '127.0.0.1', 500] as const));
    await Promise.all([0, 100, 200].map(async (at) => (await kernel.apply(leaving(gone.slice(at, at + 100)))).drained));
    expect(new Set(await begun(...gone))).toEqual(new Set([0]));
    expect(new Set(await begun(...others))).toEqual(new Set([500]));
  });

  it('are forgotten for whoever asks to settle, and before the kernel is closed', async () => {
    await say(['10.0.0.2', '10.0.0.3', 3], ['10.0.0.3', '127.0.0.1', 4]);
    await kernel.apply(leaving(['10.0.0.2']));
    await kernel.settled();
    expect(await begun('10.0.0.2', '10.0.0.3')).toEqual([0, 4]);
    await kernel.apply(leaving(['10.0.0.3']));
    await kernel[Symbol.asyncDispose]();
    expect(await begun('10.0.0.3')).toEqual([0]);
  });

  it('are forgotten also where the pool is taken by others; meanwhile others come', async () => {
    await say(['10.0.0.2', '10.0.0.3', 3], ...numbered(0, 20).map((from) => [from, '127.0.0.1', 100] as const));
    const release = takePool();
    try {
      const { drained } = await kernel.apply(leaving(['10.0.0.2', ...numbered(0, 10)]));
      await kernel.apply(loopback('s1').map((resource) => ({ do: 'create', resource })));
      await drained;
      expect(new Set(await begun('10.0.0.2', ...numbered(0, 10)))).toEqual(new Set([0]));
      expect(new Set(await begun(...numbered(10, 20)))).toEqual(new Set([100]));
      await (await kernel.apply(leaving(numbered(10, 11)))).drained;
      expect(await begun(...numbered(10, 12))).toEqual([0, 100]);
    } finally {
      await release();
    }
  });
});
