import type { Fairlead } from '../../model/fairlead.js';
import type { Endpoint, Network, Sandbox } from '../../model/records.js';
import { notFound } from './refusal.js';

/** What the dialect is told besides its Fairlead. */
export interface Defaults {
  /** The network that an empty name means; none where it is empty too. */
  readonly network: string;
  /** The driver of networks that name none. */
  readonly driver: string;
}

/** One request: the ids in its path, its query and its body. */
export interface Call {
  readonly fairlead: Fairlead;
  readonly defaults: Defaults;
  readonly ids: Ids;
  readonly query: URLSearchParams;
  readonly request: Request;
}

/** The ids that a path may have; empty where it has none. */
export interface Ids {
  readonly network: string;
  readonly endpoint: string;
  readonly sandbox: string;
}

/** The network whose whole id the path names. */
export const networkOf = ({ fairlead, ids }: Call): Promise<Network> => found('Network', fairlead.networks.list(), ids.network);

/** The endpoint whose whole id the path names, on any network. */
export const serviceOf = ({ fairlead, ids }: Call): Promise<Endpoint> => found('Endpoint', fairlead.endpoints.list(), ids.endpoint);

/** The same, on the network that the path names. */
export async function endpointOf(call: Call): Promise<Endpoint> {
  const network = await networkOf(call);
  const endpoint = await serviceOf(call);
  if (endpoint.network !== network.id) throw notFound('Endpoint');
  return endpoint;
}

/** The sandbox of this whole id. */
export const sandboxOf = ({ fairlead }: Call, id: string): Promise<Sandbox> => found('Sandbox', fairlead.sandboxes.list(), id);

async function found<T extends { readonly id: string }>(kind: Parameters<typeof notFound>[0], all: Promise<readonly T[]>, id: string): Promise<T> {
  const one = (await all).find((each) => each.id === id);
  if (!one) throw notFound(kind);
  return one;
}

/**
 * Which of these queries is asked, and its value. One whose value has not the form of a name counts as none, so that all are listed.
 * `several` is answered where more than one is.
 */
export function selected<Name extends string>(
  query: URLSearchParams,
  names: readonly Name[],
): { readonly by?: Name; readonly value: string; readonly several: boolean } {
  const asked = names.filter((name) => /^[\w-]*$/.test(query.get(name) ?? '/'));
  const [by] = asked;
  return { ...(by !== undefined && { by }), value: by === undefined ? '' : (query.get(by) ?? ''), several: asked.length > 1 };
}
