import { oneOf } from '../../model/options.js';
import type { MacvlanMode } from '../../resource/resource.js';
import { type UpperOptions, upperOptions } from '../upper/options.js';

/** Docker's name. */
export const MODE = 'macvlan_mode';

const MODES = ['bridge', 'private', 'vepa', 'passthru'] as const satisfies readonly MacvlanMode[];

/** The options of a macvlan network. */
export const networkOptions = {
  ...upperOptions,
  [MODE]: {
    ...oneOf(MODES, 'bridge', 'bridge, private (sandboxes do not reach each other), vepa (by the switch alone), passthru (one sandbox; default: bridge)'),
    fixed: true as const,
  },
};

/** The same, parsed. */
export interface MacvlanOptions extends UpperOptions {
  readonly mode: MacvlanMode;
}
