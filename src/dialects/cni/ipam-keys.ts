import { type IpRange, readIpRange } from '../../cni/wire/capabilities.js';
import type { Field } from '../../cni/wire/field.js';
import { parseIp } from '../../ip/ip.js';
import { parsePrefixLoose } from '../../ip/prefix.js';
import type { Strings } from '../../model/records.js';
import { textsBy, unsupported } from './keys.js';
import { DHCP, OURS } from './ipam-plugin.js';
import { rangeWish } from './ipam-range.js';
import type { Ground, IpamWish, WishedRoute } from './wish.js';

const KEYS = ['type', 'subnet', 'rangeStart', 'rangeEnd', 'gateway', 'ranges', 'routes'];

/** Whether nobody is to give addresses: there is an `ipam` that says nothing at all, or there is none and the interface is to be down. */
export const isWithoutAddresses = (ipam: Field, isDown: boolean): boolean => ipam.entries().length === 0 && (isDown || !ipam.missing);

/** Who gives addresses, and which. `dynamic` are those that a runtime brings along. Throws `cni-malformed` and `cni-unsupported`. */
export function readIpam(ipam: Field, dynamic: readonly (readonly IpRange[])[], isDown: boolean): IpamWish {
  if (isWithoutAddresses(ipam, isDown) && dynamic.length === 0) return { ranges: [], routes: [], nobody: true };
  const plugin = ipam.at('type').optionalText();
  if (plugin === DHCP) return { dhcp: readDhcp(ipam, dynamic) };
  if (plugin !== undefined && plugin !== OURS) return { plugin };
  for (const [key] of ipam.entries()) {
    if (!KEYS.includes(key)) throw unsupported(`ipam.${key}`, 'addresses of Fairlead have no such word', `those they have: ${KEYS.join(', ')}`);
  }
  const own = [
    ...(ipam.at('subnet').missing ? [] : [[readIpRange(ipam)]]),
    ...ipam
      .at('ranges')
      .list()
      .map((set) => set.list().map(readIpRange)),
  ];
  const sets = dynamic.length > 0 ? dynamic : own;
  return { ranges: sets.map(onlyOne), routes: readRoutes(ipam.at('routes')), ...(sets === dynamic && { told: true }) };
}

function readDhcp(ipam: Field, dynamic: readonly unknown[]): Strings {
  if (dynamic.length > 0) throw unsupported('capabilities.ipRanges', 'addresses are from DHCP servers', 'leave it out');
  const word = ipam.entries().find(([key]) => key !== 'type' && key !== 'options')?.[0];
  if (word !== undefined)
    throw unsupported(
      `ipam.${word}`,
      'Fairlead asks the DHCP servers itself, without the daemon of CNI',
      'leave it out; what can be said of leases goes in "options"',
    );
  return textsBy(ipam.at('options'));
}

// An address of each set, out of any of its ranges: a network here has one subnet a family.
function onlyOne(set: readonly IpRange[]): Ground['pools'][number] {
  const [range, ...more] = set;
  if (range && more.length === 0) return { subnet: range.subnet, ...(range.gateway !== undefined && { gateway: range.gateway }), ...rangeWish(range) };
  throw unsupported(
    'ipam.ranges',
    `a set has ${set.length} ranges, and a network one subnet of each family`,
    'write one range in each set: [[{"subnet": "10.22.0.0/16"}]]',
  );
}

const ROUTE_WORDS = ['mtu', 'advmss', 'priority', 'table', 'scope'] as const;

/** Refuses what a route says beside where it leads. Throws `cni-unsupported`. */
export function refuseRouteWords(says: (word: (typeof ROUTE_WORDS)[number]) => boolean): void {
  const word = ROUTE_WORDS.find(says);
  if (word !== undefined) throw unsupported(`routes.${word}`, 'routes of Fairlead are of the main table and have no such word', 'leave it out');
}

/** Routes as IPAM plugins are told them. Throws `cni-malformed` and `cni-unsupported`. */
const readRoutes = (field: Field): readonly WishedRoute[] =>
  field.list().map((each) => {
    refuseRouteWords((word) => !each.at(word).missing);
    const via = each.at('gw').optional(parseIp, 'an IP address');
    return { to: each.at('dst').required(parsePrefixLoose, 'a subnet'), ...(via !== undefined && { via }) };
  });
