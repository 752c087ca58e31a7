import { failure } from '../base/error.js';
import type { Facts } from '../base/json.js';
import { isInterfaceName } from '../model/options.js';
import { PARENT } from '../model/publishing.js';
import type { Survey } from '../resource/survey.js';

/** A VLAN (IEEE 802.1Q) that is made upon a link of the host's. */
export interface MadeVlan extends Facts {
  readonly lower: string;
  readonly id: number;
}

/**
 * What Docker makes of the name of a parent with a dot, where no link has it: VLAN 50 of eth0 is eth0.50. Undefined where the name says no such thing.
 * Throws `option-invalid` for a number that no VLAN has.
 */
export function vlanOf(parent: string, { links }: Survey): MadeVlan | undefined {
  const [, lower = '', digits = ''] = /^(.+)\.(\d+)$/.exec(parent) ?? [];
  if (!isInterfaceName(lower) || !links.some(({ name }) => name === lower)) return undefined;
  const id = Number(digits);
  // IEEE 802.1Q: 0 is no VLAN, and 4095 is kept.
  if (id >= 1 && id <= 4094 && String(id) === digits) return { lower, id };
  throw failure('option-invalid', { option: PARENT, value: parent, reason: `no VLAN of ${lower}`, mend: `VLANs are 1 to 4094: ${lower}.50` });
}
