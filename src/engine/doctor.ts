import type { DoctorView } from '../model/check.js';
import type { Finding } from '../model/fairlead.js';
import type { Difference } from '../ledger/drift.js';
import { commands } from '../resource/commands.js';
import { mendingHand } from '../resource/hand.js';
import { keyOf } from '../resource/key.js';
import type { Key } from '../resource/resource.js';
import type { Context } from './context.js';
import { nameOf } from './find.js';

/** Looks at records and kernel through every check. What is on its way out is let go first, so that it is not found. */
export async function doctor(context: Context): Promise<readonly Finding[]> {
  const { records, ledger, names, checks, draining, kernel, instance } = context;
  await draining.settled();
  const { differences } = await ledger.heal('report');
  const hand = mendingHand(instance, (stack) => kernel.pathOf(stack));
  const view: DoctorView = {
    networks: records.networks.list(),
    sandboxes: records.sandboxes.list(),
    endpoints: records.endpoints.list(),
    differences,
    holders: await holders(context, differences),
    unanswered: await names.troubles(),
    host: await kernel.survey('host'),
    typed: (operation) => commands([operation], hand),
    nameOf: (owner) => nameOf(context, owner),
  };
  return checks.flatMap((check) => check.run(view));
}

// A port that is free by now is held again by whoever mends.
async function holders({ kernel }: Context, differences: readonly Difference[]): Promise<ReadonlyMap<Key, string>> {
  const found = new Map<Key, string>();
  for (const { operation } of differences) {
    if (operation.do !== 'create' || operation.resource.kind !== 'held') continue;
    const holder = await kernel.holder(operation.resource);
    if (holder !== undefined) found.set(keyOf(operation.resource), holder);
  }
  return found;
}
