import type { Facts } from '../../base/json.js';
import { familyOf, parseIp } from '../../ip/ip.js';
import { parsePrefix, prefixLength } from '../../ip/prefix.js';
import type { Ip, Prefix } from '../../ip/types.js';
import type { Endpoint } from '../../model/records.js';
import type { Joined } from '../../plugin/wire/endpoint.js';

/** What a plugin answered for a joined endpoint. */
export interface JoinFacts {
  /** The name of the link that it left in the host's stack. */
  readonly source?: string;
  readonly prefix?: string;
  readonly name?: string;
  readonly gateways: readonly Ip[];
  readonly routes: readonly { readonly to: Prefix; readonly via?: Ip }[];
  readonly nowhere: boolean;
}

/** The answer as it is stored. A route to everywhere is a gateway, however it was said. */
export function toFacts({ link, gateway, gateway6, routes, disableGatewayService }: Joined): Facts {
  const everywhere = routes.filter(({ to }) => prefixLength(to) === 0);
  const said = [gateway, gateway6, ...everywhere.map(({ via }) => via)].flatMap((each) => each ?? []);
  return {
    ...(link && { source: link.source, prefix: link.prefix, ...(link.name && { name: link.name }) }),
    // One for each family.
    gateways: said.filter((ip, at) => said.findIndex((other) => familyOf(other) === familyOf(ip)) === at),
    routes: routes.filter((route) => !everywhere.includes(route)).map(({ to, via }) => ({ to, ...(via && { via }) })),
    nowhere: disableGatewayService,
  };
}

/** It as it was stored; of an endpoint that is not joined, nothing. */
export function joinFacts({ facts }: Pick<Endpoint, 'facts'>): JoinFacts | undefined {
  if (!facts || !Array.isArray(facts['gateways'])) return undefined;
  const { source, prefix, name, gateways, routes, nowhere } = facts;
  return {
    ...(typeof source === 'string' && { source }),
    ...(typeof prefix === 'string' && { prefix }),
    ...(typeof name === 'string' && { name }),
    gateways: (gateways as readonly string[]).flatMap((each) => parseIp(each) ?? []),
    routes: (routes as readonly { readonly to: string; readonly via?: string }[]).flatMap(({ to, via }) => {
      const [prefixTo, next] = [parsePrefix(to), via === undefined ? undefined : parseIp(via)];
      return prefixTo ? [{ to: prefixTo, ...(next && { via: next }) }] : [];
    }),
    nowhere: nowhere === true,
  };
}
