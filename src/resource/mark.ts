import { readMovedMark } from './moved.js';
import type { AdmissionResource, LinkResource } from './resource.js';
import type { LinkSeen } from './survey.js';

/** Who a Fairlead is, for good: its id, and the group of the links that it makes. */
export interface Instance {
  readonly id: string;
  readonly group: number;
}

/** What of a description the kernel cannot tell from what it chose by itself. */
export interface Given {
  readonly mac: boolean;
  readonly peerMac: boolean;
  readonly mtu: boolean;
  readonly underlay: boolean;
  readonly vlans: boolean;
}

const USUAL: Given = { mac: true, peerMac: true, mtu: false, underlay: false, vlans: false };

/**
 * The alias of a link of ours: the instance, the link's name, so that it is known when somebody renamed it, and what its description
 * gave where that is not the usual (both MAC addresses, no MTU), so that reading the link gives just that description:
 * `fairlead:ID NAME`, or `fairlead:ID NAME mac,mtu`.
 */
export function aliasOf({ id }: Pick<Instance, 'id'>, { name, mac, mtu, spec, underlay: lent, vlans: sorted }: LinkResource): string {
  const peerMac = spec.type === 'veth' ? spec.peer.mac !== undefined : mac !== undefined;
  const [underlay, vlans] = [lent === true, sorted !== undefined];
  const given: Given = { mac: mac !== undefined, peerMac, mtu: mtu !== undefined, underlay, vlans };
  const usual = given.mac === USUAL.mac && given.peerMac === USUAL.peerMac && given.mtu === USUAL.mtu && !underlay && !vlans;
  if (usual) return `fairlead:${id} ${name}`;
  const words = [given.mac && 'mac', given.peerMac && 'peer-mac', given.mtu && 'mtu', underlay && 'underlay', vlans && 'vlans'].filter(
    (word) => word !== false,
  );
  return `fairlead:${id} ${name} ${words.join(',') || 'none'}`;
}

/** The comment of a rule of ours in a chain of another's: the instance, and what passes. */
export const admissionMark = ({ id }: Pick<Instance, 'id'>, { iif, oif }: Pick<AdmissionResource, 'iif' | 'oif'>): string =>
  `fairlead:${id} ${iif === undefined ? `into ${oif}` : `${iif} to ${oif}`}`;

/** Whether a link carries the mark of this instance; what its description gave if so. Its id is enough: the group may have been changed. */
export function givenOf({ id }: Pick<Instance, 'id'>, { alias }: Pick<LinkSeen, 'alias'>): Given | undefined {
  if (instanceOf(alias) !== id) return undefined;
  const words = alias?.split(' ')[2];
  if (words === undefined) return USUAL;
  const given = new Set(words.split(','));
  return { mac: given.has('mac'), peerMac: given.has('peer-mac'), mtu: given.has('mtu'), underlay: given.has('underlay'), vlans: given.has('vlans') };
}

/** The name that a link is to have: the one that its mark says when it is ours, whatever somebody made of it; its own else. */
export function nameOf(instance: Pick<Instance, 'id'>, { name, alias }: Pick<LinkSeen, 'name' | 'alias'>): string {
  if (instanceOf(alias) === instance.id) return alias?.split(' ')[1] ?? name;
  const moved = readMovedMark(alias);
  return moved?.instance === instance.id ? moved.to.name : name;
}

/** The id of the instance whose mark an alias is, if it is one. */
export const instanceOf = (alias: string | undefined): string | undefined => /^fairlead:([^ ]+)/.exec(alias ?? '')?.[1];

/** Whether a link may be deleted as ours: marked, or made by us and not yet named (the group comes first). */
export const mayDelete = (instance: Instance, link: Pick<LinkSeen, 'group' | 'alias'>): boolean =>
  link.alias === undefined ? link.group === instance.group : givenOf(instance, link) !== undefined;
