import type { Family, Ip } from '../../ip/types.js';
import type { Addressing, Scene } from '../../model/driver.js';
import type { Endpoint, Pool } from '../../model/records.js';
import { defaultGateway } from '../../model/default-gateway.js';
import { advertisedWays } from '../advertised.js';
import { leasedWays } from '../leased.js';
import type { BridgeOptions } from './options.js';

/** A network needs an address where its bridge has one, or sandboxes are to be led out by it (GwAllocChecker of moby's bridge driver). */
export const addressing = ({ enabled, mode, inhibit4, parent }: BridgeOptions, { internal }: { readonly internal: boolean }): Addressing => ({
  enabled,
  gateways: parent !== undefined ? [] : ([4, 6] as const).filter((family) => mode[family] !== 'isolated' && !(family === 4 && inhibit4 && internal)),
});

/** The bridge's own address in a subnet. */
export const bridgeAddress = ({ gateway, family }: Pool, { mode, inhibit4 }: BridgeOptions): Ip | undefined =>
  mode[family] === 'isolated' || (family === 4 && inhibit4) ? undefined : gateway;

/** The families of which a network leads out, and the endpoint has an address. */
export function waysOut({ network, endpoint }: Scene<BridgeOptions> & { readonly endpoint: Endpoint }): readonly Family[] {
  if (network.internal) return [];
  const given = network.pools.filter((pool) => defaultGateway(pool) !== undefined).map(({ family }) => family);
  return [...new Set([...given, ...leasedWays(endpoint)])].filter((family) => endpoint.leases.some((lease) => lease.family === family));
}

/** Where its own bridge has the segment in it, and no gateway there is known, the routers may say one. */
export const mayLeadOut = (scene: Scene<BridgeOptions> & { readonly endpoint: Endpoint }): readonly Family[] =>
  scene.options.parent === undefined ? [] : advertisedWays(scene);
