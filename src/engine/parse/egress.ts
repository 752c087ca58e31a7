import { failure } from '../../base/error.js';
import { METADATA } from '../../ip/metadata.js';
import { bitsOf, parsePrefix, parsePrefixLoose } from '../../ip/prefix.js';
import { familyOf, parseIp } from '../../ip/ip.js';
import type { Prefix } from '../../ip/types.js';
import { namesMetadata } from '../../model/egress.js';
import type { Driver } from '../../model/driver.js';
import { isLedByAnother, isOnSegment } from '../../model/publishing.js';
import type { Egress, Network } from '../../model/records.js';
import { sendsNothing } from './sends-nothing.js';

/** Where a user lets sandboxes send: `all`, `none`, or addresses and subnets. Throws `value-invalid`. */
export function parseEgress(texts: readonly string[]): Egress {
  const [first] = texts;
  if (first === undefined) throw wrong('', 'nothing', 'write none for nowhere, all for everywhere');
  if (texts.length === 1 && first === 'none') return [];
  const egress = [...new Set(texts.map(readOne))];
  const beside = egress.includes('all') ? egress.find((each) => each !== 'all' && !METADATA.some((address) => namesMetadata(each, address))) : undefined;
  if (beside !== undefined) throw wrong(beside, 'in all already', 'leave one of the two out; beside all stand only metadata addresses that are to be open');
  return egress;
}

function readOne(text: string): Egress[number] {
  if (text === 'all') return text;
  if (text === 'none') throw wrong(text, 'something that stands alone', 'give none, or where it may send');
  const ip = parseIp(text);
  const prefix = ip === undefined ? parsePrefix(text) : (`${ip}/${bitsOf(familyOf(ip))}` as Prefix);
  if (prefix?.startsWith('::ffff:')) throw wrong(text, 'an IPv4 address in the form of IPv6, which no packet has', 'write it as IPv4: 192.0.2.7');
  if (prefix !== undefined) return prefix;
  const loose = parsePrefixLoose(text);
  if (loose !== undefined) throw wrong(text, 'not the beginning of its range', `the subnet would be ${loose}`);
  throw wrong(text, 'neither an address nor a subnet', 'all, none, 192.0.2.7, 10.0.0.0/8 or 2001:db8::/32');
}

/** Refuses to limit where sandboxes send past the host's ruleset. Throws `value-invalid`. */
export function requireInlet(driver: Driver, network: Pick<Network, 'driver' | 'options'>, egress: Egress | undefined): void {
  if (egress === undefined || canLimit(driver, network)) return;
  throw wrong(
    egress.join() || 'none',
    `nothing that can be had on ${whichOf(driver, network)}, which sends past the rules of this host`,
    'leave it out, or use a network of driver bridge whose gateway is this host',
  );
}

/** Whether what sandboxes of this driver's networks send can be limited: it passes the ruleset, or nothing is sent at all. */
export const canLimit = (driver: Driver, network: Pick<Network, 'driver' | 'options'>): boolean =>
  (driver.inlet !== undefined && !isOnSegment(network) && !isLedByAnother(network)) || sendsNothing(driver);

function whichOf(driver: Driver, network: Pick<Network, 'driver' | 'options'>): string {
  if (isOnSegment(network)) return 'a network with a parent';
  return isLedByAnother(network) ? 'a network whose gateway is somebody else (inhibit_ipv4)' : `a network of driver ${driver.name}`;
}

const wrong = (value: string, reason: string, mend: string) => failure('value-invalid', { field: 'egress', value, reason, mend });
