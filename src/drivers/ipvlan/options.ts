import { oneOf } from '../../model/options.js';
import type { IpvlanFlag, IpvlanMode } from '../../resource/resource.js';
import { type UpperOptions, upperOptions } from '../upper/options.js';

/** Docker's names. */
export const MODE = 'ipvlan_mode';
export const FLAG = 'ipvlan_flag';

const MODES = ['l2', 'l3', 'l3s'] as const satisfies readonly IpvlanMode[];
const FLAGS = ['bridge', 'private', 'vepa'] as const satisfies readonly IpvlanFlag[];
const fixed = { fixed: true as const };

/** The options of an ipvlan network. */
export const networkOptions = {
  ...upperOptions,
  [MODE]: {
    ...oneOf(MODES, 'l2', 'l2 (neighbours on the wire), l3 (behind the host, which routes), l3s (the same, past its firewall; default: l2)'),
    ...fixed,
  },
  [FLAG]: { ...oneOf(FLAGS, 'bridge', 'bridge, private (sandboxes do not reach each other), vepa (by the switch alone; default: bridge)'), ...fixed },
};

/** The same, parsed. */
export interface IpvlanOptions extends UpperOptions {
  readonly mode: IpvlanMode;
  readonly flag: IpvlanFlag;
}
