import { couldEnsure } from './could-ensure.js';
import { tellIpam } from './ipam-plugin.js';
import { readWish } from './read-wish.js';
import { requireKeeper } from './require-keeper.js';
import type { Asked, CniService } from './service.js';

/**
 * Whether ADD could be asked for: the configuration can be understood, its network is there or could be made, and whoever gives addresses is ready. Throws what is
 * in the way. Programs that leave the name out are told nothing of a network: any name that stood in its place could be that of another one.
 */
export async function status(service: CniService, asked: Asked): Promise<void> {
  const { input } = asked;
  const wish = readWish({ name: 'status', ...input });
  requireKeeper(service, wish);
  if (input.name !== undefined) await couldEnsure(service.fairlead, wish, input.config);
  await tellIpam(asked);
}
