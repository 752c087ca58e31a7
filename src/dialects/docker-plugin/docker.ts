import type { Log } from '../../base/log.js';
import { failure } from '../../base/error.js';
import type { Fairlead } from '../../model/fairlead.js';
import { CALLED } from '../../model/of-docker.js';
import type { Endpoint, Network } from '../../model/records.js';

/** What every call works with. */
export interface Docker {
  readonly fairlead: Fairlead;
  readonly log: Log;
  /** Subnets that Docker was given without having named them, until it makes the network or gives them back. */
  readonly promised: Set<string>;
  /** Endpoints, by Docker's ids, of which it has said since this began to serve that they are to be joined: it makes their namespaces only then. */
  readonly heard: Set<string>;
  /** Ids here of networks and endpoints that Docker has named, by its own: a list of all asks the other hosts of a cluster. */
  readonly known: Map<string, string>;
}

/** The label of a network that some Docker calls by this id: on each host that shares it by another. */
export const calledBy = (id: string): string => `${CALLED}${id}`;

/** The label of a network that was made for a Docker, and goes with the last one that uses it. */
export const MADE = 'com.fairlead.docker.made';

/** The label of an endpoint, and of its sandbox: its id with Docker, empty while only its address is taken. */
export const ENDPOINT = 'com.fairlead.docker.endpoint';

/** The label of an endpoint whose address was asked for by itself, and is given back by itself. */
export const RESERVED = 'com.fairlead.docker.reserved';

/** The label of such an endpoint that is no container's, but kept for the network itself (a gateway elsewhere, `--aux-address`): the pool by whose id it was asked for. */
export const KEPT = 'com.fairlead.docker.kept';

/** The name of the host that this is, as endpoints tell it; none where there is one host. */
export const ownHost = async (fairlead: Fairlead): Promise<string | undefined> => (await fairlead.hosts.list()).find(({ own }) => own)?.name;

/** Whether only the address of an endpoint is taken. */
export const isReserved = ({ labels }: Endpoint): boolean => labels[RESERVED] !== undefined && labels[ENDPOINT] === '';

/** The network that Docker calls by this id, if there is one. */
export function findNetwork({ fairlead, known }: Docker, id: string): Promise<Network | undefined> {
  return find(known, id, fairlead.networks, ({ labels }) => Object.hasOwn(labels, calledBy(id)));
}

/** The same. Throws `network-absent`. */
export async function networkOf(docker: Docker, id: string): Promise<Network> {
  const found = await findNetwork(docker, id);
  if (!found) throw failure('network-absent', { ref: id });
  return found;
}

/** The endpoint that Docker calls by this id, if there is one. */
export function findEndpoint({ fairlead, known }: Docker, id: string): Promise<Endpoint | undefined> {
  return find(known, id, fairlead.endpoints, ({ labels }) => labels[ENDPOINT] === id);
}

async function find<T extends { readonly id: string }>(
  known: Map<string, string>,
  id: string,
  all: { get(ref: string): Promise<T>; list(): Promise<readonly T[]> },
  isIt: (each: T) => boolean,
): Promise<T | undefined> {
  const here = known.get(id);
  const last = here === undefined ? undefined : await all.get(here).catch(() => undefined);
  if (last && isIt(last)) return last;
  const found = (await all.list()).find(isIt);
  if (found) known.set(id, found.id);
  else known.delete(id);
  return found;
}

/** The same. Throws `endpoint-absent`. */
export async function endpointOf(docker: Docker, id: string): Promise<Endpoint> {
  const found = await findEndpoint(docker, id);
  if (!found) throw failure('endpoint-absent', { ref: id });
  return found;
}

/** How what Docker has no name for is called here: `docker-` and the beginning of its id. */
export const nameFor = (id: string): string => `docker-${id.slice(0, 12)}`;
