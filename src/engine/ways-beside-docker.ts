import { splitInterfaceAddress } from '../ip/interface-address.js';
import { familyOf, isLinkLocal, isLoopback } from '../ip/ip.js';
import type { Family, InterfaceAddress } from '../ip/types.js';
import { leadsToGuests } from '../resource/leads-to-guests.js';
import type { LinkSeen, Survey } from '../resource/survey.js';

/**
 * The links by which others are reached from this host: those of its default routes, and any other with an address of the family by which somebody may call or be
 * called: a second segment, a VPN whose routes are in a table of its own. Not what leads to guests of others, which Docker's firewall keeps shut.
 */
export function waysBesideDocker({ links, routes }: Survey, family: Family): readonly string[] {
  const first = routes.flatMap(({ to, dev, family: of }) => (of === family && to === 'default' && dev !== undefined ? [dev] : []));
  const further = links.filter((link) => isOthers(link) && link.addresses.some((each) => isReached(each, family)));
  return [...new Set([...first, ...further.map(({ name }) => name).sort()])];
}

const isOthers = ({ type, mac, instance }: LinkSeen): boolean => !leadsToGuests(type, mac) && type !== 'loopback' && instance === undefined;

function isReached(address: InterfaceAddress, family: Family): boolean {
  const { ip } = splitInterfaceAddress(address);
  return familyOf(ip) === family && !isLinkLocal(ip) && !isLoopback(ip);
}
