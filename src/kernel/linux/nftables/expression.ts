import type { Writer } from '../netlink/writer.js';
import * as nf from './constants.js';

/** A register: 1 to 4 hold sixteen bytes, 9 to 23 the four-byte slices of them that start no register of sixteen. */
export type Register = number;

/** The register of the four-byte slice that starts at this byte, as nft numbers it. */
export const registerAt = (offset: number): Register => (offset % 16 === 0 ? nf.NFT_REG_1 + offset / 16 : nf.NFT_REG32_00 + offset / 4);

/** One instruction of a rule, as `nft --debug=netlink` prints them. Only the kinds that our rules are made of. */
export type Expression =
  | { readonly is: 'meta'; readonly key: keyof typeof META; readonly into: Register }
  /** `direction`: of the connection's two, the one whose addresses are meant. */
  | { readonly is: 'ct'; readonly key: keyof typeof CT; readonly into: Register; readonly direction?: 'original' }
  | { readonly is: 'payload'; readonly base: keyof typeof BASE; readonly offset: number; readonly length: number; readonly into: Register }
  /** `checksum`: where a header has one that covers it. `pseudo`: that of the header behind covers it as well. */
  | {
      readonly is: 'payload write';
      readonly base: keyof typeof BASE;
      readonly offset: number;
      readonly length: number;
      readonly from: Register;
      readonly checksum?: number;
      readonly pseudo?: true;
    }
  | { readonly is: 'fib'; readonly of: 'saddr' | 'daddr'; readonly into: Register }
  | { readonly is: 'cmp'; readonly op: keyof typeof CMP; readonly register: Register; readonly data: Uint8Array }
  /** Keeps the bits of `mask`, then turns those of `xor`: both as long as what is changed. */
  | { readonly is: 'bitwise'; readonly register: Register; readonly mask: Uint8Array; readonly xor: Uint8Array }
  | { readonly is: 'lookup'; readonly set: string; readonly register: Register; readonly into?: Register; readonly inverted?: true }
  | { readonly is: 'exthdr'; readonly header: number; readonly offset: number; readonly length: number; readonly into: Register; readonly present?: true }
  | { readonly is: 'immediate data'; readonly into: Register; readonly data: Uint8Array }
  | { readonly is: 'immediate'; readonly verdict: keyof typeof VERDICT; readonly chain?: string }
  | {
      readonly is: 'nat';
      readonly type: keyof typeof NAT;
      readonly family: keyof typeof FAMILY;
      readonly address: Register;
      readonly port?: Register;
      readonly flags?: number;
    }
  | { readonly is: 'masq'; readonly flags?: number }
  | { readonly is: 'notrack' };

const META = {
  protocol: nf.NFT_META_PROTOCOL,
  iif: nf.NFT_META_IIF,
  oif: nf.NFT_META_OIF,
  iifname: nf.NFT_META_IIFNAME,
  oifname: nf.NFT_META_OIFNAME,
  nfproto: nf.NFT_META_NFPROTO,
  l4proto: nf.NFT_META_L4PROTO,
} as const;
const CT = {
  state: nf.NFT_CT_STATE,
  direction: nf.NFT_CT_DIRECTION,
  status: nf.NFT_CT_STATUS,
  dst_ip: nf.NFT_CT_DST_IP,
  dst_ip6: nf.NFT_CT_DST_IP6,
} as const;
const BASE = { link: nf.NFT_PAYLOAD_LL_HEADER, network: nf.NFT_PAYLOAD_NETWORK_HEADER, transport: nf.NFT_PAYLOAD_TRANSPORT_HEADER } as const;
const VERDICT = { accept: nf.NF_ACCEPT, drop: nf.NF_DROP, jump: nf.NFT_JUMP, goto: nf.NFT_GOTO, return: nf.NFT_RETURN } as const;
const CMP = { eq: nf.NFT_CMP_EQ, neq: nf.NFT_CMP_NEQ, lt: nf.NFT_CMP_LT } as const;
const NAT = { snat: nf.NFT_NAT_SNAT, dnat: nf.NFT_NAT_DNAT } as const;
const FAMILY = { ip: nf.NFPROTO_IPV4, ip6: nf.NFPROTO_IPV6 } as const;

/** Writes one element of NFTA_RULE_EXPRESSIONS. */
export function writeExpression(w: Writer, expression: Expression): void {
  w.nest(nf.NFTA_LIST_ELEM, () => {
    w.attrString(nf.NFTA_EXPR_NAME, nameOf(expression));
    // The kernel tells of no data of one that has none (nf_tables_fill_expr_info).
    if (expression.is !== 'notrack') w.nest(nf.NFTA_EXPR_DATA, () => writeData(w, expression));
  });
}

// What nf_tables calls by one name and tells apart by its attributes.
const nameOf = ({ is }: Expression): string => is.split(' ', 1)[0] ?? is;

function writeData(w: Writer, e: Exclude<Expression, { is: 'notrack' }>): void {
  switch (e.is) {
    case 'meta':
      w.attrBe32(nf.NFTA_META_KEY, META[e.key]).attrBe32(nf.NFTA_META_DREG, e.into);
      return;
    case 'ct':
      w.attrBe32(nf.NFTA_CT_KEY, CT[e.key]).attrBe32(nf.NFTA_CT_DREG, e.into);
      if (e.direction) w.attrU8(nf.NFTA_CT_DIRECTION, nf.IP_CT_DIR_ORIGINAL);
      return;
    case 'payload':
      w.attrBe32(nf.NFTA_PAYLOAD_DREG, e.into).attrBe32(nf.NFTA_PAYLOAD_BASE, BASE[e.base]);
      w.attrBe32(nf.NFTA_PAYLOAD_OFFSET, e.offset).attrBe32(nf.NFTA_PAYLOAD_LEN, e.length);
      return;
    case 'payload write':
      w.attrBe32(nf.NFTA_PAYLOAD_SREG, e.from).attrBe32(nf.NFTA_PAYLOAD_BASE, BASE[e.base]);
      w.attrBe32(nf.NFTA_PAYLOAD_OFFSET, e.offset).attrBe32(nf.NFTA_PAYLOAD_LEN, e.length);
      if (e.checksum !== undefined) w.attrBe32(nf.NFTA_PAYLOAD_CSUM_TYPE, nf.NFT_PAYLOAD_CSUM_INET).attrBe32(nf.NFTA_PAYLOAD_CSUM_OFFSET, e.checksum);
      if (e.pseudo) w.attrBe32(nf.NFTA_PAYLOAD_CSUM_FLAGS, nf.NFT_PAYLOAD_L4CSUM_PSEUDOHDR);
      return;
    case 'fib':
      w.attrBe32(nf.NFTA_FIB_FLAGS, e.of === 'saddr' ? nf.NFTA_FIB_F_SADDR : nf.NFTA_FIB_F_DADDR)
        .attrBe32(nf.NFTA_FIB_RESULT, nf.NFT_FIB_RESULT_ADDRTYPE)
        .attrBe32(nf.NFTA_FIB_DREG, e.into);
      return;
    case 'cmp':
      w.attrBe32(nf.NFTA_CMP_SREG, e.register).attrBe32(nf.NFTA_CMP_OP, CMP[e.op]);
      w.nest(nf.NFTA_CMP_DATA, () => w.attr(nf.NFTA_DATA_VALUE, e.data));
      return;
    case 'bitwise':
      w.attrBe32(nf.NFTA_BITWISE_SREG, e.register).attrBe32(nf.NFTA_BITWISE_DREG, e.register).attrBe32(nf.NFTA_BITWISE_LEN, e.mask.length);
      w.nest(nf.NFTA_BITWISE_MASK, () => w.attr(nf.NFTA_DATA_VALUE, e.mask)).nest(nf.NFTA_BITWISE_XOR, () => w.attr(nf.NFTA_DATA_VALUE, e.xor));
      return;
    case 'lookup':
      w.attrString(nf.NFTA_LOOKUP_SET, e.set).attrBe32(nf.NFTA_LOOKUP_SREG, e.register);
      if (e.into !== undefined) w.attrBe32(nf.NFTA_LOOKUP_DREG, e.into);
      if (e.inverted) w.attrBe32(nf.NFTA_LOOKUP_FLAGS, nf.NFT_LOOKUP_F_INV);
      return;
    case 'exthdr':
      w.attrBe32(nf.NFTA_EXTHDR_DREG, e.into).attr(nf.NFTA_EXTHDR_TYPE, Uint8Array.of(e.header));
      w.attrBe32(nf.NFTA_EXTHDR_OFFSET, e.offset).attrBe32(nf.NFTA_EXTHDR_LEN, e.length);
      if (e.present) w.attrBe32(nf.NFTA_EXTHDR_FLAGS, nf.NFT_EXTHDR_F_PRESENT);
      return;
    case 'immediate':
      w.attrBe32(nf.NFTA_IMMEDIATE_DREG, nf.NFT_REG_VERDICT).nest(nf.NFTA_IMMEDIATE_DATA, () => writeVerdict(w, VERDICT[e.verdict], e.chain));
      return;
    case 'immediate data':
      w.attrBe32(nf.NFTA_IMMEDIATE_DREG, e.into).nest(nf.NFTA_IMMEDIATE_DATA, () => w.attr(nf.NFTA_DATA_VALUE, e.data));
      return;
    case 'nat':
      w.attrBe32(nf.NFTA_NAT_TYPE, NAT[e.type]).attrBe32(nf.NFTA_NAT_FAMILY, FAMILY[e.family]).attrBe32(nf.NFTA_NAT_REG_ADDR_MIN, e.address);
      if (e.port !== undefined) w.attrBe32(nf.NFTA_NAT_REG_PROTO_MIN, e.port);
      if (e.flags !== undefined) w.attrBe32(nf.NFTA_NAT_FLAGS, e.flags | nf.NF_NAT_RANGE_MAP_IPS); // the kernel adds that, and dumps it (nft_nat_init)
      return;
    case 'masq':
      if (e.flags !== undefined) w.attrBe32(nf.NFTA_MASQ_FLAGS, e.flags);
      return;
  }
}

function writeVerdict(w: Writer, code: number, chain: string | undefined): void {
  w.nest(nf.NFTA_DATA_VERDICT, () => {
    w.attrBe32(nf.NFTA_VERDICT_CODE, code);
    if (chain !== undefined) w.attrString(nf.NFTA_VERDICT_CHAIN, chain);
  });
}
