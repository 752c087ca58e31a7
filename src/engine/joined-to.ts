import type { Owner } from '../resource/owner.js';
import type { Context } from './context.js';

/** An object and what it is joined to: a sandbox, its endpoints and their networks; of a network its endpoints alone, for it does not depend on their sandboxes. */
export function joinedTo({ records }: Context, owner: Owner): ReadonlySet<Owner> {
  const isOf = ({ id, network, sandbox }: { readonly id: string; readonly network: string; readonly sandbox?: string }) =>
    owner === `endpoint/${id}` || owner === `network/${network}` || owner === `sandbox/${sandbox}`;
  const endpoints = records.endpoints.list().filter(isOf);
  const around = owner.startsWith('network/')
    ? []
    : endpoints.flatMap(({ network, sandbox }): Owner[] => [`network/${network}`, ...(sandbox === undefined ? [] : [`sandbox/${sandbox}` as const])]);
  return new Set([owner, ...endpoints.map(({ id }): Owner => `endpoint/${id}`), ...around]);
}
