import { failure } from '../../base/error.js';
import { Field } from '../../cni/wire/field.js';
import { readDns } from '../../cni/wire/parse-result.js';
import type { PluginInput } from '../../cni/wire/plugin-input.js';
import { DOWN } from '../../model/link-down.js';
import { bridgeKeys, readBridge } from './bridge-keys.js';
import { deviceKeys, functionKeys, readDevice, readFunction } from './device-keys.js';
import { readIpam } from './ipam-keys.js';
import { refuseUnknown, textsBy, unsupported } from './keys.js';
import { readUpper, upperKeys } from './upper-keys.js';
import type { DriverWish, Wish } from './wish.js';

interface DriverKeys {
  readonly keys: readonly string[];
  readonly read: (config: Field) => DriverWish;
}

/** Drivers whose networks CNI has plugins for, and their words. All others are told by `options` alone. */
const DRIVERS: ReadonlyMap<string, DriverKeys> = new Map<string, DriverKeys>([
  ['bridge', { keys: bridgeKeys, read: readBridge }],
  ['macvlan', { keys: upperKeys, read: readUpper('macvlan_mode') }],
  ['ipvlan', { keys: upperKeys, read: readUpper('ipvlan_mode') }],
  ['host-device', { keys: deviceKeys, read: readDevice }],
  ['sriov', { keys: functionKeys, read: readFunction }],
]);
const DEVICES: ReadonlySet<string> = new Set(['host-device', 'sriov']);
const OTHER: DriverKeys = { keys: [], read: () => ({ options: {}, endpointOptions: {}, gateway: false, leadsOut: true }) };

/** A plugin's configuration, in words of Fairlead. Throws `cni-malformed` and `cni-unsupported`. */
export function readWish(input: PluginInput): Wish {
  const config = new Field(input.config, 'the configuration');
  const driver = config.at('driver').optionalText() ?? 'bridge';
  const { keys, read } = DRIVERS.get(driver) ?? OTHER;
  refuseUnknown(config, driver, keys);
  // A card that the kubelet has allotted to this container, and that it would not get.
  if (input.capabilities.deviceID !== undefined && !DEVICES.has(driver))
    throw unsupported('capabilities.deviceID', `driver ${driver} gives no hardware`, `write "driver": ${[...DEVICES].map((each) => `"${each}"`).join(' or ')}`);
  const wanted = read(config);
  const [egress, dns, ipv6] = [config.at('egress'), config.at('dns'), config.at('ipv6')];
  const ipam = readIpam(config.at('ipam'), input.capabilities.ipRanges, wanted.endpointOptions[DOWN] !== undefined);
  if ('nobody' in ipam && ipv6.yes()) throw unsupported('ipv6', 'nobody is to give addresses', 'leave it out, or say in "ipam" who does');
  return {
    name: nameOf(input),
    driver,
    wanted: { ...wanted, options: { ...wanted.options, ...textsBy(config.at('options')) } },
    ipam,
    internal: config.at('internal').yes(),
    ...(!ipv6.missing && { ipv6: ipv6.yes() }),
    ...(!egress.missing && { egress: egress.texts() }),
    ...(!dns.missing && { dns: readDns(dns) }),
  };
}

/** The name of the network that is meant. Throws `cni-malformed`. */
export function nameOf({ name, config }: PluginInput): string {
  return name ?? new Field(config, 'the configuration').at('name').text();
}

/** The error that a network cannot be as it is configured. Throw what it returns. */
export const misconfigured = (network: string, reason: string, mend: string) => failure('cni-config', { network, reason, mend });
