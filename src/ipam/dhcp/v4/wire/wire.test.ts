import { describe, expect, it } from 'vitest';
import type { Ip, Mac } from '../../../../ip/types.js';
import { OPTION, TYPE } from './constants.js';
import { encodeDatagram, readDatagram } from './datagram.js';
import { encodeRequest, readReply } from './message.js';
import { readGrant } from './read-grant.js';
import { readRoutes } from './read-routes.js';
import { readSearchList } from '../../wire/search-list.js';

const MAC = '92:f9:a5:4b:8e:b0' as Mac;
const hex = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(/\s/g, ''), 'hex'));
const ip = (text: string) => Uint8Array.from(text.split('.').map(Number));
const u32 = (number: number) => Uint8Array.of(number >>> 24, (number >>> 16) & 0xff, (number >>> 8) & 0xff, number & 0xff);

/** A frame as a server sends it. */
function frameOf(body: Uint8Array): Uint8Array {
  return encodeDatagram({
    from: { mac: '0a:f6:b4:c2:d1:e3' as Mac, ip: '10.77.0.9' as Ip, port: 67 },
    to: { mac: MAC, ip: '10.77.0.144' as Ip, port: 68 },
    body,
  });
}

function replyOf(options: readonly (readonly [number, Uint8Array])[], yiaddr = '10.77.0.144'): Uint8Array {
  const bytes = encodeRequest({ xid: 0x84_9f_8b_16, seconds: 0, broadcast: true, mac: MAC, options: new Map(options) });
  bytes[0] = 2;
  bytes.set(ip(yiaddr), 16);
  return bytes;
}
const grantOf = (options: readonly (readonly [number, Uint8Array])[], yiaddr?: string) => {
  const reply = readReply(replyOf([[OPTION.server, ip('10.77.0.9')], [OPTION.leaseTime, u32(120)], ...options], yiaddr));
  const grant = reply && readGrant(reply);
  return grant && 'reason' in grant ? undefined : grant;
};

describe('a message of ours', () => {
  it('is octet for octet what RFC 2131 says', () => {
    const bytes = encodeRequest({
      xid: 0x01020304,
      seconds: 3,
      broadcast: true,
      mac: MAC,
      options: new Map([
        [OPTION.type, Uint8Array.of(TYPE.discover)],
        [OPTION.clientId, hex('01 92f9a54b8eb0')],
        [OPTION.hostName, Buffer.from('box')],
      ]),
    });
    expect(Buffer.from(bytes.subarray(0, 44)).toString('hex')).toBe(
      `01010600 01020304 00038000 00000000 00000000 00000000 00000000 92f9a54b8eb0${'00'.repeat(10)}`.replaceAll(' ', ''),
    );
    expect(Buffer.from(bytes.subarray(236, 263)).toString('hex')).toBe(
      '63825363 350101 3d070192f9a54b8eb0 0c03626f78 ff 0000000000000000'.replaceAll(' ', '').slice(0, 54),
    );
    expect(bytes.length).toBe(300);
  });

  it('goes in a frame whose checksums are right', () => {
    const frame = frameOf(Buffer.from('ab'));
    expect(Buffer.from(frame).toString('hex')).toBe(
      '92f9a54b8eb0 0af6b4c2d1e3 0800 4500001e000000004011659d 0a4d0009 0a4d0090 00430044000a88be 6162'.replaceAll(' ', ''),
    );
  });
});

describe('a frame', () => {
  it('of a program on this machine is taken with the checksum that is not finished', () => {
    const frame = frameOf(Buffer.from('hello'));
    const view = new DataView(frame.buffer);
    // The sum of the pseudo header: both addresses, the protocol, the length.
    let sum = 17 + view.getUint16(38);
    for (let at = 26; at < 34; at += 2) sum += view.getUint16(at);
    view.setUint16(40, (sum & 0xffff) + (sum >>> 16));
    expect(Buffer.from(readDatagram(frame)?.body ?? []).toString()).toBe('hello');
    view.setUint16(40, 0);
    expect(readDatagram(frame)).toBeDefined();
    view.setUint16(40, 0x1234);
    expect(readDatagram(frame)).toBeUndefined();
  });
});

describe('an answer', () => {
  it('gives address, subnet, times and what else was asked for', () => {
    const more = [
      [OPTION.subnetMask, ip('255.255.255.0')],
      [OPTION.router, ip('10.77.0.9')],
      [OPTION.nameServers, hex('0a4d0009 08080808 0a4d0009 01010101 09090909')],
      [OPTION.domain, Buffer.from('lan.test\0')],
      [OPTION.mtu, hex('0578')],
      [OPTION.renewal, u32(6)],
      [OPTION.rebinding, u32(60)],
    ] as const;
    expect(grantOf(more)).toEqual({
      ip: '10.77.0.144',
      subnet: '10.77.0.0/24',
      server: '10.77.0.9',
      lease: 120,
      renewal: 6,
      rebinding: 60,
      learned: { gateway: '10.77.0.9', routes: [], servers: ['10.77.0.9', '8.8.8.8', '1.1.1.1'], search: ['lan.test'], mtu: 1400 },
    });
  });

  it('has half of its time and seven eighths of it where it says nothing else, or nothing sensible', () => {
    expect(grantOf([])).toMatchObject({ renewal: 60, rebinding: 105, subnet: '10.0.0.0/8' });
    expect(
      grantOf([
        [OPTION.renewal, u32(500)],
        [OPTION.rebinding, u32(400)],
      ]),
    ).toMatchObject({ renewal: 60, rebinding: 105 });
    expect(grantOf([[OPTION.leaseTime, u32(0xffff_ffff)]])?.lease).toBeUndefined();
  });

  it.each([
    ['the subnet itself', '10.77.0.0', [[OPTION.subnetMask, ip('255.255.255.0')]]],
    ['its broadcast', '10.77.0.255', [[OPTION.subnetMask, ip('255.255.255.0')]]],
    ['a mask with holes', '10.77.0.9', [[OPTION.subnetMask, ip('255.0.255.0')]]],
    ['an empty mask', '10.77.0.9', [[OPTION.subnetMask, ip('0.0.0.0')]]],
    ['loopback', '127.0.0.1', []],
    ['a group', '224.0.0.9', []],
    ['nothing', '0.0.0.0', []],
    ['a lease of a second', '10.77.0.9', [[OPTION.leaseTime, u32(1)]]],
    [
      'the address of its router',
      '10.77.0.9',
      [
        [OPTION.router, ip('10.77.0.9')],
        [OPTION.server, ip('10.77.0.8')],
      ],
    ],
    ['no server', '10.77.0.9', [[OPTION.server, ip('0.0.0.0')]]],
  ] as const)('that gives %s gives nothing', (_, yiaddr, more) => {
    expect(grantOf(more as never, yiaddr)).toBeUndefined();
  });

  it('leads by the routes without a class, and by no router beside them', () => {
    const routes = hex('00 0a4d0001   18c63364 0a4d0002   16c0a800 00000000   087f 0a4d0001');
    const grant = grantOf([
      [OPTION.subnetMask, ip('255.255.255.0')],
      [OPTION.router, ip('10.77.0.9')],
      [OPTION.routes, routes],
    ]);
    expect(grant?.learned).toMatchObject({ gateway: '10.77.0.1', routes: [{ to: '198.51.100.0/24', via: '10.77.0.2' }, { to: '192.168.0.0/22' }] });
    expect(
      grantOf([
        [OPTION.router, ip('10.77.0.9')],
        [OPTION.routes, hex('18c63364 0a4d0002')],
      ])?.learned.gateway,
    ).toBeUndefined();
    expect(readRoutes(hex('21 0a4d0001 00000000 00'))).toBeUndefined();
    expect(readRoutes(hex('18 c633'))).toBeUndefined();
  });

  it('may go on in the fields for names, and come in parts', () => {
    const bytes = replyOf([
      [OPTION.overload, Uint8Array.of(3)],
      [OPTION.hostName, Buffer.from('a')],
    ]);
    bytes.set([OPTION.hostName, 1, 0x62, OPTION.end], 108);
    bytes.set([OPTION.hostName, 1, 0x63, OPTION.end], 44);
    expect(Buffer.from(readReply(bytes)?.options.get(OPTION.hostName) ?? []).toString()).toBe('abc');
    bytes.set([OPTION.hostName, 200], 108);
    expect(readReply(bytes)).toBeUndefined();
  });
});

describe('a search list', () => {
  it('is read as RFC 3397 writes it', () => {
    // eng.apple.com. marketing.apple.com.
    expect(readSearchList(hex('03656e67056170706c6503636f6d00 096d61726b6574696e67c004'))).toEqual(['eng.apple.com', 'marketing.apple.com']);
  });

  it.each([
    ['that leads to itself', 'c000'],
    ['that leads forward', '0161c00401620000'],
    ['that ends within a label', '0561'],
    ['that is no domain', '02203100'],
  ])('with a name %s is empty', (_, text) => {
    expect(readSearchList(hex(text))).toEqual([]);
  });
});
