import type { Family } from '../ip/types.js';
import type { Network } from '../model/records.js';
import type { Survey } from '../resource/survey.js';

/** The links by which the host reaches the outside: those of its default routes. */
export const uplinks = ({ routes }: Survey, family: Family): readonly string[] => [
  ...new Set(routes.flatMap(({ dev, to, family: of }) => (dev !== undefined && to === 'default' && of === family ? [dev] : []))),
];

/** The device of a network on this host, where it has one and is there. */
export const deviceOf = ({ facts, state }: Network): string | undefined =>
  state === 'active' && typeof facts?.['device'] === 'string' ? facts['device'] : undefined;

/** The families that a network has. */
export const familiesOf = ({ ipv4, ipv6 }: Network): readonly Family[] => [...(ipv4 ? [4 as const] : []), ...(ipv6 ? [6 as const] : [])];

/** Whether br_netfilter shows packets within this network to the rules of IP. */
export const isFiltered = ({ facts }: Network, family: Family): boolean => {
  const filtered = facts?.['filtered'];
  return Array.isArray(filtered) && filtered.includes(`ipv${family}`);
};
