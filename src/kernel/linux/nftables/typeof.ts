import { Writer } from '../netlink/writer.js';
import * as nf from './constants.js';
import type { RawField } from './set.js';

// proto_base in nft's proto.h.
const BASES = { ll: 1, nh: 2, th: 3 } as const;

/** What `nft list` prints as `typeof iifname . @nh,64,128`: nft would not know by itself what such a key is made of. The kernel only stores it. */
export function writeTypeof(w: Writer, { base, offset, bits }: RawField): void {
  const meta = list([[nf.NFTNL_UDATA_META_KEY, nf.NFT_META_IIFNAME]]);
  const payload = list([
    [nf.NFTNL_UDATA_SET_KEY_PAYLOAD_DESC, 0],
    [nf.NFTNL_UDATA_SET_KEY_PAYLOAD_TYPE, 0],
    [nf.NFTNL_UDATA_SET_KEY_PAYLOAD_BASE, BASES[base]],
    [nf.NFTNL_UDATA_SET_KEY_PAYLOAD_OFFSET, offset],
    [nf.NFTNL_UDATA_SET_KEY_PAYLOAD_LEN, bits],
  ]);
  // The parts of a concatenation are numbered.
  const parts = list([
    [
      0,
      list([
        [nf.NFTNL_UDATA_SET_KEY_CONCAT_SUB_TYPE, nf.EXPR_META],
        [nf.NFTNL_UDATA_SET_KEY_CONCAT_SUB_DATA, meta],
      ]),
    ],
    [
      1,
      list([
        [nf.NFTNL_UDATA_SET_KEY_CONCAT_SUB_TYPE, nf.EXPR_PAYLOAD],
        [nf.NFTNL_UDATA_SET_KEY_CONCAT_SUB_DATA, payload],
      ]),
    ],
  ]);
  w.bytes(
    list([
      [
        nf.NFTNL_UDATA_SET_KEY_TYPEOF,
        list([
          [nf.NFTNL_UDATA_SET_TYPEOF_EXPR, nf.EXPR_CONCAT],
          [nf.NFTNL_UDATA_SET_TYPEOF_DATA, parts],
        ]),
      ],
    ]),
  );
}

// Type and length in a byte each, then the value, unpadded: struct nftnl_udata of libnftnl.
function list(entries: readonly (readonly [number, number | Uint8Array])[]): Uint8Array {
  const w = new Writer(128);
  for (const [type, value] of entries) {
    const bytes = typeof value === 'number' ? new Writer(4).u32(value).take() : value;
    w.u8(type).u8(bytes.length).bytes(bytes);
  }
  return w.take();
}
