import { failure } from '../../base/error.js';
import type { Facts } from '../../base/json.js';
import { Field } from '../../cni/wire/field.js';
import { parseResult } from '../../cni/wire/parse-result.js';
import type { CniIp, CniResult } from '../../cni/wire/result.js';
import { interfaceAddress, splitInterfaceAddress } from '../../ip/interface-address.js';
import { familyOf, ipNumber, parseIp } from '../../ip/ip.js';
import { parseMac } from '../../ip/mac.js';
import { makePrefix, prefixFamily, prefixLength } from '../../ip/prefix.js';
import type { Family } from '../../ip/types.js';
import type { MadeInside } from '../../model/driver.js';
import { MADE_INSIDE } from '../../model/made-inside.js';
import type { Learned, Lease } from '../../model/records.js';

/** What the plugins' result says that the link `ifName` has. Throws `cni-malformed` and `cni-result-unfit`. */
export function madeOf(network: string, said: Facts, ifName: string): MadeInside & { readonly ways: readonly Family[] } {
  const result = parseResult(new Field(said, `what the plugins of network ${network} made`), '1.1.0');
  const index = result.interfaces.findIndex(({ name, sandbox }) => name === ifName && sandbox !== undefined);
  if (result.interfaces.length > 0 && index < 0) throw failure('cni-result-unfit', { network, reason: `it names no interface ${ifName} of the container` });
  const mac = parseMac(result.interfaces[index]?.mac ?? '');
  const own = result.ips.filter(({ interface: of }) => of === undefined || of === index);
  return {
    facts: said,
    leases: own.map((ip, at) => leaseOf(ip, result, at === 0)),
    ...(mac && { mac }),
    ways: ([4, 6] as const).filter((family) => result.routes.some(({ dst }) => prefixLength(dst) === 0 && prefixFamily(dst) === family)),
  };
}

// Name servers are told once, with the first address.
function leaseOf({ address, gateway }: CniIp, { dns }: CniResult, first: boolean): Lease {
  const { ip, length } = splitInterfaceAddress(address);
  const family = familyOf(ip);
  const learned: Learned = {
    ...(gateway !== undefined && { gateway }),
    routes: [],
    servers: first ? dns.nameservers.flatMap((each) => parseIp(each) ?? []) : [],
    search: first ? [...(dns.domain === undefined ? [] : [dns.domain]), ...dns.search] : [],
  };
  const subnet = makePrefix(family, ipNumber(ip), length);
  return { family, subnet, ip, address: interfaceAddress(ip, length), until: null, learned, facts: MADE_INSIDE };
}
