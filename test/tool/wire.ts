import { type Frames, openFrames } from './frames.js';
import { ether } from './packet.js';
import type { Underlay } from './underlay.js';

/** A frame that a host sent: by ESP and which transform (its SPI, eight digits), by WireGuard, what neighbours say to each other (ARP, ICMPv6), or anything else. */
export interface Sight {
  readonly what: 'esp' | 'wireguard' | 'neighbours' | 'clear';
  readonly spi: string;
  /** All of it, as hexadecimal digits. */
  readonly hex: string;
}

/** What a host sends to the wire between hosts. */
export interface Wire {
  /** All that it has sent since this was asked last: nothing is on its way any more. */
  since(): Promise<readonly Sight[]>;
  /** Sends something by the host's own link, past its stack: none of what is sent so is in sight. */
  send(frame: Buffer): void;
  close(): Promise<void>;
}

/** For experiments (IEEE 802, local experimental EtherType 1). */
const OURS = '88b5';

/** Looks at what this host sends, from now on. */
export async function openWire(underlay: Underlay, host: number): Promise<Wire> {
  const { path, link } = underlay.socketOf(host);
  const [heard, own]: readonly [Frames, Frames] = await Promise.all([openFrames(path, link), openFrames(underlay.hosts[host - 1]?.path ?? '', 'eth0')]);
  const byUs = new Set<string>();
  let seen = 0;
  const send = (frame: Buffer): string => {
    const hex = frame.toString('hex');
    byUs.add(hex);
    own.send(frame);
    return hex;
  };
  return {
    async since() {
      const [begun, number] = [seen, Buffer.alloc(46)];
      number.writeUInt32BE(byUs.size);
      await heard.heard(send(ether('02:00:00:00:00:01', OURS, number)));
      seen = heard.lines.length;
      return heard.lines
        .slice(begun)
        .filter((hex) => !byUs.has(hex))
        .map(sight);
    },
    send: (frame) => void send(frame),
    close: async () => void (await Promise.all([heard.close(), own.close()])),
  };
}

// UDP between the ports of two hosts, and one of WireGuard's four messages in it (drivers/net/wireguard/messages.h).
const WIREGUARD = /^(39c6){2}.{8}0[1-4]000000/;

// RFC 791 §3.1, RFC 8200 §3: the protocol, and how long the header is. What is a fragment, or has a header of options, is in the clear but for MLD (RFC 2710 §3).
function sight(hex: string): Sight {
  const [type, body] = [hex.slice(24, 28), hex.slice(28)];
  const is = (what: Sight['what'], spi = '') => ({ what, spi, hex });
  if (type === '0806') return is('neighbours');
  if (type === '0800' && body.startsWith('45') && body.slice(18, 20) === '32' && (Number.parseInt(body.slice(12, 16), 16) & 0x3fff) === 0)
    return is('esp', body.slice(40, 48));
  if (type === '86dd' && body.slice(12, 14) === '32') return is('esp', body.slice(80, 88));
  if (type === '0800' && body.startsWith('45') && body.slice(18, 20) === '11' && WIREGUARD.test(body.slice(40))) return is('wireguard');
  if (type === '86dd' && body.slice(12, 14) === '11' && WIREGUARD.test(body.slice(80))) return is('wireguard');
  if (type === '86dd' && (body.slice(12, 14) === '3a' || body.slice(12, 14) === '00')) return is('neighbours');
  return is('clear');
}
