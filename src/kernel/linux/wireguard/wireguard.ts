import type { Operation, PeerResource, Stack, WireguardResource } from '../../../resource/resource.js';
import { ENOENT } from '../errno.js';
import { NETLINK_GENERIC } from '../netlink/constants.js';
import { NetlinkSocket, type Refusal } from '../netlink-socket.js';
import { saysAbsent } from '../refused.js';
import type { Request } from '../request.js';
import type { Stacks } from '../stacks.js';
import { familyNumber, getFamily } from './family.js';
import { clearIdentity, setIdentity } from './identity.js';
import { removePeer, setPeer } from './peer.js';
import { devicePart, deviceState, getDevice } from './state.js';

type WireguardKind = WireguardResource | PeerResource;

/** What links of WireGuard are told, in the stacks in which they are. */
export class Wireguard {
  readonly #stacks: Stacks;

  constructor(stacks: Stacks) {
    this.#stacks = stacks;
  }

  /** Does it, or answers why not. What is gone already is as good as removed. */
  take(operation: Operation, resource: WireguardKind): Refusal | undefined {
    const removed = operation.do === 'delete';
    const refusal = this.#in(resource.in, (socket) => {
      const family = numberOf(socket);
      return typeof family === 'number' ? socket.transact([requestOf(family, resource, removed)])[0] : family;
    });
    return refusal && removed && saysAbsent(refusal.errno) ? undefined : refusal;
  }

  /** What a link is. */
  read(stack: Stack, link: string): readonly WireguardKind[] {
    return this.#in(stack, (socket) => {
      const family = numberOf(socket);
      return typeof family === 'number'
        ? deviceState(
            stack,
            link,
            socket.dump(getDevice(family, link), ({ payload }) => devicePart(payload)),
          )
        : [];
    });
  }

  #in<T>(stack: Stack, work: (socket: NetlinkSocket) => T): T {
    this.#stacks.enter(stack);
    const socket = NetlinkSocket.open(NETLINK_GENERIC);
    try {
      return work(socket);
    } finally {
      socket.close();
    }
  }
}

// A module that was loaded anew has another number.
function numberOf(socket: NetlinkSocket): number | Refusal {
  return socket.ask<number | Refusal>(getFamily, ({ payload }) => familyNumber(payload) ?? { errno: ENOENT });
}

function requestOf(family: number, resource: WireguardKind, removed: boolean): Request {
  if (resource.kind === 'wireguard') return removed ? clearIdentity(family, resource) : setIdentity(family, resource);
  return removed ? removePeer(family, resource) : setPeer(family, resource);
}
