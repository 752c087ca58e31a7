import type { Field } from '../../cni/wire/field.js';
import { ADDRESS_CHECK } from '../../model/address-check.js';
import { GUARD } from '../../model/guard.js';
import { ICC } from '../../model/icc.js';
import { MTU } from '../../model/mtu.js';
import type { Strings } from '../../model/records.js';
import { DOWN } from '../../model/link-down.js';
import { isWithoutAddresses } from './ipam-keys.js';
import { unsupported } from './keys.js';
import { readVlans } from './vlan-keys.js';
import type { DriverWish } from './wish.js';

/** The words of CNI's plugin `bridge`. */
export const bridgeKeys = [
  ...['bridge', 'isGateway', 'isDefaultGateway', 'forceAddress', 'ipMasq', 'ipMasqBackend', 'mtu', 'hairpinMode', 'promiscMode', 'vlan', 'vlanTrunk'],
  ...['preserveDefaultVlan', 'macspoofchk', 'portIsolation', 'enabledad', 'disableContainerInterface', 'mac'],
] as const;

// Whoever writes one of these means the plugin `bridge`, and what it leaves out is off; who writes none means a network of Fairlead's.
const ROUTED = ['isGateway', 'isDefaultGateway', 'forceAddress', 'ipMasq'] as const;
const MOST_MTU = 65_535;

/** What a configuration says of its bridge. Throws `cni-malformed` and `cni-unsupported`. */
export function readBridge(config: Field): DriverWish {
  refuse(config);
  const literal = ROUTED.some((key) => !config.at(key).missing);
  const asked = (key: string): boolean => (literal ? config.at(key).yes() : true);
  const leadsOut = asked('isDefaultGateway');
  const gateway = leadsOut || asked('isGateway');
  const masquerade = asked('ipMasq');
  const mtu = config.at('mtu').optionalInteger(0, MOST_MTU);
  const [bridge, mac] = [config.at('bridge').optionalText(), config.at('mac').optionalText()];
  const options: Strings = {
    ...(bridge !== undefined && { 'com.docker.network.bridge.name': bridge }),
    ...(!masquerade && { 'com.docker.network.bridge.enable_ip_masquerade': 'false' }),
    ...(mtu && { [MTU]: String(mtu) }),
    ...(config.at('hairpinMode').yes() && { 'com.fairlead.bridge.hairpin': 'true' }),
    ...(config.at('portIsolation').yes() && { [ICC]: 'false' }),
    ...(config.at('enabledad').yes() && { [ADDRESS_CHECK]: 'auto' }),
    ...(config.at('promiscMode').yes() && { 'com.fairlead.bridge.promiscuous': 'true' }),
    ...readVlans(config),
    ...(!config.at('macspoofchk').missing && { [GUARD]: String(config.at('macspoofchk').yes()) }),
  };
  const down = config.at('disableContainerInterface').yes();
  return { options, endpointOptions: down ? { [DOWN]: 'true' } : {}, gateway, leadsOut, ...(mac !== undefined && { mac }) };
}

function refuse(config: Field): void {
  const backend = config.at('ipMasqBackend').optionalText();
  if (backend !== undefined && backend !== 'nftables')
    throw unsupported('ipMasqBackend', `it is "${backend}", and rules are made with nftables`, 'write nftables, or leave it out');
  if (config.at('promiscMode').yes() && config.at('hairpinMode').yes())
    throw unsupported('promiscMode', 'with hairpinMode a container would hear itself twice', 'leave one of the two out');
  if (config.at('disableContainerInterface').yes() && !isWithoutAddresses(config.at('ipam'), true))
    throw unsupported('disableContainerInterface', 'an interface that has addresses is up', 'write "ipam": {}, or leave it out');
}
