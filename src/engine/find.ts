import { failure } from '../base/error.js';
import type { Owner } from '../resource/owner.js';
import type { Context } from './context.js';

const KINDS = ['network', 'sandbox', 'endpoint'] as const;

/** The object that a user means: `network/web`, or a bare name or id where it is only one. Throws `object-absent`, `reference-ambiguous`. */
export function findOwner({ records }: Context, ref: string): { readonly owner: Owner; readonly name: string } {
  const [head = '', ...rest] = ref.split('/');
  const kind = KINDS.find((each) => each === head);
  const shelves = { network: records.networks, sandbox: records.sandboxes, endpoint: records.endpoints };
  if (kind && rest.length > 0) {
    const { id, name } = shelves[kind].resolve(rest.join('/'));
    return { owner: `${kind}/${id}`, name: `${kind}/${name}` };
  }
  const found = KINDS.flatMap((each) =>
    attempt(() => shelves[each].resolve(ref)).map(({ id, name }) => ({ owner: `${each}/${id}` as Owner, name: `${each}/${name}` })),
  );
  // An endpoint has its sandbox's name unless it was given another: the sandbox is meant.
  const meant = found.filter(({ name }) => !name.startsWith('endpoint/') || found.length === 1);
  if (meant.length > 1) throw failure('reference-ambiguous', { ref, candidates: meant.map(({ name }) => name).join(', ') });
  if (!meant[0]) throw failure('object-absent', { ref });
  return meant[0];
}

/** An owner as users name it. */
export function nameOf({ records }: Context, owner: Owner): string {
  const [kind, id = ''] = owner.split('/');
  const shelf = kind === 'network' ? records.networks : kind === 'sandbox' ? records.sandboxes : records.endpoints;
  return owner === 'host' ? owner : `${kind}/${shelf.find(id)?.name ?? id.slice(0, 12)}`;
}

function attempt<T>(look: () => T): readonly T[] {
  try {
    return [look()];
  } catch {
    return [];
  }
}
