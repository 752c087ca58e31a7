import type { Expression } from './expression.js';
import type { Statement } from './statement.js';

/** One rule: its text in nft's syntax and what the kernel gets for it. */
export interface RuleSpec {
  readonly text: string;
  readonly expressions: readonly Expression[];
}

/** Where a base chain is called from. `number` is enum nf_inet_hooks in include/uapi/linux/netfilter.h. */
export interface HookSpec {
  readonly type: 'filter' | 'nat';
  readonly hook: string;
  readonly number: number;
  /** The priority as nft says it, and as the kernel knows it: enum nf_ip_hook_priorities in include/uapi/linux/netfilter_ipv4.h. */
  readonly priority: { readonly text: string; readonly number: number };
}

/** A chain. Without a hook others jump to it. The policy is always accept. */
export interface ChainSpec {
  readonly name: string;
  readonly hook?: HookSpec;
  readonly rules: readonly RuleSpec[];
}

const HOOKS = { prerouting: 0, input: 1, forward: 2, output: 3, postrouting: 4 } as const;
// "dstnat" is no name for the output hook before nft 1.0.7, so that one is a number.
// -310 comes before all that others have on a bridge: br_netfilter (0), nft's own names (dstnat is -300 there) and connection tracking (-200).
// -311 and 310 are before and behind those again.
const PRIORITIES = { '-311': -311, '310': 310, '-310': -310, raw: -300, mangle: -150, dstnat: -100, '-100': -100, filter: 0, srcnat: 100 } as const;

export const hook = (type: HookSpec['type'], at: keyof typeof HOOKS, priority: keyof typeof PRIORITIES): HookSpec => ({
  type,
  hook: at,
  number: HOOKS[at],
  priority: { text: priority, number: PRIORITIES[priority] },
});

export const baseChain = (name: string, at: HookSpec, ...rules: readonly RuleSpec[]): ChainSpec => ({ name, hook: at, rules });
export const chain = (name: string, ...rules: readonly RuleSpec[]): ChainSpec => ({ name, rules });

export const rule = (...statements: readonly Statement[]): RuleSpec => ({
  text: statements.map(({ text }) => text).join(' '),
  expressions: statements.flatMap(({ expressions }) => expressions),
});
