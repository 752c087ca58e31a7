import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OPTION, TYPE } from '../../ipam/dhcp/v4/wire/constants.js';
import { encodeRequest, readReply } from '../../ipam/dhcp/v4/wire/message.js';
import { ipBytes } from '../../ip/ip.js';
import type { Ip, Mac, Prefix } from '../../ip/types.js';
import type { Guest } from '../../model/guest.js';
import { answerDhcp } from './answer-dhcp.js';

const MAC = '02:42:0a:40:00:02' as Mac;
const GUEST: Guest = {
  link: 'tap0',
  mac: MAC,
  ip: '10.64.0.2' as Ip,
  length: 24,
  at: '10.64.0.1' as Ip,
  router: true,
  servers: ['10.64.0.1' as Ip],
  search: ['lan.test'],
  hostname: 'vm1',
  mtu: 1400,
};
const ip = (text: string) => ipBytes(text as Ip);
const ask = (type: number, more: readonly (readonly [number, Uint8Array])[] = [], rest: { ciaddr?: Ip; broadcast?: boolean; mac?: Mac } = {}) =>
  encodeRequest({ xid: 7, seconds: 0, broadcast: false, mac: MAC, ...rest, options: new Map([[OPTION.type, Uint8Array.of(type)], ...more]) });
const answered = (bytes: Uint8Array, guest = GUEST, now = 0) => {
  const answer = answerDhcp(bytes, guest, now);
  const reply = answer && readReply(answer.bytes);
  return reply && { to: answer.to, type: reply.options.get(OPTION.type)?.[0], yiaddr: reply.yiaddr, options: reply.options };
};

describe('a guest that asks for its address', () => {
  it('is offered the one that it has, with all that belongs to it', () => {
    const offer = answered(ask(TYPE.discover));
    expect(offer).toMatchObject({ to: '10.64.0.2', type: TYPE.offer, yiaddr: '10.64.0.2' });
    expect(Object.fromEntries([...(offer?.options ?? [])].map(([code, value]) => [code, Buffer.from(value).toString('hex')]))).toEqual({
      [OPTION.type]: '02',
      [OPTION.server]: '0a400001',
      [OPTION.leaseTime]: 'ffffffff',
      [OPTION.subnetMask]: 'ffffff00',
      [OPTION.router]: '0a400001',
      [OPTION.nameServers]: '0a400001',
      [OPTION.hostName]: '766d31',
      [OPTION.domain]: Buffer.from('lan.test').toString('hex'),
      [OPTION.mtu]: '0578',
    });
    expect(answered(ask(TYPE.discover, [], { broadcast: true }))?.to).toBe('255.255.255.255');
  });

  it('is told as many name servers as an option holds, and all else beside them', () => {
    const servers = Array.from({ length: 64 }, (_, at) => `192.0.2.${at + 1}` as Ip);
    const offer = answered(ask(TYPE.discover), { ...GUEST, servers });
    expect(offer?.options.get(OPTION.nameServers)).toEqual(Uint8Array.from(servers.slice(0, 63).flatMap((each) => [...ip(each)])));
    expect(Buffer.from(offer?.options.get(OPTION.mtu) ?? []).toString('hex')).toBe('0578');
  });

  it('is told what its gateway leads to, where that is not its way out', () => {
    const { router: _, ...clone } = GUEST;
    const offer = answered(ask(TYPE.discover), { ...clone, router: false, beyond: ['10.67.0.0/22' as Prefix] });
    expect(offer?.options.has(OPTION.router)).toBe(false);
    expect(Buffer.from(offer?.options.get(OPTION.routes) ?? []).toString('hex')).toBe(`16${'0a4300'}0a400001`);
  });

  it('is given it, as often as it asks, and no other', () => {
    const own = [OPTION.requestedAddress, ip('10.64.0.2')] as const;
    expect(answered(ask(TYPE.request, [own, [OPTION.server, ip('10.64.0.1')]]))).toMatchObject({ type: TYPE.ack, yiaddr: '10.64.0.2' });
    expect(answered(ask(TYPE.request, [], { ciaddr: '10.64.0.2' as Ip }))?.type).toBe(TYPE.ack);
    expect(answered(ask(TYPE.request, [[OPTION.requestedAddress, ip('10.64.0.3')]]))).toMatchObject({
      to: '255.255.255.255',
      type: TYPE.nak,
      yiaddr: '0.0.0.0',
    });
    expect(answered(ask(TYPE.inform, [], { ciaddr: '10.64.0.2' as Ip }))).toMatchObject({ type: TYPE.ack, yiaddr: '0.0.0.0' });
  });

  it('is told how long it has it, and of no way out where there is none', () => {
    const offer = answered(ask(TYPE.discover), { ...GUEST, until: 600_000, router: false }, 300_000);
    expect([...(offer?.options.get(OPTION.leaseTime) ?? [])]).toEqual([0, 0, 300 >> 8, 300 & 0xff]);
    expect(offer?.options.has(OPTION.router)).toBe(false);
  });

  it.each([
    ['is another', ask(TYPE.discover, [], { mac: '02:42:0a:40:00:03' as Mac })],
    [
      'has chosen another server',
      ask(TYPE.request, [
        [OPTION.server, ip('10.64.0.9')],
        [OPTION.requestedAddress, ip('10.64.0.2')],
      ]),
    ],
    ['gives it back', ask(TYPE.release)],
    ['says nothing', new Uint8Array()],
  ])('is not answered where it %s', (_, bytes) => expect(answered(bytes)).toBeUndefined());

  it('is answered as that or not at all, whatever it sends', () => {
    const options = fc.dictionary(fc.constantFrom('50', '53', '54', '52', '61'), fc.uint8Array({ maxLength: 8 }));
    fc.assert(
      fc.property(options, fc.uint8Array({ maxLength: 60 }), fc.nat(300), (some, noise, at) => {
        const bytes = ask(
          TYPE.discover,
          Object.entries(some).map(([code, value]) => [Number(code), value] as const),
        );
        bytes.set(noise.subarray(0, Math.max(0, bytes.length - at)), Math.min(at, bytes.length));
        const reply = answered(bytes);
        if (reply) expect(['10.64.0.2', '0.0.0.0']).toContain(reply.yiaddr);
        expect(answerDhcp(noise, GUEST, 0)).toBeUndefined();
      }),
    );
  });
});
