import type { LinkResource } from '../../resource/resource.js';
import type { LinkState } from './link/link-state.js';

/** Whose links these are: the id and the link group of an instance. */
export interface Instance {
  readonly id: string;
  readonly group: number;
}

/** What of a description the kernel cannot tell from what it chose by itself. */
export interface Given {
  readonly mac: boolean;
  readonly peerMac: boolean;
  readonly mtu: boolean;
}

const USUAL: Given = { mac: true, peerMac: true, mtu: false };

/**
 * The alias of a link of ours. It ends in what its description gave where that is not the usual (both MAC addresses, no
 * MTU), so that reading the link gives just that description: `fairlead:ID`, or `fairlead:ID mac,mtu`.
 */
export function aliasOf({ id }: Instance, { mac, mtu, spec }: LinkResource): string {
  const given: Given = { mac: mac !== undefined, peerMac: spec.type === 'veth' ? spec.peer.mac !== undefined : mac !== undefined, mtu: mtu !== undefined };
  const usual = given.mac === USUAL.mac && given.peerMac === USUAL.peerMac && given.mtu === USUAL.mtu;
  if (usual) return `fairlead:${id}`;
  const words = [given.mac && 'mac', given.peerMac && 'peer-mac', given.mtu && 'mtu'].filter((word) => word !== false);
  return `fairlead:${id} ${words.join(',') || 'none'}`;
}

/** Whether a link carries the mark of this instance; what its description gave if so. */
export function givenOf({ id, group }: Instance, { group: has, alias }: Pick<LinkState, 'group' | 'alias'>): Given | undefined {
  if (has !== group || alias === undefined) return undefined;
  const [mark, words] = alias.split(' ');
  if (mark !== `fairlead:${id}`) return undefined;
  if (words === undefined) return USUAL;
  const given = new Set(words.split(','));
  return { mac: given.has('mac'), peerMac: given.has('peer-mac'), mtu: given.has('mtu') };
}

/** Whether a link may be deleted as ours: marked, or made by us and not yet named (the group comes first). */
export const mayDelete = (instance: Instance, link: Pick<LinkState, 'group' | 'alias'>): boolean =>
  link.group === instance.group && (link.alias === undefined || givenOf(instance, link) !== undefined);
