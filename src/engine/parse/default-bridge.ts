import { failure } from '../../base/error.js';
import { interfaceAddress, splitInterfaceAddress } from '../../ip/interface-address.js';
import { familyOf, isLinkLocal } from '../../ip/ip.js';
import { parsePrefixLoose } from '../../ip/prefix.js';
import type { Family, InterfaceAddress } from '../../ip/types.js';
import type { NetworkAsk } from '../../model/asks.js';
import type { DefaultBridge } from '../../model/default-bridge.js';
import { PUBLISHING } from '../../model/publishing.js';
import type { PoolAsk, Strings } from '../../model/records.js';
import type { Survey } from '../../resource/survey.js';
import { readIp } from './addresses.js';

/** What is asked for the predefined network `bridge`; the addresses of a bridge that it is to use are on this host. Throws `value-invalid`. */
export function askDefaultBridge(wanted: DefaultBridge, { links }: Pick<Survey, 'links'>): NetworkAsk {
  const theirs = wanted.bridge === undefined ? [] : (links.find(({ name, ours }) => name === wanted.bridge && !ours)?.addresses ?? []);
  const config = ([4, 6] as const).flatMap((family) => poolOf(family, wanted, theirs));
  const ipv6 = wanted.ipv6 ?? config.some(({ subnet }) => subnet?.includes(':'));
  return {
    name: 'bridge',
    driver: 'bridge',
    ipv6,
    options: optionsOf(wanted),
    ipam: { config: config.filter(({ subnet }) => ipv6 || !subnet?.includes(':')) },
  };
}

const optionsOf = ({ bridge, icc, ip, ipMasq, mtu }: DefaultBridge): Strings =>
  Object.fromEntries(
    Object.entries({
      'com.docker.network.bridge.default_bridge': true,
      'com.docker.network.bridge.name': bridge,
      'com.docker.network.bridge.enable_icc': icc,
      'com.docker.network.bridge.enable_ip_masquerade': ipMasq,
      [PUBLISHING.binding]: ip,
      'com.docker.network.driver.mtu': mtu,
    }).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  );

function poolOf(family: Family, wanted: DefaultBridge, theirs: readonly InterfaceAddress[]): readonly PoolAsk[] {
  const [bip, fixed, router] = family === 4 ? [wanted.bip, wanted.fixedCidr, wanted.defaultGateway] : [wanted.bip6, wanted.fixedCidr6, wanted.defaultGateway6];
  const own = bip === undefined ? theirs.find((each) => isOwn(each, family)) : readAddress(family === 4 ? 'bip' : 'bip6', bip, family);
  const subnet = own === undefined ? fixed : parsePrefixLoose(own);
  if (subnet === undefined && router === undefined) return [];
  return [
    {
      ...(subnet !== undefined && { subnet }),
      ...(own !== undefined && { gateway: splitInterfaceAddress(own).ip }),
      ...(fixed !== undefined && fixed !== subnet && { ipRange: fixed }),
      ...(router !== undefined && { auxAddresses: { [`DefaultGatewayIPv${family}`]: router } }),
    },
  ];
}

function isOwn(address: InterfaceAddress, family: Family): boolean {
  const { ip } = splitInterfaceAddress(address);
  return familyOf(ip) === family && !isLinkLocal(ip);
}

function readAddress(field: string, text: string, family: Family): InterfaceAddress {
  const [ip = '', length = ''] = text.split('/');
  const most = family === 4 ? 32 : 128;
  if (/^\d{1,3}$/.test(length) && Number(length) <= most) return interfaceAddress(readIp(field, ip, family), Number(length));
  throw failure('value-invalid', {
    field,
    value: text,
    reason: 'no address with its subnet',
    mend: `write it as ${family === 4 ? '10.9.0.1/24' : 'fd09::1/64'}`,
  });
}
