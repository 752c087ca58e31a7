import type { Network } from '../model/records.js';
import type { Context } from './context.js';
import { driverOf, sceneOf } from './describe.js';

/** Whether endpoints of this network have a MAC address of their own. */
export function hasMac(context: Context, network: Network): boolean {
  const { traits, ownMac } = driverOf(context, network.driver);
  return traits.addresses && (ownMac?.(sceneOf(context, network).options) ?? true);
}
