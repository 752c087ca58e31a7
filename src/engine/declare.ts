import { FairleadError } from '../base/error.js';
import type { Claims, Declared } from '../ledger/types.js';
import type { Owner } from '../resource/owner.js';
import { parentsOf } from '../resource/parents.js';
import type { Context } from './context.js';
import { mend } from './mend.js';

/**
 * Declares these claims; the undo re-declares what the same owners claimed before, but not what `lasting` ones did. What is there
 * already but for a few elements is `ready`: it passes all that waits.
 */
export async function declare(
  context: Context,
  claims: Claims,
  { lasting = NONE, ready = false }: { readonly lasting?: ReadonlySet<Owner>; readonly ready?: boolean } = {},
): Promise<Declared & { readonly undo: () => Promise<void> }> {
  const { ledger } = context;
  const before: Claims = new Map([...claims.keys()].filter((owner) => !lasting.has(owner)).map((owner) => [owner, ledger.claimsOf(owner)]));
  const declared = (ready ? ledger.handOver(claims) : undefined) ?? (await declareOnWhole(context, claims));
  return { ...declared, undo: async () => (await ledger.declare(before)).drained };
}

const NONE: ReadonlySet<Owner> = new Set();

/** Somebody may have deleted, only just now, what these claims stand on: a network's bridge, a sandbox's namespace. That is mended first. */
async function declareOnWhole(context: Context, claims: Claims): Promise<Declared> {
  try {
    return await context.ledger.declare(claims);
  } catch (error) {
    if (!FairleadError.is(error) || error.code !== 'kernel-absent') throw error;
    const unmended = await mend(context, [...new Set([...claims.values()].flat().flatMap(parentsOf))]);
    if (unmended.length > 0) throw error;
    return context.ledger.declare(claims);
  }
}
