import { AF_UNSPEC, NFNETLINK_V0, NFNL_SUBSYS_NFTABLES, NLM_F_ACK, NLM_F_APPEND, NLM_F_CREATE, NLM_F_EXCL, NLM_F_REQUEST } from '../netlink/constants.js';
import type { TableFamily, TableResource } from '../../../resource/resource.js';
import { Writer } from '../netlink/writer.js';
import type { ChainSpec, RuleSpec } from './chain.js';
import { ruleComment, tableComment, writeComment } from './comment.js';
import * as nf from './constants.js';
import type { Datatype } from './datatype.js';
import { writeExpression } from './expression.js';
import { lengthOf, type SetSpec } from './set.js';
import { writeTypeof } from './typeof.js';
import type { Ruleset } from './ruleset.js';
import { guardRuleset } from './guard-skeleton.js';
import { sandboxRuleset } from './sandbox-skeleton.js';
import { hostRuleset, TABLE_NAME } from './skeleton.js';

/** The type of a message to nf_tables. */
export const typeOf = (message: number): number => (NFNL_SUBSYS_NFTABLES << 8) | message;

const PROTOCOLS = { all: AF_UNSPEC, inet: nf.NFPROTO_INET, bridge: nf.NFPROTO_BRIDGE } as const;
const FAMILIES: ReadonlyMap<number, TableFamily> = new Map([
  [nf.NFPROTO_INET, 'inet'],
  [nf.NFPROTO_BRIDGE, 'bridge'],
]);

/** The family that a message is about, of those in which we have tables. */
export const familyOf = (payload: Uint8Array): TableFamily | undefined => FAMILIES.get(payload[0] ?? 0);

/** struct nfgenmsg (include/uapi/linux/netfilter/nfnetlink.h) for the family of a table of ours, of another's by its number, or for all. */
export const writeGeneric = (w: Writer, family: TableFamily | number | 'all', resource = 0): Writer =>
  w
    .u8(typeof family === 'number' ? family : PROTOCOLS[family])
    .u8(NFNETLINK_V0)
    .be16(resource);

/** The mark of a batch's begin or end. What stands between is done whole or not at all. */
export function writeMark(w: Writer, type: number, sequence: number): void {
  w.message(type, NLM_F_REQUEST, sequence, () => writeGeneric(w, 'all', NFNL_SUBSYS_NFTABLES));
}

/** The port of the resolver that a table is about: only a sandbox's has one. */
const resolverOf = (table: TableResource): number | undefined => ('resolver' in table ? table.resolver : undefined);

/** The rules of a table: the host's, where it has no resolver. */
export const rulesetOf = (family: TableFamily, resolver: number | undefined): Ruleset =>
  resolver === undefined ? hostRulesets[family] : sandboxRuleset(resolver);

/** The host's tables, by their family. */
export const hostRulesets: Readonly<Record<TableFamily, Ruleset>> = { inet: hostRuleset, bridge: guardRuleset };

/** Would make a table of this family, but for the transaction's end, which is missing: acknowledged, and not done. */
export function probeRequest(family: TableFamily, sequence: number): Uint8Array {
  const w = new Writer(128);
  writeMark(w, nf.NFNL_MSG_BATCH_BEGIN, sequence);
  w.message(typeOf(nf.NFT_MSG_NEWTABLE), NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE, sequence, () => {
    writeGeneric(w, family).attrString(nf.NFTA_TABLE_NAME, TABLE_NAME);
  });
  return w.take();
}

// The host's tables are always the same, and nearly every sandbox has that of the one before it; writing one costs as much as the kernel's part.
const written = new Map<string, { readonly of: string; readonly bytes: Uint8Array }>();

/** A table with everything constant. All messages carry one sequence number, the last asks to be acknowledged. */
export function writeTable(w: Writer, table: TableResource, instance: string, sequence: number): void {
  const resolver = resolverOf(table);
  const place = resolver === undefined ? `host ${table.family}` : 'sandbox';
  const of = `${instance} ${resolver ?? ''}`;
  const last = written.get(place);
  const bytes = last?.of === of ? last.bytes : encodeTable(table.family, resolver, instance);
  written.set(place, { of, bytes });
  w.bytes(numbered(bytes, sequence));
}

// All messages of a table with another sequence number, which is 8 bytes into each header (struct nlmsghdr).
function numbered(table: Uint8Array, sequence: number): Uint8Array {
  const bytes = table.slice();
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < bytes.length; at += (view.getUint32(at, true) + 3) & ~3) view.setUint32(at + 8, sequence, true);
  return bytes;
}

function encodeTable(family: TableFamily, resolver: number | undefined, instance: string): Uint8Array {
  const w = new Writer();
  const { sets, chains } = rulesetOf(family, resolver);
  const make = (message: number, flags: number, body: () => void): void => {
    w.message(typeOf(message), NLM_F_REQUEST | NLM_F_CREATE | flags, 0, () => {
      writeGeneric(w, family);
      body();
    });
  };
  make(nf.NFT_MSG_NEWTABLE, NLM_F_EXCL, () => {
    w.attrString(nf.NFTA_TABLE_NAME, TABLE_NAME).attrBe32(nf.NFTA_TABLE_FLAGS, 0);
    w.attr(nf.NFTA_TABLE_USERDATA, writeComment(nf.NFTNL_UDATA_TABLE_COMMENT, tableComment(instance, resolver)));
  });
  for (const [index, set] of sets.entries()) make(nf.NFT_MSG_NEWSET, NLM_F_EXCL, () => writeSet(w, set, index + 1));
  for (const chain of chains) make(nf.NFT_MSG_NEWCHAIN, NLM_F_EXCL, () => writeChain(w, chain));
  const rules = chains.flatMap((chain) => chain.rules.map((rule) => ({ chain: chain.name, rule })));
  for (const [index, { chain, rule }] of rules.entries()) {
    const isLast = index === rules.length - 1;
    make(nf.NFT_MSG_NEWRULE, NLM_F_APPEND | (isLast ? NLM_F_ACK : 0), () => writeRule(w, chain, rule));
  }
  return w.take();
}

/** Deletes the table with all that it holds. */
export function writeTableDeletion(w: Writer, { family }: TableResource, sequence: number, flags: number): void {
  w.message(typeOf(nf.NFT_MSG_DELTABLE), NLM_F_REQUEST | flags, sequence, () => writeGeneric(w, family).attrString(nf.NFTA_TABLE_NAME, TABLE_NAME));
}

// `id` tells sets of one transaction apart; the kernel wants one though rules name their sets.
function writeSet(w: Writer, set: SetSpec, id: number): void {
  w.attrString(nf.NFTA_SET_TABLE, TABLE_NAME).attrString(nf.NFTA_SET_NAME, set.name).attrBe32(nf.NFTA_SET_FLAGS, flagsOf(set));
  w.attrBe32(nf.NFTA_SET_KEY_TYPE, typeNumber(set.key)).attrBe32(nf.NFTA_SET_KEY_LEN, lengthOf(set.key));
  if (set.value) w.attrBe32(nf.NFTA_SET_DATA_TYPE, typeNumber(set.value)).attrBe32(nf.NFTA_SET_DATA_LEN, lengthOf(set.value));
  w.attrBe32(nf.NFTA_SET_ID, id).attr(nf.NFTA_SET_USERDATA, () => {
    w.u8(nf.NFTNL_UDATA_SET_KEYBYTEORDER).u8(4).u32(byteorder(set.key));
    if (set.value) w.u8(nf.NFTNL_UDATA_SET_DATABYTEORDER).u8(4).u32(byteorder(set.value));
    if (set.raw) writeTypeof(w, set.raw);
  });
}

export const flagsOf = (set: SetSpec): number => (set.value ? nf.NFT_SET_MAP : 0);

/** Types of a concatenation are numbers of six bits, put together: concat_subtype_add in nft's datatype.h. */
export const typeNumber = (parts: readonly Datatype[]): number => parts.reduce((number, part) => (number << 6) | part.id, 0);

const byteorder = (parts: readonly Datatype[]): number => (parts.length === 1 ? (parts[0]?.byteorder ?? 0) : 0);

function writeChain(w: Writer, { name, hook }: ChainSpec): void {
  w.attrString(nf.NFTA_CHAIN_TABLE, TABLE_NAME).attrString(nf.NFTA_CHAIN_NAME, name);
  if (!hook) return;
  w.attrString(nf.NFTA_CHAIN_TYPE, hook.type).attrBe32(nf.NFTA_CHAIN_POLICY, nf.NF_ACCEPT);
  w.nest(nf.NFTA_CHAIN_HOOK, () => w.attrBe32(nf.NFTA_HOOK_HOOKNUM, hook.number).attrBe32(nf.NFTA_HOOK_PRIORITY, hook.priority.number));
}

function writeRule(w: Writer, chain: string, rule: RuleSpec): void {
  w.attrString(nf.NFTA_RULE_TABLE, TABLE_NAME).attrString(nf.NFTA_RULE_CHAIN, chain);
  w.nest(nf.NFTA_RULE_EXPRESSIONS, () => writeExpressions(w, rule));
  w.attr(nf.NFTA_RULE_USERDATA, writeComment(nf.NFTNL_UDATA_RULE_COMMENT, ruleComment(chain, rule)));
}

/** What NFTA_RULE_EXPRESSIONS holds. */
export function writeExpressions(w: Writer, rule: RuleSpec): void {
  for (const expression of rule.expressions) writeExpression(w, expression);
}
