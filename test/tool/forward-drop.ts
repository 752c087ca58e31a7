import type { Expression } from '#dist/kernel/linux/nftables/expression.js';
import { NLM_F_ACK, NLM_F_APPEND, NLM_F_CREATE, NLM_F_REQUEST } from '#dist/kernel/linux/netlink/constants.js';
import { Writer } from '#dist/kernel/linux/netlink/writer.js';
import * as nf from '#dist/kernel/linux/nftables/constants.js';
import { writeExpression } from '#dist/kernel/linux/nftables/expression.js';
import { typeOf, writeGeneric, writeMark } from '#dist/kernel/linux/nftables/message.js';
import { accept, ct, drop, is, l4proto } from '#dist/kernel/linux/nftables/statement.js';

const TABLE = 'hostfw';
const NFT_CT_PROTO_DST = 12; // enum nft_ct_keys of linux/netfilter/nf_tables.h

/**
 * A host's firewall that drops what is forwarded, as Docker's and ufw's do (FORWARD DROP), with a table of its own behind ours; and the
 * administrator's rule that opens published ports of this number: `meta l4proto tcp ct status dnat ct original proto-dst PORT accept`.
 * Bytes for nf_tables, because no tool for it need be here.
 */
export function forwardDrop(open?: number): Uint8Array {
  const w = new Writer(4096);
  const rules: readonly ((w: Writer) => void)[] = [
    (r) => expressions(r, [...ct.state('established', 'related').expressions, ...accept.expressions]),
    ...(open === undefined ? [] : [(r: Writer) => opening(r, open)]),
    (r) => expressions(r, drop.expressions),
  ];
  const make = (message: number, flags: number, body: (m: Writer) => void) =>
    w.message(typeOf(message), NLM_F_REQUEST | NLM_F_CREATE | flags, 1, (m) => body(writeGeneric(m, 'inet')));
  writeMark(w, nf.NFNL_MSG_BATCH_BEGIN, 1);
  make(nf.NFT_MSG_NEWTABLE, 0, (m) => m.attrString(nf.NFTA_TABLE_NAME, TABLE));
  make(nf.NFT_MSG_NEWCHAIN, 0, (m) => {
    m.attrString(nf.NFTA_CHAIN_TABLE, TABLE).attrString(nf.NFTA_CHAIN_NAME, 'forward').attrString(nf.NFTA_CHAIN_TYPE, 'filter');
    m.nest(nf.NFTA_CHAIN_HOOK, (h) => h.attrBe32(nf.NFTA_HOOK_HOOKNUM, 2).attrBe32(nf.NFTA_HOOK_PRIORITY, 0));
  });
  for (const [index, rule] of rules.entries()) {
    make(nf.NFT_MSG_NEWRULE, NLM_F_APPEND | (index === rules.length - 1 ? NLM_F_ACK : 0), (m) => {
      m.attrString(nf.NFTA_RULE_TABLE, TABLE).attrString(nf.NFTA_RULE_CHAIN, 'forward');
      m.nest(nf.NFTA_RULE_EXPRESSIONS, rule);
    });
  }
  writeMark(w, nf.NFNL_MSG_BATCH_END, 1);
  return w.take();
}

/** Takes it away. */
export function forwardAccept(): Uint8Array {
  const w = new Writer(256);
  writeMark(w, nf.NFNL_MSG_BATCH_BEGIN, 1);
  w.message(typeOf(nf.NFT_MSG_DELTABLE), NLM_F_REQUEST | NLM_F_ACK, 1, (m) => writeGeneric(m, 'inet').attrString(nf.NFTA_TABLE_NAME, TABLE));
  writeMark(w, nf.NFNL_MSG_BATCH_END, 1);
  return w.take();
}

function expressions(w: Writer, all: readonly Expression[]): void {
  for (const each of all) writeExpression(w, each);
}

function opening(w: Writer, port: number): void {
  expressions(w, [...is(l4proto, 'tcp').expressions, ...ct.status('dnat').expressions]);
  w.nest(nf.NFTA_LIST_ELEM, (element) => {
    element.attrString(nf.NFTA_EXPR_NAME, 'ct');
    element.nest(nf.NFTA_EXPR_DATA, (data) => {
      data.attrBe32(nf.NFTA_CT_KEY, NFT_CT_PROTO_DST).attrBe32(nf.NFTA_CT_DREG, nf.NFT_REG_1).attrU8(3, 0); // NFTA_CT_DIRECTION: the original one
    });
  });
  expressions(w, [{ is: 'cmp', op: 'eq', register: nf.NFT_REG_1, data: new Writer(2).be16(port).take() }, ...accept.expressions]);
}
