import type { TableFamily } from '../../../resource/resource.js';
import type { ChainSpec } from './chain.js';
import { ruleComment, tableComment } from './comment.js';
import type { Datatype } from './datatype.js';
import type { RawField, SetSpec } from './set.js';
import type { Ruleset } from './ruleset.js';
import { sandboxRuleset } from './sandbox-skeleton.js';
import { hostRulesets } from './message.js';
import { TABLE_NAME } from './skeleton.js';

/**
 * The host's table of a family in nft's syntax, comments included: `nft -f` makes of it what our own transaction makes. Without
 * `instance` the table says only whose program made it, and no Fairlead takes it for its own.
 */
export const printRuleset = (family: TableFamily, instance?: string): string =>
  printTable(hostRulesets[family], instance === undefined ? TABLE_NAME : tableComment(instance));

/** The same for the ruleset of a sandbox whose resolver listens on this port. */
export const printSandboxRuleset = (instance: string, resolver: number): string => printTable(sandboxRuleset(resolver), tableComment(instance, resolver));

const printTable = ({ family, sets, chains }: Ruleset, comment: string): string =>
  [
    `table ${family} ${TABLE_NAME} {`,
    `\tcomment "${comment}"`,
    '',
    ...sets.map(printSet),
    ...(sets.length === 0 ? [] : ['']),
    ...chains.map(printChain),
    '}',
    '',
  ].join('\n');

const printSet = (set: SetSpec): string =>
  `\t${set.value ? 'map' : 'set'} ${set.name} { ${set.raw ? `typeof iifname . ${printField(set.raw)}` : `type ${printType(set.key)}`}${set.value ? ` : ${printType(set.value)}` : ''}; }`;

const printField = ({ base, offset, bits }: RawField): string => `@${base},${offset},${bits}`;

const printType = (parts: readonly Datatype[]): string => parts.map(({ name }) => name).join(' . ');

function printChain(chain: ChainSpec): string {
  const { name, hook, rules } = chain;
  const base = hook ? [`\t\ttype ${hook.type} hook ${hook.hook} priority ${hook.priority.text}; policy accept;`] : [];
  const lines = rules.map((rule) => `\t\t${rule.text} comment "${ruleComment(name, rule)}"`);
  return [`\tchain ${name} {`, ...base, ...lines, '\t}'].join('\n');
}
