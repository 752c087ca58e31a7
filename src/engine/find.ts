import { failure } from '../base/error.js';
import type { Owner } from '../resource/owner.js';
import type { Context } from './context.js';
import type { Records } from './records.js';

const KINDS = ['network', 'sandbox', 'endpoint'] as const;
type Kind = (typeof KINDS)[number];

/**
 * The object that a user means: `network/web`, `endpoint/web/door`, or without the kind where it is only one. Throws
 * `object-absent` and `reference-ambiguous`; with a kind, `network-absent` and so on.
 */
export function findOwner(context: Context, ref: string): { readonly owner: Owner; readonly name: string } {
  const owner = ofKind(context.records, ref) ?? ofAny(context, ref);
  return { owner, name: nameOf(context, owner) };
}

/** An owner as users name it. */
export function nameOf({ records }: Context, owner: Owner): string {
  const kind = kindOf(owner);
  return kind ? `${kind}/${shelfOf(records, kind).fullName(owner.slice(kind.length + 1))}` : owner;
}

// By names that are clear; with more where two have one.
function candidates(context: Context, owners: readonly Owner[]): string {
  const names = owners.map((owner) => nameOf(context, owner));
  return owners.map((owner, at) => (names.filter((name) => name === names[at]).length > 1 ? candidate(context, owner) : names[at])).join(', ');
}

function candidate({ records }: Context, owner: Owner): string {
  const kind = kindOf(owner);
  return kind ? `${kind}/${shelfOf(records, kind).candidate(owner.slice(kind.length + 1))}` : owner;
}

/** The object that an owner is, while it lives. */
export function recordOf({ records }: Context, owner: Owner) {
  const kind = kindOf(owner);
  const record = kind && shelfOf(records, kind).find(owner.slice(kind.length + 1));
  return record && { kind, record };
}

const kindOf = (ref: string): Kind | undefined => KINDS.find((kind) => ref.startsWith(`${kind}/`));

const shelfOf = ({ networks, sandboxes, endpoints }: Records, kind: Kind) => ({ network: networks, sandbox: sandboxes, endpoint: endpoints })[kind];

function ofKind(records: Records, ref: string): Owner | undefined {
  const kind = kindOf(ref);
  return kind && `${kind}/${shelfOf(records, kind).resolve(ref.slice(kind.length + 1)).id}`;
}

function ofAny(context: Context, ref: string): Owner {
  const owners = KINDS.flatMap((kind) =>
    shelfOf(context.records, kind)
      .matching(ref)
      .map(({ id }): Owner => `${kind}/${id}`),
  );
  // An endpoint has its sandbox's name unless it was given another: the sandbox is meant.
  const others = owners.filter((owner) => !owner.startsWith('endpoint/'));
  const [first, ...more] = others.length > 0 ? others : owners;
  if (first === undefined) throw failure('object-absent', { ref });
  if (more.length === 0) return first;
  throw failure('reference-ambiguous', { ref, candidates: candidates(context, [first, ...more]) });
}
