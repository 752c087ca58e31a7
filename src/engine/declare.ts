import { FairleadError } from '../base/error.js';
import type { Claims, Declared } from '../ledger/types.js';
import { isBorrowed } from '../resource/borrow.js';
import type { Owner } from '../resource/owner.js';
import { keyOf } from '../resource/key.js';
import { parentsOf } from '../resource/parents.js';
import type { Resource } from '../resource/resource.js';
import type { Context } from './context.js';
import { mend } from './mend.js';

/** The end of what was claimed, and what claims it again. */
export interface Withdrawn {
  readonly drained: Promise<void>;
  readonly undo: () => Promise<void>;
}

/**
 * Declares what is described, and described again where it has to be declared again: others may have come and gone by then. The undo re-declares
 * what the same owners claimed before, but not what `lasting` ones did. What is there already but for a few elements is `ready`: it passes all that waits.
 */
export async function declare(
  context: Context,
  describe: () => Claims,
  { lasting = NONE, ready = false }: { readonly lasting?: ReadonlySet<Owner>; readonly ready?: boolean } = {},
): Promise<Declared & { readonly undo: () => Promise<void> }> {
  const { ledger } = context;
  const claims = describe();
  const before: Claims = new Map([...claims.keys()].filter((owner) => !lasting.has(owner)).map((owner) => [owner, ledger.claimsOf(owner)]));
  const declared = (ready ? await ledger.handOver(claims) : undefined) ?? (await declareOnWhole(context, claims, describe));
  return { ...declared, undo: () => takeBack(context, () => before) };
}

const NONE: ReadonlySet<Owner> = new Set();

/** A removal beside so many others is no faster by itself: they become one transaction. */
const FEW = 64;

/**
 * Ends all that these owners claim. What lets packets to them and from them is taken away first and at once, past all that waits; the rest goes
 * behind the reply, where the kernel may be busy with other links that go (up to 20 ms each). Whoever is to wait for that `settles`. What others
 * may want as soon as it is free, a port or what was theirs before, is free with the reply; and where no guard judges what a link sends, the
 * kernel is waited for as well.
 */
export async function withdraw(context: Context, owners: readonly Owner[], { settles = false } = {}): Promise<Withdrawn> {
  const { ledger } = context;
  const all: Claims = new Map(owners.map((owner) => [owner, []]));
  const before: Claims = new Map(owners.map((owner) => [owner, ledger.claimsOf(owner)]));
  const unreachable: Claims = new Map(
    [...before].map(([owner, resources]) => [owner, resources.filter((each) => each.kind !== 'element' || each.in !== 'host')]),
  );
  const short = [...before.values()].every((resources) => isCutOff(resources) && !resources.some(isWanted));
  if (settles || !short || ledger.waiting > FEW || !(await ledger.handOver(unreachable))) return declare(context, () => all);
  const drained = behindTheReply(context, all);
  drained.catch(() => {});
  return { drained, undo: () => takeBack(context, () => before) };
}

// A port of which the guard knows no address any more sends nothing.
const isCutOff = (resources: readonly Resource[]): boolean =>
  !resources.some(({ kind }) => kind === 'link') || resources.some((each) => each.kind === 'element' && each.family === 'bridge');
const isWanted = (resource: Resource): boolean => resource.kind === 'held' || isBorrowed(resource);

/** Its records are gone, so nobody can ask once more: what the kernel refuses to let go of is nobody's at once, and found as that. */
async function behindTheReply(context: Context, all: Claims): Promise<void> {
  try {
    await (await declareOnWhole(context, all, () => all, true)).drained;
  } catch (error) {
    context.ledger.restore(all);
    if ((await mend(context)).length > 0) throw error;
  }
}

/** Somebody may have deleted, only just now, what these claims stand on: a network's bridge, a sandbox's namespace. That is mended first. */
async function declareOnWhole(context: Context, claims: Claims, again: () => Claims, behind = false): Promise<Declared> {
  try {
    return await context.ledger.declare(claims, { behind });
  } catch (error) {
    if (!isAbsent(error)) throw error;
    const unmended = await mend(context, [...new Set([...claims.values()].flat().flatMap(parentsOf))]);
    if (unmended.length > 0) throw error;
    return context.ledger.declare(again());
  }
}

/** Claims what `describe` says, each time that it must. What it stands on, and what is to be taken back itself, may just have been deleted: that is mended first. */
export async function takeBack(context: Context, describe: () => Claims): Promise<void> {
  const { ledger } = context;
  const again = async () => (await ledger.declare(describe())).drained;
  try {
    await again();
  } catch (error) {
    if (!isAbsent(error)) throw error;
    const touched = [...describe()]
      .flatMap(([owner, resources]) => [...ledger.claimsOf(owner), ...resources])
      .flatMap((each) => [keyOf(each), ...parentsOf(each)]);
    await mend(context, [...new Set(touched)]);
    await again();
  }
}

const isAbsent = (error: unknown): boolean => FairleadError.is(error) && error.code === 'kernel-absent';
