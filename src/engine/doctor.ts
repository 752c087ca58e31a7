import type { DoctorView } from '../model/check.js';
import type { Finding } from '../model/fairlead.js';
import { commands } from '../resource/commands.js';
import { mendingHand } from '../resource/hand.js';
import type { Context } from './context.js';
import { nameOf } from './find.js';

/** Looks at records and kernel through every check. What is on its way out is let go first, so that it is not found. */
export async function doctor(context: Context): Promise<readonly Finding[]> {
  const { records, ledger, checks, draining, kernel, instance } = context;
  await draining.settled();
  const { differences } = await ledger.heal('report');
  const hand = mendingHand(instance, (stack) => kernel.pathOf(stack));
  const view: DoctorView = {
    networks: records.networks.list(),
    sandboxes: records.sandboxes.list(),
    endpoints: records.endpoints.list(),
    differences,
    host: await kernel.survey('host'),
    typed: (operation) => commands([operation], hand),
    nameOf: (owner) => nameOf(context, owner),
  };
  return checks.flatMap((check) => check.run(view));
}
