import { familyOf } from '../ip/ip.js';
import type { Ip } from '../ip/types.js';
import { bindingOf, modeOf } from '../model/publishing.js';
import type { Network, PublishedPort, Sandbox } from '../model/records.js';
import type { Context } from './context.js';
import { EVERY, type PortWish } from './parse/ports.js';

/** What becomes of wishes on the networks of a sandbox: some are for ports of the host, others open the sandbox's own. */
export interface Placed {
  readonly wishes: readonly PortWish[];
  /** Without a port of the host: their families' way out is a network that routes. */
  readonly routed: readonly PublishedPort[];
}

/** Decides which addresses of the host are meant where nobody chose them, and which families need none. */
export function placePorts({ records }: Pick<Context, 'records'>, { id, ports }: Sandbox, wishes: readonly PortWish[]): Placed {
  const out = new Map<number, Network>();
  for (const { gateway, network } of records.endpointsIn(id)) for (const family of gateway) out.set(family, records.networks.get(network));
  const isRouted = (ip: Ip): boolean => {
    const network = out.get(familyOf(ip));
    return network !== undefined && modeOf(network, familyOf(ip)) === 'routed';
  };
  const routed: PublishedPort[] = [];
  const placed = wishes.flatMap((wish): PortWish[] => {
    const { protocol, target, byDefault } = wish;
    const ips = byDefault ? defaults(out) : wish.ips;
    for (const ip of ips) if (isRouted(ip)) routed.push({ protocol, ip, port: 0, target, ...(byDefault && { byDefault }) });
    const held = ips.filter((ip) => !isRouted(ip));
    return held.length === 0 ? [] : [{ ...wish, ips: held }];
  });
  return { wishes: placed, routed: fresh(routed, ports) };
}

// A network that publishes at one address does so for both families: a port of the other would be open to more than it says.
function defaults(out: ReadonlyMap<number, Network>): readonly Ip[] {
  const bindings = [4, 6].map((family) => {
    const network = out.get(family);
    return network && modeOf(network, family as 4 | 6) !== 'routed' ? bindingOf(network) : undefined;
  });
  return EVERY.flatMap((every, at) => {
    const binding = bindings[at];
    if (binding === undefined) return [every];
    return familyOf(binding) === familyOf(every) ? [binding] : [];
  });
}

// Each once, and none that the sandbox has.
function fresh(routed: readonly PublishedPort[], had: readonly PublishedPort[]): readonly PublishedPort[] {
  if (routed.length === 0) return routed;
  const known = new Set(had.map(nameOf));
  const each = new Map(routed.toReversed().map((port) => [nameOf(port), port]));
  return [...each.values()].filter((port) => !known.has(nameOf(port))).toReversed();
}

const nameOf = ({ port, protocol, ip, target }: PublishedPort): string => `${port} ${protocol} ${ip} ${target}`;
