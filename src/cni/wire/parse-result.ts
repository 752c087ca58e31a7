import { interfaceAddress } from '../../ip/interface-address.js';
import { familyOf, parseIp } from '../../ip/ip.js';
import { bitsOf, parsePrefixLoose } from '../../ip/prefix.js';
import type { InterfaceAddress } from '../../ip/types.js';
import type { Field } from './field.js';
import type { CniDns, CniInterface, CniIp, CniResult, CniRoute } from './result.js';
import { atLeast, type CniVersion, isCniVersion } from './versions.js';

const UINT32 = 2 ** 32 - 1;

/** A result as a plugin prints it, of any version; one that names none is of the version in which it was asked. Throws `cni-malformed`. */
export function parseResult(field: Field, asked: CniVersion): CniResult {
  field.facts();
  const said = field.at('cniVersion').optional((text) => (isCniVersion(text) ? text : undefined), 'a version known here');
  return atLeast(said ?? asked, '0.3.0') ? readResult(field) : readOldResult(field);
}

const readResult = (field: Field): CniResult => ({
  interfaces: field.at('interfaces').list().map(readInterface),
  ips: field.at('ips').list().map(readIp),
  routes: field.at('routes').list().map(readRoute),
  dns: readDns(field.at('dns')),
});

// Before 0.3.0 there was one address a family, with its routes, and no word of interfaces.
function readOldResult(field: Field): CniResult {
  const each = [field.at('ip4'), field.at('ip6')].filter((family) => !family.missing);
  return {
    interfaces: [],
    ips: each.map((family) => ({
      address: family.at('ip').required(parseCniAddress, ADDRESS),
      ...present('gateway', family.at('gateway').optional(parseIp, IP)),
    })),
    routes: each.flatMap((family) => family.at('routes').list().map(readRoute)),
    dns: readDns(field.at('dns')),
  };
}

const ADDRESS = 'an address with its length';
const IP = 'an IP address';

const readInterface = (field: Field): CniInterface => ({
  name: field.at('name').text(),
  ...present('mac', field.at('mac').optional(parseHardwareAddress, 'a hardware address')),
  ...present('mtu', some(field.at('mtu').optionalInteger(0, UINT32))),
  ...present('sandbox', field.at('sandbox').optionalText()),
  ...present('socketPath', field.at('socketPath').optionalText()),
  ...present('pciID', field.at('pciID').optionalText()),
});

const readIp = (field: Field): CniIp => ({
  address: field.at('address').required(parseCniAddress, ADDRESS),
  ...present('gateway', field.at('gateway').optional(parseIp, IP)),
  ...present('interface', field.at('interface').optionalInteger(0, UINT32)),
});

/** A route as results and configurations say it. Throws `cni-malformed`. */
export const readRoute = (field: Field): CniRoute => ({
  dst: field.at('dst').required(parsePrefixLoose, 'a subnet'),
  ...present('gw', field.at('gw').optional(parseIp, IP)),
  ...present('mtu', some(field.at('mtu').optionalInteger(0, UINT32))),
  ...present('advmss', some(field.at('advmss').optionalInteger(0, UINT32))),
  ...present('priority', some(field.at('priority').optionalInteger(0, UINT32))),
  ...present('table', field.at('table').optionalInteger(0, UINT32)),
  ...present('scope', field.at('scope').optionalInteger(0, 255)),
});

/** How names are looked up, as results and configurations say it. Throws `cni-malformed`. */
export const readDns = (field: Field): CniDns => ({
  nameservers: field.at('nameservers').texts(),
  ...present('domain', field.at('domain').optionalText()),
  search: field.at('search').texts(),
  options: field.at('options').texts(),
});

/** An address with the length of its network; bits behind the length stay. */
export function parseCniAddress(text: string): InterfaceAddress | undefined {
  const [address = '', length = '', ...more] = text.split('/');
  const ip = parseIp(address);
  if (ip === undefined || more.length > 0 || !/^(0|[1-9]\d{0,2})$/.test(length) || Number(length) > bitsOf(familyOf(ip))) return undefined;
  return interfaceAddress(ip, Number(length));
}

const parseHardwareAddress = (text: string): string | undefined => (/^[\da-f]{2}(:[\da-f]{2})+$/i.test(text) ? text.toLowerCase() : undefined);

// 0 is how Go's encoders say "none said" of these numbers, where they say it at all.
const some = (number: number | undefined): number | undefined => (number === 0 ? undefined : number);

const present = <Name extends string, T>(name: Name, value: T | undefined): { readonly [N in Name]?: T } =>
  (value === undefined ? {} : { [name]: value }) as { readonly [N in Name]?: T };
