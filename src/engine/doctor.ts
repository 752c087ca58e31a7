import type { Difference } from '../ledger/drift.js';
import type { Check, DoctorView } from '../model/check.js';
import type { DoctorHow, Finding, Found } from '../model/fairlead.js';
import { commands } from '../resource/commands.js';
import { mendingHand } from '../resource/hand.js';
import { keyOf } from '../resource/key.js';
import type { Key } from '../resource/resource.js';
import { abandoned } from './abandoned.js';
import type { Context } from './context.js';
import { nameOf } from './find.js';
import { ipamOf } from './addresses.js';
import { fix } from './fix.js';
import { silentServers } from './silent-servers.js';

/**
 * Looks at records, kernel and host through every check. With `fix` what is ours is mended and looked at once more: what is gone by then was
 * mended, by this call or by the drift controller, which is at work beside it.
 */
export async function doctor(context: Context, { fix: mends = false }: DoctorHow): Promise<readonly Finding[]> {
  const before = await look(context);
  if (!mends) return before.map(({ found }) => ({ ...found, mended: false }));
  await fix(context);
  const after = await look(context);
  const left = new Set(after.map(({ found }) => identity(found)));
  return [
    ...before.filter(({ check, found }) => check.ours && !left.has(identity(found))).map(({ found }) => ({ ...found, mended: true })),
    ...after.map(({ found }) => ({ ...found, mended: false })),
  ];
}

interface Look {
  readonly check: Check;
  readonly found: Found;
}

const identity = ({ code, object, problem }: Found): string => JSON.stringify([code, object, problem]);

// What is on its way out is let go first, so that it is not found.
async function look(context: Context): Promise<readonly Look[]> {
  await context.draining.settled();
  const view = await viewOf(context);
  const all: Look[] = [];
  for (const check of context.checks) for (const found of await check.run(view)) all.push({ check, found });
  return all;
}

async function viewOf(context: Context): Promise<DoctorView> {
  const { records, ledger, names, kernel, instance } = context;
  // A whole look lets nobody attach meanwhile: it is for where there is something to be found.
  const differences = (await ledger.seemsWell()) ? [] : (await ledger.heal('report')).differences;
  const host = await kernel.surroundings();
  const hand = mendingHand(instance, (stack) => kernel.pathOf(stack));
  const full = await fullPools(context);
  return {
    networks: records.networks.list(),
    sandboxes: records.sandboxes.list(),
    endpoints: records.endpoints.list(),
    ...(context.cluster && { cluster: context.cluster.place }),
    abandoned: abandoned(context),
    full,
    differences,
    holders: await holders(context, differences),
    unanswered: await names.troubles(),
    host,
    settings: async (paths) => {
      const values = await kernel.was(paths.map((path) => ({ kind: 'sysctl', in: 'host', path, value: '' })));
      return values.map((each) => (typeof each?.['value'] === 'string' ? each['value'] : undefined));
    },
    judge: (packets) => kernel.judge(packets),
    listeners: (stack) => kernel.listeners(stack),
    silentServers: () => silentServers(context),
    typed: (operation) => commands([operation], hand),
    nameOf: (owner) => nameOf(context, owner),
  };
}

async function fullPools(context: Context): Promise<DoctorView['full']> {
  const full: DoctorView['full'][number][] = [];
  for (const network of context.records.networks.list())
    for (const pool of network.pools) if (await ipamOf(context, network).isFull(pool)) full.push({ network, range: pool.range ?? pool.subnet });
  return full;
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
