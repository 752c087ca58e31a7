import { couldEnsure } from './ensure-network.js';
import { tellIpam } from './ipam-plugin.js';
import { readWish } from './read-wish.js';
import { requireKeeper } from './require-keeper.js';
import type { Asked, CniService } from './service.js';

/** Whether ADD could be asked for: the configuration can be understood, its network is there or could be made, and whoever gives addresses is ready. Throws what is in the way. */
export async function status(service: CniService, asked: Asked): Promise<void> {
  const wish = readWish({ name: 'status', ...asked.input });
  requireKeeper(service, wish);
  await couldEnsure(service.fairlead, wish);
  await tellIpam(asked);
}
