import { familyOf } from '../../ip/ip.js';
import type { EndpointScene, Scene } from '../../model/driver.js';
import { GUARD, type Guarded } from '../../model/guard.js';
import { ownAddresses } from '../../model/own-addresses.js';
import type { Network } from '../../model/records.js';
import { guardElement, guardTable } from '../../resource/element.js';
import type { Resource } from '../../resource/resource.js';

/** The table that judges. It is there for an unguarded network too, whose ports another's would close. */
export function describeNetwork({ network, options }: Scene): readonly Resource[] {
  const { guard } = options as Guarded;
  return guard === undefined || !(guard || canJudge(network)) ? [] : [guardTable];
}

/** What an endpoint may send as: its MAC address and all its addresses; its MAC address, where nobody gives addresses; or anything. */
export function describeEndpoint({ network, options, endpoint, endpointOptions }: EndpointScene): readonly Resource[] {
  const ofNetwork = (options as Guarded).guard;
  if (ofNetwork === undefined || !endpoint.link) return [];
  const port = endpoint.link.outside;
  const guard = (endpointOptions as { readonly [GUARD]?: boolean })[GUARD] ?? ofNetwork;
  const apart = isApart(network) ? [guardElement('no_host', port)] : [];
  if (!guard) return canJudge(network) ? [guardElement('unguarded', port), ...apart] : [];
  return [
    ...(ofNetwork || canJudge(network) ? [] : [guardTable]),
    ...apart,
    ...(endpoint.mac ? [guardElement(network.pools.length > 0 ? 'own_mac' : 'only_mac', `${port} . ${endpoint.mac}`)] : []),
    ...ownAddresses(endpoint).map((ip) => guardElement(`own${familyOf(ip)}`, `${port} . ${ip}`)),
  ];
}

// Nobody gives addresses, and the bridge is none of somebody else's, where the host may be as well.
const isApart = ({ pools, facts }: Network): boolean => pools.length === 0 && facts?.['borrowed'] === undefined && facts?.['parent'] === undefined;

// A kernel that was built without it has no table, and needs none where nothing is to be judged.
const canJudge = ({ facts }: Pick<Network, 'facts'>): boolean => facts?.['judged'] === true;
