import { failure } from '../base/error.js';
import { suggest } from '../base/suggest.js';
import type { HostFacts, ParentClaim, ParentUse } from '../model/driver.js';
import type { LinkSeen, Survey } from '../resource/survey.js';

/**
 * The link of the host's upon which a network is to stand: there, up, nobody's port, and free for this use. It stays its owner's. Throws
 * `parent-absent`, `parent-down`, `parent-unfit` and `parent-claimed`.
 */
export function judgeParent(parent: string, use: ParentUse, { survey, parents }: Pick<HostFacts, 'survey' | 'parents'>): LinkSeen {
  // First: a port of ours is nobody's to take off.
  refuseClaimed(parent, use, parents);
  const link = judgeLink(parent, survey);
  if (link.master !== undefined) throw portOf(link.name, link.master);
  return link;
}

/**
 * The same for a VLAN upon it, which takes nothing from others: of a bridge's port its frames are not the bridge's (vlan_do_receive comes before the one
 * taker in __netif_receive_skb_core of net/core/dev.c). What is a part of a bond or a team is none to build upon.
 */
export function judgeLink(parent: string, survey: Survey): LinkSeen {
  const link = survey.links.find(({ name }) => name === parent);
  if (!link)
    throw failure('parent-absent', {
      parent,
      mend: `choose one of them, or a VLAN of one: eth0.50${suggest(
        parent,
        survey.links.map(({ name }) => name),
      )}`,
    });
  refuseUnfit(link, survey);
  if (!link.up) throw failure('parent-down', { parent });
  return link;
}

/** The name of the link that somebody calls so, who may know it by one of its others. */
export const listedAs = (parent: string, { links }: Survey): string =>
  links.some(({ name }) => name === parent) ? parent : (links.find(({ altnames = [] }) => altnames.includes(parent))?.name ?? parent);

/** Refuses a link that another network of ours uses in a way that does not go with this one. Throws `parent-claimed`. */
export function refuseClaimed(parent: string, use: ParentUse, parents: readonly ParentClaim[]): void {
  const other = parents.find((claim) => claim.parent === parent && !together(claim.parentUse, use));
  if (!other) return;
  const mend = mendFor(other.parentUse, use);
  throw failure('parent-claimed', { parent, network: `"${other.network}"`, use: words(other.parentUse), wanted: words(use), mend });
}

function refuseUnfit({ name, type, master }: LinkSeen, { links }: Survey): void {
  const unfit = (reason: string, mend: string) => failure('parent-unfit', { parent: name, reason, mend });
  if (type === 'loopback') throw unfit('it is the loopback link', 'choose a link that leads outside: ip link');
  if (type === 'macvlan' || type === 'ipvlan') throw unfit(`it stands upon another link itself (${type})`, 'choose the link that it stands upon: ip -d link');
  if (master !== undefined && !links.some((link) => link.name === master && link.type === 'bridge')) throw portOf(name, master);
}

const portOf = (parent: string, master: string) =>
  failure('parent-unfit', { parent, reason: `it is a port of "${master}"`, mend: `choose ${master}, or take it off: ip link set ${parent} nomaster` });

/**
 * Whether the kernel lets two networks use one link. It gives a link's packets to one taker alone (netdev_rx_handler_register of net/core/dev.c): macvlan,
 * ipvlan or a bridge. A passthru macvlan has it for itself (macvlan_common_newlink), and ipvlan has one mode for all (ipvlan_set_port_mode).
 */
function together(a: ParentUse, b: ParentUse): boolean {
  if (a.as !== b.as) return false;
  if (a.as === 'macvlan') return a.how !== 'passthru' && b.how !== 'passthru';
  return a.as === 'ipvlan' && a.how === b.how;
}

const words = ({ as, how }: ParentUse): string => `${as}${how === undefined ? '' : ` ${how}`}`;

function mendFor(other: ParentUse, use: ParentUse): string {
  if (other.as === 'ipvlan' && use.as === 'ipvlan') return `all networks of ipvlan on one link are alike: ask for ${other.how}, or choose another link`;
  if (other.as === 'macvlan' && use.as === 'macvlan') return 'passthru has a link for itself; choose another link';
  return 'choose another link, or a VLAN of this one: NAME.ID';
}
