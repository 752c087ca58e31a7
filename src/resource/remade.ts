import type { LinkResource } from './resource.js';

/** Whether a link has to be made anew to become the other: kind, or the place and name of the other end. */
export function remade({ spec: from }: LinkResource, { spec: to }: LinkResource): boolean {
  if (from.type !== 'veth' || to.type !== 'veth') return from.type !== to.type;
  return from.peer.in !== to.peer.in || from.peer.name !== to.peer.name;
}
