import { parentOf } from './parent-of.js';
import type { LinkResource } from './resource.js';

/**
 * Whether a link has to be made anew to become the other: kind, the place and name of the other end, anything of a tunnel or of a tap, or of how it stands upon its
 * parent, the parent's MTU included, which a link has only from its making.
 */
export function remade({ spec: from, mtu: was }: LinkResource, { spec: to, mtu }: LinkResource): boolean {
  if (parentOf(from) !== undefined || parentOf(to) !== undefined) return !alike(from, to) || (was !== undefined && mtu === undefined);
  if ((from.type === 'vxlan' && to.type === 'vxlan') || (from.type === 'tap' && to.type === 'tap')) return !alike(from, to);
  if (from.type !== 'veth' || to.type !== 'veth') return from.type !== to.type;
  return from.peer.in !== to.peer.in || from.peer.name !== to.peer.name;
}

const alike = (from: LinkResource['spec'], to: LinkResource['spec']): boolean => {
  const words = (spec: object) => JSON.stringify(Object.entries(spec).toSorted());
  return words(from) === words(to);
};
