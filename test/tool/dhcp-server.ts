import { ipBytes, ipFromBytes } from '../../src/ip/ip.js';
import type { Ip, Mac } from '../../src/ip/types.js';
import { OPTION, TYPE } from '../../src/ipam/dhcp/v4/wire/constants.js';
import { encodeDatagram, readDatagram } from '../../src/ipam/dhcp/v4/wire/datagram.js';
import { encodeRequest } from '../../src/ipam/dhcp/v4/wire/message.js';
import type { Kernel } from '../../src/kernel/kernel.js';

const [SERVER_MAC, SERVER] = ['02:00:00:00:00:99' as Mac, '192.0.2.1' as Ip];
const NAMES = Object.fromEntries(Object.entries(TYPE).map(([name, type]) => [type, name]));
const u32 = (number: number) => Uint8Array.of(number >>> 24, (number >>> 16) & 0xff, (number >>> 8) & 0xff, number & 0xff);

/** A DHCP server of a test's on a segment of the simulated kernel: it gives what it is told to, or refuses, or is silent. */
export interface DhcpServer {
  /** What it gives; `nak`: it refuses each request for another. */
  gives: Ip | undefined;
  nak: boolean;
  /** Whether it answers. */
  silent: boolean;
  /** What it heard: each message with the address that it is about. */
  readonly heard: string[];
}

/** Lets one listen at a link of the host's. Its leases are of 1000 seconds; where an address is declined it gives the next one. */
export async function dhcpServer(kernel: Pick<Kernel, 'frames'>, link: string, gives: string): Promise<DhcpServer> {
  const server: DhcpServer = { gives: gives as Ip, nak: false, silent: false, heard: [] };
  const frames = await kernel.frames('host', { link, port: 67 }, (frame) => {
    const body = readDatagram(frame)?.body;
    if (!body || body[0] !== 1) return;
    const options = optionsOf(body);
    const [type, requested] = [NAMES[options.get(OPTION.type)?.[0] ?? 0] ?? '', options.get(OPTION.requestedAddress)];
    const ip = requested ? ipFromBytes(requested) : ipFromBytes(body.slice(12, 16));
    server.heard.push(`${type} ${ip}`);
    if (type === 'decline' && ip === server.gives) server.gives = nextOf(ip);
    if (server.silent || type === 'release' || type === 'decline' || server.gives === undefined) return;
    const refused = type === 'request' && ip !== server.gives;
    if (refused && !server.nak) return;
    void frames.send(replyTo(body, refused ? TYPE.nak : type === 'discover' ? TYPE.offer : TYPE.ack, server.gives)).catch(() => {});
  });
  return server;
}

const nextOf = (ip: Ip): Ip => ip.replace(/\d+$/, (last) => String(Number(last) + 1)) as Ip;

function optionsOf(body: Uint8Array): ReadonlyMap<number, Uint8Array> {
  const options = new Map<number, Uint8Array>();
  for (let at = 240; body[at] !== OPTION.end; at += 2 + (body[at + 1] ?? 0)) options.set(body[at] ?? 0, body.slice(at + 2, at + 2 + (body[at + 1] ?? 0)));
  return options;
}

function replyTo(request: Uint8Array, type: number, ip: Ip): Uint8Array {
  const options = new Map<number, Uint8Array>([
    [OPTION.type, Uint8Array.of(type)],
    [OPTION.server, ipBytes(SERVER)],
    [OPTION.leaseTime, u32(1000)],
    [OPTION.subnetMask, ipBytes('255.255.255.0' as Ip)],
    [OPTION.router, ipBytes(SERVER)],
  ]);
  const mac = Buffer.from(request.slice(28, 34))
    .toString('hex')
    .replace(/(..)(?=.)/g, '$1:') as Mac;
  const xid = new DataView(request.buffer, request.byteOffset).getUint32(4);
  const body = encodeRequest({ xid, seconds: 0, broadcast: true, mac, options });
  body[0] = 2;
  body.set(ipBytes(ip), 16);
  return encodeDatagram({ from: { mac: SERVER_MAC, ip: SERVER, port: 67 }, to: { mac, ip: '255.255.255.255' as Ip, port: 68 }, body });
}
