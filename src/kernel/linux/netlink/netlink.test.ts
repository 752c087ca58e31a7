import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NLM_F_REQUEST, NLMSG_DONE, NLMSG_ERROR } from './constants.js';
import { attributeList, attributes, be16, be32, be64, errorOf, messages, NetlinkFormatError, text, u8, u16, u32, u64 } from './reader.js';
import { Writer } from './writer.js';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** Runs it to the end; true if it ended or said that the input is malformed. Anything else is thrown on. */
const survives = (run: () => void): boolean => {
  try {
    run();
  } catch (error) {
    if (!(error instanceof NetlinkFormatError)) throw error;
  }
  return true;
};

const attribute = fc.record({ type: fc.integer({ min: 0, max: 0x3fff }), body: fc.uint8Array({ maxLength: 40 }) });
const message = fc.record({
  type: fc.integer({ min: 0, max: 0xffff }),
  flags: fc.integer({ min: 0, max: 0xffff }),
  sequence: fc.integer({ min: 0, max: 0xffffffff }),
  attributes: fc.array(attribute, { maxLength: 8 }),
});

describe('writer', () => {
  it('writes RTM_GETLINK for lo as iproute2 does', () => {
    const w = new Writer(8);
    w.message(18, NLM_F_REQUEST, 7, (m) => m.zero(16).attrString(3, 'lo'));
    expect(hex(w.take())).toBe(`28000000${'1200'}${'0100'}07000000${'00000000'}${'00'.repeat(16)}${'0700'}${'0300'}6c6f00${'00'}`);
  });

  it('writes each width in its order and pads attributes with zero', () => {
    const w = new Writer(1);
    w.attrU8(1, 0xab).attrU16(2, 0x1234).attrU32(3, 0x12345678).attrU64(4, 0x0102030405060708n);
    expect(hex(w.take())).toBe('05000100ab000000' + '0600020034120000' + '0800030078563412' + '0c0004000807060504030201');
    w.attrBe16(2, 0x1234).attrBe32(3, 0x12345678).attrBe64(4, 0x0102030405060708n);
    expect(hex(w.take())).toBe('0600020012340000' + '0800030012345678' + '0c0004000102030405060708');
    w.nest(5, (n) => n.attr(6, Uint8Array.of(1)));
    expect(hex(w.take())).toBe('0c000580' + '0500060001000000');
  });

  it('grows in the middle of anything', () => {
    const write = (w: Writer): Uint8Array =>
      w.u8(1).u16(2).u32(3).u64(4n).be16(5).be32(6).be64(7n).bytes(Uint8Array.of(8, 9)).zero(3).attrString(10, 'abc').attrU8(11, 12).take();
    for (let capacity = 0; capacity < 64; capacity++) expect(write(new Writer(capacity))).toEqual(write(new Writer(1024)));
  });

  it('leaves no bytes of a former message in the padding of the next', () => {
    const w = new Writer(64);
    w.bytes(new Uint8Array(64).fill(0xff)).take();
    w.attr(1, Uint8Array.of(7)).attrString(2, 'a');
    expect(hex(w.take())).toBe('0500010007000000' + '0600020061000000');
  });

  it('refuses an attribute that its length field cannot hold', () => {
    expect(() => new Writer().attr(1, new Uint8Array(0x10000))).toThrow(RangeError);
    expect(() => new Writer().attrString(1, 'a'.repeat(0x10000))).toThrow(RangeError);
  });

  it('takes text of any characters', () => {
    const w = new Writer(4);
    w.attrString(1, 'größe ☃');
    expect(text(attributes(w.take()).get(1) ?? new Uint8Array())).toBe('größe ☃');
  });
});

describe('reader', () => {
  it('reads what the writer wrote', () => {
    fc.assert(
      fc.property(fc.array(message, { maxLength: 6 }), (all) => {
        const w = new Writer(16);
        for (const m of all) w.message(m.type, m.flags, m.sequence, (to) => m.attributes.forEach((a) => to.attr(a.type, a.body)));
        const read = [...messages(w.take())].map(({ type, flags, sequence, payload }) => ({
          type,
          flags,
          sequence,
          attributes: [...attributeList(payload)].map((a) => ({ type: a.type, body: a.body.slice() })),
        }));
        expect(read).toEqual(all);
      }),
    );
  });

  it('ends or throws NetlinkFormatError on any bytes, and its views stay inside', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) =>
        survives(() => {
          for (const { payload } of messages(bytes)) {
            expect(payload.byteOffset + payload.length).toBeLessThanOrEqual(bytes.byteOffset + bytes.length);
            errorOf({ type: NLMSG_ERROR, flags: 0, sequence: 0, port: 0, payload });
            attributes(payload);
          }
        }),
      ),
    );
    fc.assert(fc.property(fc.uint8Array({ maxLength: 100 }), fc.integer({ min: 0, max: 120 }), (bytes, at) => survives(() => attributes(bytes, at))));
  });

  it('says no to a header that promises too little or too much', () => {
    const header = (length: number): Uint8Array => new Writer().u32(length).zero(12).take();
    for (const length of [0, 15, 17, 0xffffffff]) expect(() => [...messages(header(length))]).toThrow(NetlinkFormatError);
    expect([...messages(header(16))]).toHaveLength(1);
    expect(() => [...messages(new Uint8Array(5))]).toThrow(NetlinkFormatError);
    const attr = (length: number): Uint8Array => new Writer().u16(length).u16(1).take();
    for (const length of [0, 3, 5, 0xffff]) expect(() => attributes(attr(length))).toThrow(NetlinkFormatError);
    expect(attributes(attr(4)).get(1)).toHaveLength(0);
    expect(() => attributes(new Uint8Array(4), 5)).toThrow(NetlinkFormatError);
  });

  it('reads numbers in both orders, never beyond the end', () => {
    const bytes = Uint8Array.of(0xf1, 2, 3, 4, 5, 6, 7, 0xf8);
    expect([u8(bytes), u16(bytes), u32(bytes), u64(bytes)]).toEqual([0xf1, 0x02f1, 0x040302f1, 0xf8070605040302f1n]);
    expect([be16(bytes), be32(bytes), be64(bytes)]).toEqual([0xf102, 0xf1020304, 0xf1020304050607f8n]);
    for (const read of [u16, u32, u64, be16, be32, be64]) expect(() => read(bytes, 7)).toThrow(NetlinkFormatError);
    expect(() => u8(bytes, 8)).toThrow(NetlinkFormatError);
  });

  it('masks the flag bits of a type and ends text at the NUL', () => {
    const w = new Writer().nest(9, (n) => n.attrString(1, 'ab'));
    const inner = attributes(w.take()).get(9) ?? new Uint8Array();
    expect(text(attributes(inner).get(1) ?? new Uint8Array())).toBe('ab');
    expect(text(Uint8Array.of(97))).toBe('a');
  });

  it('tells errors from acknowledgements and from anything else', () => {
    const of = (type: number, n: number): number | undefined => {
      const [first] = messages(new Writer().message(type, 0, 1, (m) => m.u32(n).zero(16)).take());
      return first && errorOf(first);
    };
    expect(of(NLMSG_ERROR, -17)).toBe(17);
    expect(Object.is(of(NLMSG_ERROR, 0), 0)).toBe(true);
    expect(of(NLMSG_DONE, 0)).toBeUndefined();
    expect(() => errorOf({ type: NLMSG_ERROR, flags: 0, sequence: 0, port: 0, payload: new Uint8Array(2) })).toThrow(NetlinkFormatError);
  });
});
