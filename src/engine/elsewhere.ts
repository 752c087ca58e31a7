import { failure } from '../base/error.js';
import { shortId } from '../base/id.js';
import type { Published } from '../model/cluster.js';
import type { Endpoint } from '../model/records.js';
import type { Context } from './context.js';

/** Endpoints of other hosts. */
export async function others({ cluster }: Context): Promise<readonly Endpoint[]> {
  return ((await cluster?.endpoints()) ?? []).map(seenFromHere);
}

/** An endpoint of another host as a record: nobody here can look up the sandbox that it is in. */
export const seenFromHere = ({ endpoint, sandbox }: Published): Endpoint => ({ ...endpoint, ...(sandbox !== undefined && { sandboxName: sandbox }) });

/** The endpoint of another host that a user means, where none of this host is meant. Throws `reference-ambiguous`. */
export async function elsewhere(context: Context, ref: string): Promise<Published | undefined> {
  const { cluster, records } = context;
  if (!cluster || records.endpoints.matching(ref).length > 0) return undefined;
  await cluster.look();
  const published = await cluster.endpoints();
  const called = (name: string) => published.filter(({ endpoint }) => `${records.networks.find(endpoint.network)?.name}/${endpoint.name}` === name);
  const exact = published.filter(({ endpoint }) => endpoint.id === ref);
  const named = exact.length > 0 ? exact : [...published.filter(({ endpoint }) => endpoint.name === ref), ...called(ref)];
  const found = named.length > 0 ? named : /^[0-9a-f]{2,63}$/.test(ref) ? published.filter(({ endpoint }) => endpoint.id.startsWith(ref)) : [];
  if (found.length < 2) return found[0];
  const candidates = found.map(({ endpoint }) => `${endpoint.name} on host ${endpoint.host} (${shortId(endpoint.id)})`).join(', ');
  throw failure('reference-ambiguous', { ref, candidates });
}
