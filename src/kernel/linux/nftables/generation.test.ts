import fc from 'fast-check';
import { expect, it } from 'vitest';
import { messages, NetlinkFormatError } from '../netlink/reader.js';
import { Writer } from '../netlink/writer.js';
import { NFT_MSG_NEWGEN, NFTA_GEN_ID } from './constants.js';
import { decodeGeneration, generationRequest } from './generation.js';
import { typeOf, writeGeneric } from './message.js';

const told = (type: number, body: (w: Writer) => void) => {
  const [message] = messages(new Writer().message(type, 0, 1, (w) => body(writeGeneric(w, 'all'))).take());
  return message && decodeGeneration(message);
};

it('asks by a message of 20 octets', () => {
  // struct nlmsghdr: length, type NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_GETGEN, NLM_F_REQUEST, sequence, port; struct nfgenmsg.
  expect(Buffer.from(generationRequest(7)).toString('hex')).toBe('14000000100a0100070000000000000000000000');
});

it('reads the number, of that message alone', () => {
  expect(told(typeOf(NFT_MSG_NEWGEN), (w) => w.attrBe32(NFTA_GEN_ID, 0xfedc_ba98))).toBe(0xfedc_ba98);
  expect(told(typeOf(NFT_MSG_NEWGEN), (w) => w.attrBe16(NFTA_GEN_ID, 5))).toBeUndefined();
  expect(told(typeOf(0), (w) => w.attrBe32(NFTA_GEN_ID, 5))).toBeUndefined();
});

it('takes any octets for what they are', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      try {
        expect(['number', 'undefined']).toContain(typeof told(typeOf(NFT_MSG_NEWGEN), (w) => w.bytes(bytes)));
      } catch (error) {
        expect(error).toBeInstanceOf(NetlinkFormatError);
      }
    }),
  );
});
