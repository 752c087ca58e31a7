import { attributeList, attributes, be32, text } from '../netlink/reader.js';
import { Writer } from '../netlink/writer.js';
import type { ChainSpec, RuleSpec } from './chain.js';
import { readComment, ruleComment } from './comment.js';
import * as nf from './constants.js';
import { flagsOf, typeNumber, writeExpressions } from './message.js';
import type { Ruleset } from './ruleset.js';
import { lengthOf, type SetSpec } from './set.js';

/** The attributes of each thing that a dump of our table showed, in its order. */
export interface Found {
  readonly tables: Map<number, Uint8Array>[];
  readonly chains: Map<number, Uint8Array>[];
  readonly rules: Map<number, Uint8Array>[];
  readonly sets: Map<number, Uint8Array>[];
}

type Attributes = ReadonlyMap<number, Uint8Array>;

/**
 * True if the table has the ruleset's sets, chains and rules as we make them, and no others. Rules are known by their comments, and
 * each attribute that we gave them is compared, because a changed rule may have kept its comment; what the kernel adds
 * of its own is passed over.
 */
export function isUnaltered(found: Found, { sets, chains }: Ruleset): boolean {
  return (
    isAwake(found) &&
    byName(found.sets, nf.NFTA_SET_NAME, sets, sameSet) &&
    byName(found.chains, nf.NFTA_CHAIN_NAME, chains, sameChain) &&
    chains.every((chain) => sameRules(chain, found.rules))
  );
}

/** Whether there is a table that judges: a dormant one does not. */
export const isAwake = ({ tables: [table] }: Found): boolean => table !== undefined && number(table, nf.NFTA_TABLE_FLAGS) === 0;

const number = (of: Attributes, type: number): number | undefined => {
  const body = of.get(type);
  return body && be32(body);
};

const name = (of: Attributes, type: number): string => text(of.get(type) ?? new Uint8Array());

function byName<Spec extends { readonly name: string }>(
  found: readonly Attributes[],
  nameType: number,
  specs: readonly Spec[],
  same: (spec: Spec, is: Attributes) => boolean,
): boolean {
  const named = new Map(found.map((each) => [name(each, nameType), each]));
  return (
    found.length === specs.length &&
    specs.every((spec) => {
      const is = named.get(spec.name);
      return is !== undefined && same(spec, is);
    })
  );
}

const sameSet = (set: SetSpec, is: Attributes): boolean =>
  (number(is, nf.NFTA_SET_FLAGS) ?? 0) === flagsOf(set) &&
  number(is, nf.NFTA_SET_KEY_TYPE) === typeNumber(set.key) &&
  number(is, nf.NFTA_SET_KEY_LEN) === lengthOf(set.key) &&
  number(is, nf.NFTA_SET_DATA_LEN) === (set.value && lengthOf(set.value));

function sameChain({ hook }: ChainSpec, is: Attributes): boolean {
  const at = is.get(nf.NFTA_CHAIN_HOOK);
  if (!hook || !at) return !hook && !at;
  const where = attributes(at);
  return (
    name(is, nf.NFTA_CHAIN_TYPE) === hook.type &&
    number(is, nf.NFTA_CHAIN_POLICY) === nf.NF_ACCEPT &&
    number(where, nf.NFTA_HOOK_HOOKNUM) === hook.number &&
    number(where, nf.NFTA_HOOK_PRIORITY) === hook.priority.number >>> 0
  );
}

function sameRules(chain: ChainSpec, all: readonly Attributes[]): boolean {
  const rules = all.filter((each) => name(each, nf.NFTA_RULE_CHAIN) === chain.name);
  return rules.length === chain.rules.length && chain.rules.every((rule, index) => sameRule(chain.name, rule, rules[index] ?? new Map()));
}

function sameRule(chain: string, rule: RuleSpec, is: Attributes): boolean {
  if (readComment(nf.NFTNL_UDATA_RULE_COMMENT, is.get(nf.NFTA_RULE_USERDATA)) !== ruleComment(chain, rule)) return false;
  return sameExpressions(rule, is.get(nf.NFTA_RULE_EXPRESSIONS));
}

/** Whether a rule that was dumped says what this one does. */
export function sameExpressions(rule: RuleSpec, expressions: Uint8Array = new Uint8Array()): boolean {
  const w = new Writer(512);
  writeExpressions(w, rule);
  const ours = [...attributeList(w.take())];
  const theirs = [...attributeList(expressions)];
  return ours.length === theirs.length && ours.every(({ body }, index) => holds(theirs[index]?.body ?? new Uint8Array(), body));
}

/** True if `theirs` holds every attribute of `ours` with the same bytes. nf_tables sets no nested flag in its dumps, so ours tells. */
function holds(theirs: Uint8Array, ours: Uint8Array): boolean {
  const found = attributes(theirs);
  return [...attributeList(ours)].every(({ type, nested, body }) => {
    const is = found.get(type);
    return is !== undefined && (nested ? holds(is, body) : is.length === body.length && is.every((byte, index) => byte === body[index]));
  });
}
