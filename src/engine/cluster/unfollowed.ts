import { type FairleadError, failure } from '../../base/error.js';
import { groupBy } from '../../base/group-by.js';
import { familyOf } from '../../ip/ip.js';
import type { ClusterHost, Published, Unfollowed } from '../../model/cluster.js';
import type { Records } from '../records.js';
import type { SharedNetwork } from './parse.js';

interface Seen {
  readonly records: Pick<Records, 'networks' | 'peers'>;
  readonly here: ClusterHost;
  readonly alive: (host: string) => ClusterHost | undefined;
  /** Networks of which this host cannot make what they are now. */
  readonly strange: readonly (readonly [SharedNetwork, FairleadError])[];
  /** Endpoints to which the kernel leads nothing. */
  readonly refused: readonly (readonly [Published, FairleadError])[];
}

/** What others wrote and this host cannot follow, for `doctor`. */
export function unfollowed({ records, here, alive, strange, refused }: Seen): readonly Unfollowed[] {
  const objectOf = (network: string) => `network/${records.networks.find(network)?.name ?? network}`;
  return [
    ...strange.map(([{ name }, error]) => ({ object: `network/${name}`, problem: 'this host does not understand what another made of it', error })),
    ...refused.map(
      ([
        {
          endpoint: { name, network, host },
        },
        error,
      ]) => ({
        object: objectOf(network),
        problem: `nothing leads to its endpoint ${name} on host ${host}`,
        error,
      }),
    ),
    ...[...groupBy(records.peers.list(), ({ endpoint: { network, host } }) => `${network} ${host}`).values()].flatMap(([first]): Unfollowed[] => {
      const host = first && alive(first.endpoint.host);
      if (!host || familyOf(host.address) === familyOf(here.address)) return [];
      const error = familyError(host, here);
      return [{ object: objectOf(first.endpoint.network), problem: `nothing leads to its endpoints on host ${host.name}`, error }];
    }),
  ];
}

/** Why nothing leads to a host whose address is of the other family. */
export const familyError = ({ name, address }: ClusterHost, here: ClusterHost): FairleadError =>
  failure('underlay-family', { host: name, there: address, here: here.address });
