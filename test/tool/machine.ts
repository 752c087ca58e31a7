import { OPTION, TYPE } from '../../src/ipam/dhcp/v4/wire/constants.js';
import { encodeDatagram, readDatagram } from '../../src/ipam/dhcp/v4/wire/datagram.js';
import { encodeRequest, readReply, type Reply } from '../../src/ipam/dhcp/v4/wire/message.js';
import { ipBytes } from '../../src/ip/ip.js';
import { macBytes } from '../../src/ip/mac.js';
import type { Ip, Mac } from '../../src/ip/types.js';
import { vi } from 'vitest';
import { type Frames, openGuest } from './frames.js';
import { arp, ether, icmp4, ip4, join } from './packet.js';
import { patience } from './patience.mjs';

const TIMEOUT = 10_000 * patience;
/** Milliseconds between two sendings of a question. */
const AGAIN = 2000;

/** A virtual machine as far as its network sees it: it asks for its address, for others', and sends and hears datagrams, frame by frame. */
export class Machine {
  readonly frames: Frames;
  readonly mac: Mac;
  ip: Ip = '0.0.0.0' as Ip;
  #xid = 0x0f1e_0000;
  /** How many frames have been looked at for questions. */
  #read = 0;

  private constructor(frames: Frames, mac: Mac) {
    this.frames = frames;
    this.mac = mac;
  }

  /** Opens its tap, as the monitor of a machine does. */
  static async open(namespace: string, tap: string, mac: string, queues: 'one' | 'many' = 'one'): Promise<Machine> {
    return new Machine(await openGuest(namespace, tap, queues), mac as Mac);
  }

  /** What is answered to a request for an address, by the kind of message and its options. */
  async dhcp(type: number, options: readonly (readonly [number, Uint8Array])[] = [], broadcast = false): Promise<Reply> {
    const xid = ++this.#xid;
    const body = encodeRequest({ xid, seconds: 0, broadcast, mac: this.mac, options: new Map([[OPTION.type, Uint8Array.of(type)], ...options]) });
    const [from, to] = [
      { mac: this.mac, ip: '0.0.0.0' as Ip, port: 68 },
      { mac: 'ff:ff:ff:ff:ff:ff' as Mac, ip: '255.255.255.255' as Ip, port: 67 },
    ];
    const ask = () => this.frames.send(encodeDatagram({ from, to, body }));
    ask();
    // Sent again as clients do (RFC 2131 §4.1): a bridge forwards to a tap only once the kernel has told it that somebody has opened that.
    const asking = setInterval(ask, AGAIN);
    try {
      return await this.#seen((frame) => {
        const datagram = readDatagram(frame);
        const reply = datagram?.to.port === 68 ? readReply(datagram.body) : undefined;
        return reply?.xid === xid ? reply : undefined;
      });
    } finally {
      clearInterval(asking);
    }
  }

  /** Gets its address: the whole way, as RFC 2131 §3.1 has it. */
  async lease(): Promise<Reply> {
    const offer = await this.dhcp(TYPE.discover);
    const ack = await this.dhcp(TYPE.request, [
      [OPTION.requestedAddress, ipBytes(offer.yiaddr)],
      [OPTION.server, offer.options.get(OPTION.server) ?? new Uint8Array()],
    ]);
    this.ip = ack.yiaddr;
    return ack;
  }

  /** The MAC address of whoever says to have this address. */
  async who(ip: string): Promise<string> {
    this.frames.send(ether(this.mac, '0806', arp(1, this.mac, this.ip, ip)));
    return this.#seen((frame) => {
      const [type, operation, sender] = [hex(frame, 12, 14), hex(frame, 20, 22), hex(frame, 28, 32)];
      if (type !== '0806' || operation !== '0002' || sender !== Buffer.from(ipBytes(ip as Ip)).toString('hex')) return undefined;
      return hex(frame, 22, 28).match(/../g)?.join(':');
    });
  }

  /** Resolves when that answers a ping. */
  async ping(ip: string, by: string): Promise<void> {
    const mark = Buffer.from(`ping ${++this.#xid}`).toString('hex');
    this.frames.send(ether(this.mac, '0800', ip4(this.ip, ip, 1, icmp4(8, join('00010001', mark))), by));
    await this.#seen((frame) => (hex(frame, 23, 24) === '01' && hex(frame, 34, 35) === '00' && hex(frame).includes(mark) ? true : undefined));
  }

  /** What is answered to a datagram. */
  async udp(
    to: { readonly mac: string; readonly ip: string; readonly port: number },
    body: Uint8Array,
    from = 4000 + (++this.#xid & 0xfff),
  ): Promise<Uint8Array> {
    this.send(to, body, from);
    return this.#seen((frame) => {
      const datagram = readDatagram(frame);
      return datagram?.to.port === from && datagram.from.port === to.port && datagram.to.ip === this.ip ? datagram.body : undefined;
    });
  }

  /** Sends a datagram, and waits for none. */
  send(to: { readonly mac: string; readonly ip: string; readonly port: number }, body: Uint8Array, from: number): void {
    this.frames.send(encodeDatagram({ from: { mac: this.mac, ip: this.ip, port: from }, to: { mac: to.mac as Mac, ip: to.ip as Ip, port: to.port }, body }));
  }

  /** The first datagram that comes to this port, and who sent it. */
  heard(port: number): Promise<{ readonly from: { readonly mac: string; readonly ip: string; readonly port: number }; readonly body: Uint8Array }> {
    return this.#seen((frame) => {
      const datagram = readDatagram(frame);
      return datagram?.to.port === port && datagram.to.ip === this.ip ? datagram : undefined;
    });
  }

  close(): Promise<void> {
    return this.frames.close();
  }

  #seen<T>(read: (frame: Uint8Array) => T | undefined): Promise<T> {
    return vi.waitFor(
      () => {
        this.#answer();
        for (const line of this.frames.lines) {
          const found = read(Buffer.from(line, 'hex'));
          if (found !== undefined) return found;
        }
        throw new Error('no such frame has come');
      },
      { timeout: TIMEOUT, interval: 5 },
    );
  }

  // Whoever asks who has its address.
  #answer(): void {
    const own = Buffer.from(ipBytes(this.ip)).toString('hex');
    for (const line of this.frames.lines.slice(this.#read)) {
      const frame = Buffer.from(line, 'hex');
      if (hex(frame, 12, 14) !== '0806' || hex(frame, 20, 22) !== '0001' || hex(frame, 38, 42) !== own) continue;
      const asker = frame.subarray(22, 32);
      this.frames.send(join(asker.subarray(0, 6), macBytes(this.mac), '0806 0001 0800 0604 0002', macBytes(this.mac), own, asker));
    }
    this.#read = this.frames.lines.length;
  }
}

const hex = (frame: Uint8Array, from = 0, to = frame.length): string => Buffer.from(frame.subarray(from, to)).toString('hex');
