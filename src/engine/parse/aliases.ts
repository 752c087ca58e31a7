import { failure } from '../../base/error.js';
import type { AliasAsk, SandboxChange } from '../../model/asks.js';
import type { Endpoint } from '../../model/records.js';
import type { Context } from '../context.js';
import { readAlias } from './attach.js';

/** The endpoints of a sandbox with the aliases that a change leaves them. Throws `value-invalid`, `sandbox-not-connected`, `alias-absent`. */
export function changeAliases(
  context: Context,
  sandbox: string,
  endpoints: readonly Endpoint[],
  { add = [], remove = [] }: NonNullable<SandboxChange['aliases']>,
): readonly Endpoint[] {
  const gone = remove.map((ask) => found(context, sandbox, endpoints, ask));
  const fresh = add.map((ask) => ({ name: readAlias(ask.name), on: networksOf(context, sandbox, endpoints, ask) }));
  return endpoints.map((endpoint) => {
    const removed = gone.filter(({ on }) => on.has(endpoint.network)).map(({ name }) => lower(name));
    const kept = endpoint.aliases.filter((alias) => !removed.includes(lower(alias)));
    const added = fresh.filter(({ on }) => on.has(endpoint.network)).map(({ name }) => name);
    const aliases = [...new Set([...kept, ...added])];
    return aliases.join() === endpoint.aliases.join() ? endpoint : { ...endpoint, aliases };
  });
}

function found(context: Context, sandbox: string, endpoints: readonly Endpoint[], ask: AliasAsk) {
  const on = networksOf(context, sandbox, endpoints, ask);
  const has = endpoints.some(({ network, aliases }) => on.has(network) && aliases.some((alias) => lower(alias) === lower(ask.name)));
  if (has) return { name: ask.name, on };
  throw failure('alias-absent', { sandbox, alias: ask.network === undefined ? ask.name : `${ask.network}:${ask.name}` });
}

// An alias is a name on a network: where none is meant, it is one on each that there is. On the way out that it was given nobody has names.
function networksOf({ records }: Context, sandbox: string, endpoints: readonly Endpoint[], { network }: AliasAsk): ReadonlySet<string> {
  const own = endpoints.filter(({ automatic }) => !automatic).map((each) => each.network);
  if (network === undefined) {
    if (own.length > 0) return new Set(own);
    throw failure('value-invalid', { field: 'alias', value: sandbox, reason: 'a sandbox on no network', mend: 'connect it first: fairlead network connect' });
  }
  const { id, name } = records.networks.resolve(network);
  if (own.includes(id)) return new Set([id]);
  throw failure('sandbox-not-connected', { sandbox, network: name });
}

const lower = (name: string): string => name.toLowerCase();
