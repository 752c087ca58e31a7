import { describe, expect, it } from 'vitest';
import type { Family, Mac } from '../../../src/ip/types.js';
import { macBytes } from '../../../src/ip/mac.js';
import type { Stack } from '../../../src/resource/resource.js';
import { failureOf } from './failure-of.js';
import { make, type Open, sharedHost } from './host.js';
import { bridge, mac, namespace, up, veth } from './shapes.js';

const BROADCAST = 'ff:ff:ff:ff:ff:ff' as Mac;

/** A datagram of UDP over IPv4, as a frame. The header's checksum is right: br_netfilter lets no other pass a bridge. */
function frame(to: Mac, port: number, text: string): Uint8Array {
  const body = Buffer.from(text);
  const bytes = new Uint8Array(14 + 20 + 8 + body.length);
  const view = new DataView(bytes.buffer);
  bytes.set(macBytes(to));
  bytes.set(macBytes(mac(9)), 6);
  view.setUint16(12, 0x0800);
  view.setUint16(14, 0x4500);
  view.setUint16(16, 28 + body.length);
  bytes.set([64, 17], 22);
  bytes.set([10, 0, 0, 1, 255, 255, 255, 255], 26);
  view.setUint16(34, 67);
  view.setUint16(36, port);
  view.setUint16(38, 8 + body.length);
  bytes.set(body, 42);
  let sum = 0;
  for (let at = 14; at < 34; at += 2) sum += view.getUint16(at);
  view.setUint16(24, ~((sum & 0xffff) + (sum >>> 16)) & 0xffff);
  return bytes;
}

/** What IPv6 carries, as a frame: the first octets of its header, filled up to eight, and text behind it. */
function frame6(to: Mac, protocol: number, begin: readonly number[], text: string): Uint8Array {
  const body = Buffer.from(text);
  const bytes = new Uint8Array(14 + 40 + 8 + body.length);
  const view = new DataView(bytes.buffer);
  bytes.set(macBytes(to));
  bytes.set(macBytes(mac(9)), 6);
  view.setUint16(12, 0x86dd);
  view.setUint8(14, 0x60);
  view.setUint16(18, 8 + body.length);
  bytes.set([protocol, 255], 20);
  bytes.set([0xfe, 0x80], 22);
  bytes.set([0xfe, 0x80], 38);
  bytes.set(begin, 54);
  if (protocol === 17) view.setUint16(58, 8 + body.length);
  bytes.set(body, 62);
  return bytes;
}

export function framesConform(open: Open): void {
  describe('frames', () => {
    const shared = sharedHost(open);

    /** Opens a place; `next` is the text of what is heard there, in order. */
    async function listen(stack: Stack, link: string, port = 68, also?: Mac, family: Family = 4) {
      const heard: string[] = [];
      let wake = () => {};
      const frames = await shared.kernel.frames(stack, { link, port, family, ...(also && { mac: also }) }, (each) => {
        heard.push(Buffer.from(each.subarray(family === 4 ? 42 : 62)).toString());
        wake();
      });
      const next = async () => {
        while (heard.length === 0) await new Promise<void>((resolve) => (wake = resolve));
        return heard.shift();
      };
      return { ...frames, next, close: () => frames[Symbol.asyncDispose]() };
    }

    const segment = () =>
      make(shared.kernel, [
        bridge('brf'),
        up('host', 'brf'),
        ...(['a', 'b'] as const).flatMap((name) => [
          namespace(`ns/${name}`),
          veth(`fl${name}`, { in: `ns/${name}`, name: 'eth0', mac: mac(name === 'a' ? 11 : 12) }, { master: 'brf', mac: mac(name === 'a' ? 21 : 22) }),
          up('host', `fl${name}`),
          up(`ns/${name}`, 'eth0'),
        ]),
      ]);

    it('go from link to link, in both directions, whoever they say that they are from', async () => {
      await segment();
      const [a, b] = [await listen('ns/a', 'eth0'), await listen('ns/b', 'eth0')];
      expect([a.mac, b.mac]).toEqual([mac(11), mac(12)]);
      await a.send(frame(BROADCAST, 68, 'from a'));
      expect(await b.next()).toBe('from a');
      await b.send(frame(BROADCAST, 68, 'from b'));
      expect(await a.next()).toBe('from b');
      await Promise.all([a.close(), b.close()]);
    });

    it('are heard on a bridge too, by their port alone, and by nobody who has closed', async () => {
      await segment();
      const [a, host, other, closed] = [
        await listen('ns/a', 'eth0'),
        await listen('host', 'brf'),
        await listen('ns/b', 'eth0', 67),
        await listen('ns/b', 'eth0'),
      ];
      await closed.close();
      await a.send(frame(BROADCAST, 68, 'to 68'));
      await a.send(frame(BROADCAST, 67, 'to 67'));
      expect(await host.next()).toBe('to 68');
      expect(await other.next()).toBe('to 67');
      await host.send(frame(BROADCAST, 67, 'from the bridge'));
      expect(await other.next()).toBe('from the bridge');
      await Promise.all([a.close(), host.close(), other.close(), closed.close()]);
    });

    it('are heard that are for another address, where that is asked for', async () => {
      await segment();
      const [a, host] = [await listen('ns/a', 'eth0'), await listen('host', 'brf', 68, mac(77))];
      await a.send(frame(mac(77), 68, 'for another'));
      expect(await host.next()).toBe('for another');
      await Promise.all([a.close(), host.close()]);
    });

    it('of IPv6 are heard by their port, and neighbours’ questions with them, whomever those are for', async () => {
      await segment();
      const [a, b] = [await listen('ns/a', 'eth0', 546, undefined, 6), await listen('host', 'brf', 546, mac(77), 6)];
      await a.send(frame6(mac(77), 17, [0, 0, 2, 0x23], 'to 547'));
      await a.send(frame6(mac(77), 17, [0, 0, 2, 0x22], 'to 546'));
      await a.send(frame6('33:33:ff:00:00:77' as Mac, 58, [136, 0], 'an answer'));
      await a.send(frame6('33:33:ff:00:00:77' as Mac, 58, [135, 0], 'a question'));
      await a.send(frame(mac(77), 546, 'of IPv4'));
      expect([await b.next(), await b.next()]).toEqual(['to 546', 'a question']);
      await b.send(frame6(mac(11), 17, [0, 0, 2, 0x22], 'back'));
      expect(await a.next()).toBe('back');
      await Promise.all([a.close(), b.close()]);
    });

    it('need a link that is there', async () => {
      await segment();
      expect(await failureOf(listen('ns/none', 'eth0'))).toMatchObject({ code: 'kernel-absent' });
      expect(await failureOf(listen('ns/a', 'none'))).toMatchObject({ code: 'kernel-absent' });
    });
  });
}
