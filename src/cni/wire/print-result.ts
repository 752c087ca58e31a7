import type { Facts } from '../../base/json.js';
import { splitInterfaceAddress } from '../../ip/interface-address.js';
import { familyOf } from '../../ip/ip.js';
import { prefixFamily } from '../../ip/prefix.js';
import type { Family } from '../../ip/types.js';
import type { CniDns, CniInterface, CniIp, CniResult, CniRoute } from './result.js';
import { atLeast, type CniVersion } from './versions.js';

/** A result in the words of a version. What that cannot say is left out: before 1.1.0 MTUs and the like, before 0.3.0 interfaces and all but the first address of a family. */
export function printResult(result: CniResult, version: CniVersion): Facts {
  if (!atLeast(version, '0.3.0')) return { cniVersion: version, ...oldFamilies(result), ...dns(result.dns) };
  return {
    cniVersion: version,
    ...(result.interfaces.length > 0 && { interfaces: result.interfaces.map((each) => printInterface(each, version)) }),
    ...(result.ips.length > 0 && { ips: result.ips.map((each) => printIp(each, version)) }),
    ...(result.routes.length > 0 && { routes: result.routes.map((each) => printRoute(each, version)) }),
    ...dns(result.dns),
  };
}

const printInterface = ({ name, mac, sandbox, ...rest }: CniInterface, version: CniVersion): Facts => ({
  name,
  ...(mac !== undefined && { mac }),
  ...(sandbox !== undefined && { sandbox }),
  ...(atLeast(version, '1.1.0') && rest),
});

// The family was said up to 0.4.0.
const printIp = ({ address, gateway, interface: index }: CniIp, version: CniVersion): Facts => ({
  ...(!atLeast(version, '1.0.0') && { version: String(familyOf(splitInterfaceAddress(address).ip)) }),
  ...(index !== undefined && { interface: index }),
  address,
  ...(gateway !== undefined && { gateway }),
});

const printRoute = ({ dst, gw, ...rest }: CniRoute, version: CniVersion): Facts => ({
  dst,
  ...(gw !== undefined && { gw }),
  ...(atLeast(version, '1.1.0') && rest),
});

function dns({ nameservers, domain, search, options }: CniDns): Facts {
  const said: Facts = {
    ...(nameservers.length > 0 && { nameservers }),
    ...(domain !== undefined && { domain }),
    ...(search.length > 0 && { search }),
    ...(options.length > 0 && { options }),
  };
  return Object.keys(said).length > 0 ? { dns: said } : {};
}

const oldFamilies = (result: CniResult): Facts => Object.fromEntries(([4, 6] as const).flatMap((family) => oldFamily(result, family)));

function oldFamily({ ips, routes }: CniResult, family: Family): readonly (readonly [string, Facts])[] {
  const first = ips.find(({ address }) => familyOf(splitInterfaceAddress(address).ip) === family);
  if (!first) return [];
  const own = routes.filter(({ dst }) => prefixFamily(dst) === family).map((each) => printRoute(each, '0.2.0'));
  const { address, gateway } = first;
  return [[`ip${family}`, { ip: address, ...(gateway !== undefined && { gateway }), ...(own.length > 0 && { routes: own }) }]];
}
