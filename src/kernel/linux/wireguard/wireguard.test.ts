import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Ip } from '../../../ip/types.js';
import type { PeerResource, WireguardResource } from '../../../resource/resource.js';
import { NLMSG_HDRLEN } from '../netlink/constants.js';
import { NetlinkFormatError } from '../netlink/reader.js';
import { Writer } from '../netlink/writer.js';
import type { Request } from '../request.js';
import { familyNumber, getFamily } from './family.js';
import { clearIdentity, setIdentity } from './identity.js';
import { removePeer, setPeer } from './peer.js';
import { devicePart, deviceState, getDevice } from './state.js';

const FAMILY = 0x21;
const STACK = 'ns/000000000001';
const keyOf = (byte: number) => Buffer.alloc(32, byte).toString('base64');
const identity: WireguardResource = { kind: 'wireguard', in: STACK, link: 'wg0', key: keyOf(0x40), port: 14_790 };
const peer = (address: string, byte = 0x11): PeerResource => ({ kind: 'peer', in: STACK, link: 'wg0', key: keyOf(byte), address: address as Ip });

const bytes = (request: Request): Uint8Array => {
  const w = new Writer();
  request(w, 1, 5);
  return w.take();
};
const payload = (request: Request): Uint8Array => bytes(request).subarray(NLMSG_HDRLEN);
const hex = (request: Request): string =>
  (
    Buffer.from(bytes(request))
      .toString('hex')
      .match(/.{1,64}/g) ?? []
  ).join('\n');

describe('messages of WireGuard', () => {
  it('ask for the number of its family, and read it', () => {
    expect(hex(getFamily)).toMatchInlineSnapshot(`
      "24000000100005000100000000000000030100000e0002007769726567756172
      64000000"
    `);
    const answer = new Writer().u8(1).u8(2).u16(0).attrU16(1, FAMILY).take();
    expect(familyNumber(answer)).toBe(FAMILY);
  });

  it('are the bytes of who a link is', () => {
    expect(hex(setIdentity(FAMILY, identity))).toMatchInlineSnapshot(`
      "4800000021000500010000000000000001010000080002007767300006000600
      c639000024000300404040404040404040404040404040404040404040404040
      4040404040404040"
    `);
    expect(hex(clearIdentity(FAMILY, identity))).toMatchInlineSnapshot(`
      "4000000021000500010000000000000001010000080002007767300024000300
      0000000000000000000000000000000000000000000000000000000000000000"
    `);
    expect(hex(getDevice(FAMILY, 'wg0'))).toMatchInlineSnapshot(`"1c000000210005000100000000000000000100000800020077673000"`);
  });

  it('are the bytes of a peer, by both families, and of one that goes', () => {
    expect(hex(setPeer(FAMILY, peer('192.0.2.2')))).toMatchInlineSnapshot(`
      "8400000021000500010000000000000001010000080002007767300068000880
      6400008024000100111111111111111111111111111111111111111111111111
      1111111111111111080003000200000014000400020039c6c000020200000000
      00000000200009801c000080060001000200000008000200c000020205000300
      20000000"
    `);
    expect(hex(setPeer(FAMILY, peer('2001:db8::2')))).toMatchInlineSnapshot(`
      "9c00000021000500010000000000000001010000080002007767300080000880
      7c00008024000100111111111111111111111111111111111111111111111111
      11111111111111110800030002000000200004000a0039c60000000020010db8
      000000000000000000000002000000002c00098028000080060001000a000000
      1400020020010db80000000000000000000000020500030080000000"
    `);
    expect(hex(removePeer(FAMILY, peer('192.0.2.2')))).toMatchInlineSnapshot(`
      "5000000021000500010000000000000001010000080002007767300034000880
      3000008024000100111111111111111111111111111111111111111111111111
      11111111111111110800030001000000"
    `);
  });

  it('are read as they were written: the kernel tells in the form of the request, in as many messages as it takes', () => {
    const parts = [setIdentity(FAMILY, identity), setPeer(FAMILY, peer('192.0.2.2')), setPeer(FAMILY, peer('2001:db8::3', 0x22))].map((each) =>
      devicePart(payload(each)),
    );
    expect(deviceState(STACK, 'wg0', parts)).toEqual([identity, peer('192.0.2.2'), peer('2001:db8::3', 0x22)]);
    const twice = [...parts, devicePart(payload(setPeer(FAMILY, peer('192.0.2.9'))))];
    expect(deviceState(STACK, 'wg0', twice)).toContainEqual({ ...peer('192.0.2.2'), altered: true });
    expect(deviceState(STACK, 'wg0', [devicePart(payload(clearIdentity(FAMILY, identity)))])).toEqual([{ ...identity, key: keyOf(0), port: 0 }]);
  });

  it('are nothing or refused where they are anything else', () => {
    const whole = [setIdentity(FAMILY, identity), setPeer(FAMILY, peer('192.0.2.2'))].map(payload);
    const changed = fc.tuple(fc.constantFrom(...whole), fc.array(fc.tuple(fc.nat(200), fc.nat(255)), { minLength: 1 }), fc.nat(200));
    const broken = changed.map(([from, changes, cut]) => {
      const copy = from.slice(0, Math.max(cut, from.length - cut));
      for (const [at, value] of changes) copy[at % copy.length] = value;
      return copy;
    });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), broken), (each) => {
        try {
          for (const found of deviceState(STACK, 'wg0', [devicePart(each)])) expect(Buffer.from(found.key, 'base64')).toHaveLength(32);
        } catch (error) {
          expect(error).toBeInstanceOf(NetlinkFormatError);
        }
      }),
    );
  });
});
