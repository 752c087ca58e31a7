import { failure } from '../../base/error.js';
import { interfaceAddress, splitInterfaceAddress } from '../../ip/interface-address.js';
import { familyOf, isLinkLocal } from '../../ip/ip.js';
import { parsePrefixLoose } from '../../ip/prefix.js';
import type { Family, InterfaceAddress } from '../../ip/types.js';
import type { NetworkAsk } from '../../model/asks.js';
import type { DefaultBridge } from '../../model/default-bridge.js';
import { ICC } from '../../model/icc.js';
import { PUBLISHING } from '../../model/publishing.js';
import type { PoolAsk, Strings } from '../../model/records.js';
import type { LinkSeen, Survey } from '../../resource/survey.js';
import { readIp } from './addresses.js';

/** The option by which a bridge is named. */
export const BRIDGE_NAME = 'com.docker.network.bridge.name';

/** What is asked for the predefined network `bridge`; the addresses of a bridge that it is to use are on this host. Throws `value-invalid`. */
export function askDefaultBridge(wanted: DefaultBridge, { links }: Pick<Survey, 'links'>): NetworkAsk {
  refuseTwice(wanted);
  const theirs = addressesOf(links.find(({ name, ours }) => name === wanted.bridge && !ours));
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

// A bridge that is used keeps its addresses. dockerd refuses the two as well (verifyDaemonSettings).
function refuseTwice({ bridge, bip, bip6 }: DefaultBridge): void {
  const [field, value] = bip === undefined ? ['bip6', bip6] : ['bip', bip];
  if (bridge === undefined || value === undefined) return;
  const mend = `leave ${field} out, and the first address of ${bridge} decides on the subnet; or leave bridge out`;
  throw failure('value-invalid', { field, value, reason: `not for a bridge that is there already, ${bridge}`, mend });
}

// Those of a link that is no bridge are for nobody else.
function addressesOf(link: LinkSeen | undefined): readonly InterfaceAddress[] {
  if (link === undefined || link.type === 'bridge') return link?.addresses ?? [];
  const mend = 'name a bridge, or leave it out: fairlead has one of its own';
  throw failure('value-invalid', { field: 'bridge', value: link.name, reason: 'a link of this host, and no bridge', mend });
}

const optionsOf = ({ bridge, icc, ip, ipMasq, mtu }: DefaultBridge): Strings =>
  Object.fromEntries(
    Object.entries({
      'com.docker.network.bridge.default_bridge': true,
      [BRIDGE_NAME]: bridge,
      [ICC]: icc,
      'com.docker.network.bridge.enable_ip_masquerade': ipMasq,
      [PUBLISHING.binding]: ip,
      'com.docker.network.driver.mtu': mtu,
    }).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  );

const ALONE = {
  4: { reason: 'given without its subnet', mend: 'add bip or fixed-cidr' },
  6: { reason: 'given without its subnet', mend: 'add bip6 or fixed-cidr-v6' },
} as const;

function poolOf(family: Family, wanted: DefaultBridge, theirs: readonly InterfaceAddress[]): readonly PoolAsk[] {
  const [bip, fixed, router] = family === 4 ? [wanted.bip, wanted.fixedCidr, wanted.defaultGateway] : [wanted.bip6, wanted.fixedCidr6, wanted.defaultGateway6];
  const own = bip === undefined ? theirs.find((each) => isOwn(each, family)) : readAddress(family === 4 ? 'bip' : 'bip6', bip, family);
  const subnet = own === undefined ? fixed : parsePrefixLoose(own);
  if (subnet === undefined && router === undefined) return [];
  if (subnet === undefined)
    throw failure('value-invalid', { field: family === 4 ? 'default-gateway' : 'default-gateway-v6', value: router ?? '', ...ALONE[family] });
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
