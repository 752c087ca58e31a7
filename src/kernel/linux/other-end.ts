import { getLink, type LinkState, linkState } from './link/link-state.js';
import { isRefusal } from './netlink-socket.js';
import type { Place } from './stacks.js';

/** The other end of a veth, in whatever namespace that is, as seen from this end's. `links` are all of that. */
export function otherEnd({ route }: Place, links: readonly LinkState[], { kind, peer, peerNamespace }: LinkState): LinkState | undefined {
  if (kind !== 'veth' || peer === undefined) return undefined;
  if (peerNamespace === undefined) return links.find(({ index }) => index === peer);
  const found = route.ask(getLink({ index: peer, namespace: peerNamespace }), ({ payload }) => linkState(payload));
  return isRefusal(found) ? undefined : found;
}
