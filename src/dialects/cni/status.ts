import { tellIpam } from './ipam-plugin.js';
import { readWish } from './read-wish.js';
import { requireKeeper } from './require-keeper.js';
import type { Asked, CniService } from './service.js';

/** Whether ADD could be asked for: the configuration can be understood, the engine answers, and so does whoever gives addresses. */
export async function status(service: CniService, asked: Asked): Promise<void> {
  requireKeeper(service, readWish({ name: 'status', ...asked.input }));
  await service.fairlead.info();
  await tellIpam(asked);
}
