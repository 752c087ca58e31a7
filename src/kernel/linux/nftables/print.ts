import type { ChainSpec } from './chain.js';
import { ruleComment, tableComment } from './comment.js';
import type { Datatype } from './datatype.js';
import type { SetSpec } from './set.js';
import { chains, sets, TABLE_NAME } from './skeleton.js';

/**
 * The host's ruleset in nft's syntax, comments included: `nft -f` makes of it what our own transaction makes. Without
 * `instance` the table says only whose program made it, and no Fairlead takes it for its own.
 */
export function printRuleset(instance?: string): string {
  const comment = instance === undefined ? TABLE_NAME : tableComment(instance);
  return [`table inet ${TABLE_NAME} {`, `\tcomment "${comment}"`, '', ...sets.map(printSet), '', ...chains.map(printChain), '}', ''].join('\n');
}

const printSet = (set: SetSpec): string =>
  `\t${set.value ? 'map' : 'set'} ${set.name} { type ${printType(set.key)}${set.value ? ` : ${printType(set.value)}` : ''}; }`;

const printType = (parts: readonly Datatype[]): string => parts.map(({ name }) => name).join(' . ');

function printChain(chain: ChainSpec): string {
  const { name, hook, rules } = chain;
  const base = hook ? [`\t\ttype ${hook.type} hook ${hook.hook} priority ${hook.priority.text}; policy accept;`] : [];
  const lines = rules.map((rule) => `\t\t${rule.text} comment "${ruleComment(name, rule)}"`);
  return [`\tchain ${name} {`, ...base, ...lines, '\t}'].join('\n');
}
