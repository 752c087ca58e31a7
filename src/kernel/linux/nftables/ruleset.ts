import type { TableFamily } from '../../../resource/resource.js';
import type { ChainSpec } from './chain.js';
import type { SetSpec } from './set.js';

/** All that is constant in a table of ours, in order. Whatever varies is an element of one of its sets. */
export interface Ruleset {
  readonly family: TableFamily;
  readonly sets: readonly SetSpec[];
  readonly chains: readonly ChainSpec[];
}
