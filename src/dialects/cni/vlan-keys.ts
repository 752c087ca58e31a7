import type { Field } from '../../cni/wire/field.js';
import { GUARD } from '../../model/guard.js';
import type { Strings } from '../../model/records.js';
import { unsupported } from './keys.js';

const LAST_VLAN = 4094;

/** What a configuration says of the VLANs of its bridge's ports, in Fairlead's words. Throws `cni-malformed` and `cni-unsupported`. */
export function readVlans(config: Field): Strings {
  const vlan = config.at('vlan').optionalInteger(0, LAST_VLAN) ?? 0;
  const trunk = config.at('vlanTrunk').list().flatMap(readRanges);
  const preserved = config.at('preserveDefaultVlan').missing || config.at('preserveDefaultVlan').yes();
  if (vlan === 0 && trunk.length === 0) return {};
  const guarded = config.at('macspoofchk');
  if (vlan !== 0 && trunk.length > 0)
    throw unsupported('vlanTrunk', 'a port is in one VLAN without its tag, or in several with theirs', 'leave it or vlan out');
  if (trunk.length > 0 && guarded.yes())
    throw unsupported('vlanTrunk', 'what macspoofchk cannot judge it drops, and so all that has a tag', 'leave it or macspoofchk out');
  return {
    ...(vlan !== 0 && { 'com.fairlead.bridge.vlan': String(vlan) }),
    ...(trunk.length > 0 && { 'com.fairlead.bridge.vlan_trunk': trunk.join(','), ...(guarded.missing && { [GUARD]: 'false' }) }),
    ...(!preserved && { 'com.fairlead.bridge.vlan_default': 'false' }),
  };
}

// One, or all from one to another.
function readRanges(each: Field): readonly string[] {
  const [id, first, last] = ['id', 'minID', 'maxID'].map((key) => each.at(key).optionalInteger(1, LAST_VLAN));
  if ((first === undefined) !== (last === undefined)) throw each.wrong('has one of minID and maxID, and needs both');
  if (first !== undefined && last !== undefined && first > last) throw each.wrong('has a minID above its maxID');
  if (id === undefined && first === undefined) throw each.wrong('names no VLAN: {"id": 50}, or {"minID": 100, "maxID": 200}');
  return [...(id === undefined ? [] : [String(id)]), ...(first === undefined ? [] : [`${first}-${last}`])];
}
