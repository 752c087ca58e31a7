import type { Belonging } from '../../../resource/enslaved.js';
import { RTPROT_KERNEL } from '../constants/route.js';
import { u8 } from '../netlink/reader.js';
import type { NetlinkSocket } from '../netlink-socket.js';
import { saysAbsent } from '../refused.js';
import { belongingsOf, payloadOf } from './belongings.js';
import { clear } from './laying.js';
import { send } from './move.js';

/**
 * With an address the kernel makes the route to its network, also where somebody has taken that away. Called before addresses are made on the link `to`;
 * answers what takes away such routes as were made with them and are not among `all`. Other routes can be made only while they are there.
 */
export function withoutUnwanted(route: NetlinkSocket, all: readonly Belonging[], to: number): () => void {
  const connected = () => belongingsOf(route, to).filter(isConnected);
  const known = new Set([...all.filter(isConnected), ...connected()].map(({ text }) => text));
  return () => {
    const unwanted = connected().filter(({ text }) => !known.has(text));
    send(
      route,
      unwanted.map((each) => clear(each, { from: to, to })),
      saysAbsent,
    );
  };
}

// Those to link-local addresses are there wherever a link is up.
const isConnected = (each: Belonging): boolean => each.kind === 'route' && !each.automatic && u8(payloadOf(each), 5) === RTPROT_KERNEL;
