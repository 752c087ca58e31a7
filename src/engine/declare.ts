import type { Claims, Declared } from '../ledger/types.js';
import type { Owner } from '../resource/owner.js';
import type { Context } from './context.js';

/** Declares these claims; the undo re-declares what the same owners claimed before. */
export async function declare(
  { ledger }: Pick<Context, 'ledger'>,
  claims: Claims,
  lasting: ReadonlySet<Owner> = new Set(),
): Promise<Declared & { readonly undo: () => Promise<void> }> {
  const before: Claims = new Map([...claims.keys()].filter((owner) => !lasting.has(owner)).map((owner) => [owner, ledger.claimsOf(owner)]));
  const declared = await ledger.declare(claims);
  return { ...declared, undo: async () => (await ledger.declare(before)).drained };
}
