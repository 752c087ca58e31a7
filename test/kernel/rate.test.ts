import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createFairlead, type Fairlead } from '#dist/index.js';
import { type HostNamespace, hostNamespace } from '../tool/host-namespace.js';
import { type Course, openStream, type Stream } from '../tool/stream.js';

// How fast a sandbox may receive and send, with real streams between it and its host. The network is 10.64.0.0/24 and fd64::/64, its host .1.
const MBIT = 1_000_000;

describe.each([
  { filter: 'on', value: '1', ways: ['in tcp 4', 'out tcp 4'] },
  { filter: 'off', value: '0', ways: ['in tcp 4', 'out tcp 4', 'in udp 4', 'out udp 4', 'in tcp 6', 'out tcp 6'] },
])('rates, with br_netfilter $filter', ({ value, ways }) => {
  let host: HostNamespace;
  let fairlead: Fairlead;
  let box: string;
  let port = 7000;
  const open = () => createFairlead({ host: host.path, state: join(host.run, 'state'), run: join(host.run, 'run'), driftInterval: 0 });
  const course = (way: 'in' | 'out', protocol: Course['protocol'], family: 4 | 6 = 4): Course => {
    const [inside, outside] = family === 4 ? ['10.64.0.2', '10.64.0.1'] : ['fd64::2', 'fd64::1'];
    const ends = way === 'in' ? { from: host.path, to: box, address: inside } : { from: box, to: host.path, address: outside };
    return { ...ends, protocol, port: port++ };
  };
  const outside = async () => (await fairlead.endpoints.get('box')).link?.outside ?? '';
  const kernelOfHost = async () => (await fairlead.explain('endpoint/web/box')).commands.filter((each) => /\btc\b|type ifb/.test(each));

  beforeAll(async () => {
    host = await hostNamespace();
    for (const family of ['iptables', 'ip6tables']) await host.exec(['sh', '-c', `echo ${value} > /proc/sys/net/bridge/bridge-nf-call-${family}`]);
    fairlead = await open();
    await fairlead.networks.create({ name: 'web', ipam: { config: [{ subnet: '10.64.0.0/24' }, { subnet: 'fd64::/64' }] } });
    box = (await fairlead.sandboxes.create({ name: 'box', networks: [{ network: 'web' }] })).key;
  });

  afterAll(async () => {
    await fairlead[Symbol.asyncDispose]();
    await host.close();
  });

  /**
   * Within 5 percent of it. A busy machine may keep a stream from being as fast as it could be, and what waited comes first after a change: then it is
   * looked at again. `least` of it must come.
   */
  async function expectRate(stream: Stream, bits: number, least = 0.95): Promise<void> {
    await vi.waitFor(
      async () => {
        const rate = (await stream.rate(1.5)) / bits;
        expect(rate).toBeGreaterThan(least);
        expect(rate).toBeLessThan(1.05);
      },
      { timeout: 30_000, interval: 1 },
    );
  }

  const streaming = async (on: Course, work: (stream: Stream) => Promise<void>) => {
    const stream = await openStream(on);
    try {
      await work(stream);
    } finally {
      await stream.close();
    }
  };

  describe.each([
    { text: '8 mbit', bits: 8 * MBIT },
    { text: '80 mbit', bits: 80 * MBIT },
  ])('of $text', ({ bits }) => {
    beforeAll(async () => void (await fairlead.sandboxes.update('box', { rates: { in: bits, out: bits } })));

    // A program here cannot send datagrams that fast on a busy machine.
    it.each(ways.filter((way) => bits === 8 * MBIT || !way.includes('udp')))('hold %s', async (words) => {
      const [way, protocol, family] = words.split(' ') as ['in' | 'out', 'tcp' | 'udp', string];
      await streaming(course(way, protocol, family === '6' ? 6 : 4), (stream) => expectRate(stream, bits));
    });
  });

  if (value === '0') looked();

  function looked() {
    it('are two of their own', async () => {
      await fairlead.sandboxes.update('box', { rates: { in: 40 * MBIT, out: 16 * MBIT } });
      await streaming(course('in', 'tcp'), (receives) =>
        streaming(course('out', 'tcp'), async (sends) => {
          await Promise.all([expectRate(receives, 40 * MBIT), expectRate(sends, 16 * MBIT)]);
        }),
      );
    });

    it('change under a connection that lives on, and end with it still living', async () => {
      await fairlead.sandboxes.update('box', { rates: { in: 8 * MBIT, out: 8 * MBIT } });
      for (const way of ['in', 'out'] as const) {
        await streaming(course(way, 'tcp'), async (stream) => {
          await expectRate(stream, 8 * MBIT);
          await fairlead.sandboxes.update('box', { rates: { [way]: 40 * MBIT } });
          await expectRate(stream, 40 * MBIT);
          await fairlead.sandboxes.update('box', { rates: { [way]: null } });
          await vi.waitFor(async () => expect(await stream.rate(0.5)).toBeGreaterThan(120 * MBIT), { timeout: 20_000, interval: 1 });
          await fairlead.sandboxes.update('box', { rates: { [way]: 8 * MBIT } });
          await expectRate(stream, 8 * MBIT);
        });
      }
    });

    // Packets that segmentation left to the kernel are up to 64 kB large. One that waits when a burst shrinks below it would block the way for ever.
    it('let packets pass that are larger than a burst, also while that shrinks', async () => {
      for (const way of ['in', 'out'] as const) {
        await fairlead.sandboxes.update('box', { rates: { in: 16 * MBIT, out: 16 * MBIT } });
        await streaming(course(way, 'tcp'), async (stream) => {
          for (let round = 0; round < 2; round++) {
            await fairlead.sandboxes.update('box', { rates: { burst: 65_536 } });
            await stream.rate(0.2);
            await fairlead.sandboxes.update('box', { rates: { burst: 2048 } });
            await stream.rate(0.2);
          }
          // Each millisecond that a busy machine keeps the kernel from such a queue is lost to it.
          await expectRate(stream, 16 * MBIT, 0.1);
          await fairlead.sandboxes.update('box', { rates: { burst: null } });
          await expectRate(stream, 16 * MBIT);
        });
      }
    });

    it('are those of the network, where neither endpoint nor sandbox says another', async () => {
      await fairlead.sandboxes.update('box', { rates: { in: null, out: null } });
      await fairlead.networks.update('web', { rates: { in: 24 * MBIT } });
      await streaming(course('in', 'tcp'), async (stream) => {
        await expectRate(stream, 24 * MBIT);
        await fairlead.endpoints.update('box', { rates: { in: 8 * MBIT } });
        await expectRate(stream, 8 * MBIT);
      });
      await fairlead.endpoints.update('box', { rates: { in: null } });
      await fairlead.networks.update('web', { rates: { in: null } });
    });

    it('are mended when somebody takes them away, and stay while no daemon runs', async () => {
      await fairlead.sandboxes.update('box', { rates: { in: 8 * MBIT, out: 8 * MBIT } });
      const link = await outside();
      const healed = async () => vi.waitFor(async () => expect(await fairlead.doctor()).toEqual([]), { timeout: 10_000 });
      for (const disturb of [host.deleteQueue, host.deleteIngress, host.replaceQueues]) {
        await disturb(link);
        await healed();
      }
      await host.deleteLink(`${link}-o`);
      await healed();
      for (const way of ['in', 'out'] as const) await streaming(course(way, 'tcp'), (stream) => expectRate(stream, 8 * MBIT));
      await fairlead[Symbol.asyncDispose]();
      await streaming(course('out', 'tcp'), async (stream) => {
        await expectRate(stream, 8 * MBIT);
        fairlead = await open();
        await expectRate(stream, 8 * MBIT);
      });
      expect(await fairlead.doctor()).toEqual([]);
    });

    it('cost an endpoint nothing that has none, and leave nothing behind', async () => {
      await fairlead.sandboxes.update('box', { rates: { in: null, out: null } });
      expect(await kernelOfHost()).toEqual([]);
      await fairlead.sandboxes.create({ name: 'more', networks: [{ network: 'web', rates: { in: 8 * MBIT, out: 8 * MBIT } }] });
      await fairlead.sandboxes.remove('more', { settle: true });
      expect((await host.exec(['cat', '/proc/net/dev'])).match(/-o:/g)).toBeNull();
    });
  }
});
