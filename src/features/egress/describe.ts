import { familyOf, ipFromNumber } from '../../ip/ip.js';
import { ownAddresses } from '../../model/own-addresses.js';
import { bitsOf, lastOf, networkAddress, prefixFamily, prefixLength, subnets } from '../../ip/prefix.js';
import type { Ip, Prefix } from '../../ip/types.js';
import type { EndpointScene } from '../../model/driver.js';
import { effectiveEgress, isLimited, openedMetadata } from '../../model/egress.js';
import type { Egress } from '../../model/records.js';
import { hostElement } from '../../resource/element.js';
import type { ElementResource } from '../../resource/resource.js';

type Scene = Pick<EndpointScene, 'network' | 'endpoint' | 'sandbox' | 'inlet'>;

/**
 * Where an endpoint may send by its gateway. Each of its addresses is free or limited, whatever others on the network are: once one is
 * limited, what is neither leaves by none, so that a forged address is of no use.
 */
export function describeEgress({ network, endpoint, sandbox, inlet }: Scene): readonly ElementResource[] {
  if (inlet === undefined || !endpoint.link) return [];
  const { egress } = effectiveEgress(network, sandbox);
  const limited = isLimited(egress);
  const opened = openedMetadata(egress);
  return [
    ...(limited ? [hostElement('watched', inlet)] : []),
    ...ownAddresses(endpoint).flatMap((source) => [
      hostElement(`${limited ? 'limited' : 'free'}${familyOf(source)}`, `${inlet} . ${source}`),
      ...(limited ? allowed(egress, source) : []),
      ...opened
        .filter((address) => familyOf(address) === familyOf(source))
        .map((address) => hostElement(`metadata${familyOf(source)}`, `${inlet} . ${source} . ${address}`)),
    ]),
  ];
}

const allowed = (egress: Egress, source: Ip): readonly ElementResource[] =>
  egress.flatMap((prefix) =>
    prefix === 'all' || prefixFamily(prefix) !== familyOf(source)
      ? []
      : wholeDigits(prefix).map(([first, last]) => hostElement(`egress${familyOf(source)}`, `${source} . ${first} . ${last}`)),
  );

/** A prefix as prefixes of whole hexadecimal digits, for which the ruleset has its rules: their first and last addresses. */
export function wholeDigits(prefix: Prefix): readonly (readonly [Ip, Ip])[] {
  const family = prefixFamily(prefix);
  const length = Math.min(bitsOf(family), Math.max(4, Math.ceil(prefixLength(prefix) / 4) * 4));
  return [...subnets(prefix, length)].map((part) => [networkAddress(part), ipFromNumber(lastOf(part), family)] as const);
}
