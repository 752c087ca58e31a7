import type { Difference } from '../ledger/drift.js';
import type { Check, DoctorView } from '../model/check.js';
import type { DoctorHow, Finding, Found } from '../model/fairlead.js';
import { commands } from '../resource/commands.js';
import { mendingHand } from '../resource/hand.js';
import { keyOf } from '../resource/key.js';
import type { Owner } from '../resource/owner.js';
import type { Key } from '../resource/resource.js';
import { abandoned } from './abandoned.js';
import { canBind } from './can-bind.js';
import type { Context } from './context.js';
import { findOwner, nameOf } from './find.js';
import { ipamOf } from './addresses.js';
import { fix } from './fix.js';
import { joinedTo } from './joined-to.js';
import { wrong } from '../model/wrong.js';
import { outstanding } from './refresh.js';
import { silentServers } from './silent-servers.js';

/**
 * Looks at records, kernel and host through every check; with `of` at one object, and at what it is joined to. With `fix` what is ours is mended and looked at once more: what is gone by then was
 * mended, by this call or by the drift controller, which is at work beside it.
 */
export async function doctor(context: Context, { fix: mends = false, of }: DoctorHow): Promise<readonly Finding[]> {
  if (of !== undefined) return lookAt(context, of, mends);
  const before = await look(context);
  if (!mends) return before.map((each) => said(each, false));
  await fix(context);
  const after = await look(context);
  const left = new Set(after.map(({ found }) => identity(found)));
  return [
    ...before.filter((each) => each.check.ours && !left.has(identity(each.found))).map((each) => said(each, true)),
    ...after.map((each) => said(each, false)),
  ];
}

async function lookAt(context: Context, ref: string, mends: boolean): Promise<readonly Finding[]> {
  if (mends) throw wrong('of', ref, 'to fix is to fix everything: leave one of the two out');
  const found = await run(context, await viewOf(context, joinedTo(context, findOwner(context, ref).owner)));
  return found.map((each) => said(each, false));
}

interface Look {
  readonly check: Check;
  readonly found: Found;
}

const said = ({ check, found }: Look, mended: boolean): Finding => ({ ours: check.ours, ...found, mended });

const identity = ({ code, object, problem }: Found): string => JSON.stringify([code, object, problem]);

// What is on its way out is let go first, so that it is not found.
async function look(context: Context): Promise<readonly Look[]> {
  await context.draining.settled();
  return run(context, await viewOf(context));
}

async function run(context: Context, view: DoctorView): Promise<readonly Look[]> {
  const all: Look[] = [];
  for (const check of context.checks) for (const found of await check.run(view)) if (view.concerns(found.object)) all.push({ check, found });
  return all;
}

async function viewOf(context: Context, only?: ReadonlySet<Owner>): Promise<DoctorView> {
  const { records, names, kernel, instance } = context;
  const found = only ? await context.ledger.differencesOf(only) : await allDifferences(context);
  const host = await kernel.surroundings();
  const behind = await outstanding(context, host);
  const differences = [...found, ...behind.filter(({ owners }) => owners.some((owner) => only?.has(owner) ?? true))];
  const hand = mendingHand(instance, (stack) => kernel.pathOf(stack));
  const full = await fullPools(context);
  const objects = only && new Set([...only].map((owner) => nameOf(context, owner)));
  return {
    networks: records.networks.list(),
    sandboxes: records.sandboxes.list(),
    endpoints: records.endpoints.list(),
    ...(context.cluster && { cluster: context.cluster.place }),
    unfollowed: context.cluster?.unfollowed() ?? [],
    abandoned: abandoned(context),
    full,
    differences,
    stuck: new Set(context.drift.stuck.keys()),
    holders: await holders(context, differences),
    unanswered: await names.troubles(),
    host,
    settings: async (paths) => {
      const values = await kernel.was(paths.map((path) => ({ kind: 'sysctl', in: 'host', path, value: '' })));
      return values.map((each) => (typeof each?.['value'] === 'string' ? each['value'] : undefined));
    },
    judge: (packets) => kernel.judge(packets),
    listeners: (stack) => kernel.listeners(stack),
    canBind: (ip) => canBind(kernel, ip),
    silentServers: () => silentServers(context, only ? records.sandboxes.list().filter(({ id }) => only.has(`sandbox/${id}`)) : records.sandboxes.list()),
    concerns: (object) => objects?.has(object) ?? true,
    typed: (operation) => commands([operation], hand),
    nameOf: (owner) => nameOf(context, owner),
  };
}

// A whole look lets nobody attach meanwhile: it is for where there is something to be found. What could not be mended is, also while that is being tried once more.
async function allDifferences({ ledger, drift }: Context): Promise<readonly Difference[]> {
  return drift.stuck.size === 0 && (await ledger.seemsWell()) ? [] : (await ledger.heal('report')).differences;
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
