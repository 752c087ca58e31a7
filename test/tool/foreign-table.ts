import { NLM_F_ACK, NLM_F_APPEND, NLM_F_CREATE, NLM_F_REQUEST } from '#dist/kernel/linux/netlink/constants.js';
import { Writer } from '#dist/kernel/linux/netlink/writer.js';
import * as nf from '#dist/kernel/linux/nftables/constants.js';
import { writeExpression } from '#dist/kernel/linux/nftables/expression.js';
import { typeOf, writeGeneric, writeMark } from '#dist/kernel/linux/nftables/message.js';
import { accept, ct, iifname, is, jump, oifname, type Statement } from '#dist/kernel/linux/nftables/statement.js';

/** A chain of somebody else's; one with a policy is called for what is forwarded. */
export interface ForeignChain {
  readonly name: string;
  readonly policy?: 'accept' | 'drop';
  readonly rules: readonly (readonly Statement[])[];
}

const FAMILIES = { ip: nf.NFPROTO_IPV4, ip6: nf.NFPROTO_IPV6, inet: nf.NFPROTO_INET } as const;
export type TableFamily = keyof typeof FAMILIES;
// Of include/uapi/linux/netfilter/nf_tables.h.
const NFT_MSG_DELRULE = 8;

/** A table of somebody else's, as bytes for nf_tables: no tool for it need be here. Chains that others jump to come first. */
export function foreignTable(family: TableFamily, table: string, chains: readonly ForeignChain[]): Uint8Array {
  return batch(family, (make) => {
    make(nf.NFT_MSG_NEWTABLE, 0, (m) => m.attrString(nf.NFTA_TABLE_NAME, table));
    for (const { name, policy } of chains)
      make(nf.NFT_MSG_NEWCHAIN, 0, (m) => {
        m.attrString(nf.NFTA_CHAIN_TABLE, table).attrString(nf.NFTA_CHAIN_NAME, name);
        if (policy === undefined) return;
        m.attrString(nf.NFTA_CHAIN_TYPE, 'filter').attrBe32(nf.NFTA_CHAIN_POLICY, policy === 'drop' ? nf.NF_DROP : nf.NF_ACCEPT);
        m.nest(nf.NFTA_CHAIN_HOOK, (h) => h.attrBe32(nf.NFTA_HOOK_HOOKNUM, 2).attrBe32(nf.NFTA_HOOK_PRIORITY, 0));
      });
    for (const { name, rules } of chains) for (const rule of rules) make(nf.NFT_MSG_NEWRULE, NLM_F_APPEND, ruleIn(table, name, rule));
  });
}

/** An administrator's rule, before or behind all others of the chain. */
export const foreignRule = (family: TableFamily, table: string, chain: string, rule: readonly Statement[], place: 'first' | 'last' = 'first'): Uint8Array =>
  batch(family, (make) => make(nf.NFT_MSG_NEWRULE, place === 'last' ? NLM_F_APPEND : 0, ruleIn(table, chain, rule)));

/** Takes all rules out of a chain, as iptables-restore does with those that it is told anew. */
export const flushChain = (family: TableFamily, table: string, chain: string): Uint8Array =>
  batch(family, (make) => make(NFT_MSG_DELRULE, 0, (m) => m.attrString(nf.NFTA_RULE_TABLE, table).attrString(nf.NFTA_RULE_CHAIN, chain)));

export const deleteTable = (family: TableFamily, table: string): Uint8Array =>
  batch(family, (make) => make(nf.NFT_MSG_DELTABLE, 0, (m) => m.attrString(nf.NFTA_TABLE_NAME, table)));

/** The FORWARD of Docker's iptables: it drops what neither DOCKER-USER nor Docker's own rules let pass. */
export const dockerFirewall = (family: 'ip' | 'ip6'): Uint8Array =>
  foreignTable(family, 'filter', [
    { name: 'DOCKER-USER', rules: [] },
    {
      name: 'FORWARD',
      policy: 'drop',
      rules: [[jump('DOCKER-USER')], [is(oifname, 'docker0'), ct.state('established', 'related'), accept], [is(iifname, 'docker0'), accept]],
    },
  ]);

function batch(family: TableFamily, write: (make: (message: number, flags: number, body: (m: Writer) => void) => void) => void): Uint8Array {
  const w = new Writer(4096);
  const messages: (readonly [number, number, (m: Writer) => void])[] = [];
  write((...message) => messages.push(message));
  writeMark(w, nf.NFNL_MSG_BATCH_BEGIN, 1);
  for (const [index, [message, flags, body]] of messages.entries()) {
    const ack = index === messages.length - 1 ? NLM_F_ACK : 0;
    w.message(typeOf(message), NLM_F_REQUEST | NLM_F_CREATE | flags | ack, 1, (m) => body(writeGeneric(m, FAMILIES[family])));
  }
  writeMark(w, nf.NFNL_MSG_BATCH_END, 1);
  return w.take();
}

const ruleIn = (table: string, chain: string, rule: readonly Statement[]) => (m: Writer) => {
  m.attrString(nf.NFTA_RULE_TABLE, table).attrString(nf.NFTA_RULE_CHAIN, chain);
  m.nest(nf.NFTA_RULE_EXPRESSIONS, (e) => {
    for (const { expressions } of rule) for (const each of expressions) writeExpression(e, each);
  });
};
