import { describe, expect, it } from 'vitest';
import {
  IFLA_ALT_IFNAME,
  IFLA_GROUP,
  IFLA_PROP_LIST,
  IFLA_PROTO_DOWN,
  IFLA_TXQLEN,
  IFLA_XDP,
  IFLA_XDP_FD,
  IFLA_XDP_FLAGS,
  IFLA_XDP_SKB_PROG_ID,
} from '../constants/link.js';
import { attributes, u8, u32 } from '../netlink/reader.js';
import { Writer } from '../netlink/writer.js';
import { setTrait, traitsOf } from './traits.js';

const MESSAGE = 16;
const LINK = 16;
const asked = (name: string, value: number): Uint8Array => {
  const w = new Writer();
  setTrait(7, name, value)?.(w, 1, 0);
  return w.take().subarray(MESSAGE);
};

describe('the traits of a link', () => {
  it('are read of what the kernel tells, and are none where it does not', () => {
    const told = new Writer()
      .zero(8)
      .u32(0x100 | 0x1000)
      .zero(4)
      .attrU32(IFLA_GROUP, 5)
      .attrU32(IFLA_TXQLEN, 1000)
      .attrU8(IFLA_PROTO_DOWN, 1)
      .nest(IFLA_PROP_LIST, (list) => list.attrString(IFLA_ALT_IFNAME, 'enp3s0').attrString(IFLA_ALT_IFNAME, 'wan'))
      .nest(IFLA_XDP, (xdp) => xdp.attrU32(IFLA_XDP_SKB_PROG_ID, 97))
      .take();
    expect(traitsOf(told)).toEqual({
      numbers: { group: 5, txqueuelen: 1000, protodown: 1, promisc: 1, allmulticast: 0, multicast: 1, noarp: 0, xdp: 0, xdpgeneric: 97, xdpoffload: 0 },
      altnames: ['enp3s0', 'wan'],
    });
  });

  it('are set each by itself', () => {
    expect(u32(attributes(asked('group', 9), LINK).get(IFLA_GROUP) ?? new Uint8Array())).toBe(9);
    expect(u8(attributes(asked('protodown', 1), LINK).get(IFLA_PROTO_DOWN) ?? new Uint8Array())).toBe(1);
    expect([u32(asked('promisc', 0), 8), u32(asked('promisc', 0), 12)]).toEqual([0, 0x100]);
    expect([u32(asked('noarp', 1), 8), u32(asked('noarp', 1), 12)]).toEqual([0x80, 0x80]);
  });

  it('have a program of XDP taken off, of its own mode alone, and none put on by its number', () => {
    const xdp = attributes(attributes(asked('xdpgeneric', 0), LINK).get(IFLA_XDP) ?? new Uint8Array());
    expect([IFLA_XDP_FD, IFLA_XDP_FLAGS].map((type) => u32(xdp.get(type) ?? new Uint8Array()))).toEqual([0xffff_ffff, 2]);
    expect(setTrait(7, 'xdp', 97)).toBeUndefined();
  });
});
