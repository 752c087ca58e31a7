import type { ForwardedPacket } from '../../../resource/firewall.js';
import { be16, u16, u8 } from '../netlink/reader.js';
import { type Certainty, certain, every, type KnownBytes, not } from './known-bytes.js';
import { type PacketView, statusOf } from './packet-view.js';

/** Asks a packet what a match of iptables does. */
export type XtTest = (view: PacketView) => Certainty;

/** A match of iptables by its name, revision and data (struct xt_…_mtinfo); undefined for one that is not understood. */
export function xtMatch(name: string, revision: number, info: Uint8Array): XtTest | undefined {
  switch (name) {
    case 'comment':
      return () => 'yes';
    case 'tcp':
      return info.length < 12 ? undefined : tcpOrUdp('tcp', info, u8(info, 11));
    case 'udp':
      return info.length < 9 ? undefined : tcpOrUdp('udp', info, u8(info, 8));
    case 'conntrack':
      return conntrack(revision, info);
    case 'mark':
      // struct xt_mark_mtinfo1 of include/uapi/linux/netfilter/xt_mark.h: mark, mask, inverted.
      return revision !== 1 || info.length < 9 ? undefined : ({ mark }) => (u8(info, 8) === 0 ? isMarked(mark.bytes, info) : not(isMarked(mark.bytes, info)));
    case 'state':
      // struct xt_state_info of include/uapi/linux/netfilter/xt_state.h
      return info.length < 4 ? undefined : ({ packet }) => certain((stateBit(packet) & (u16(info) | (u16(info, 2) << 16))) !== 0);
    default:
      return undefined;
  }
}

// The mark is in the host's order, as it is in what is compared with it.
const isMarked = (mark: KnownBytes, info: Uint8Array): Certainty =>
  every(
    mark.map((byte, at): Certainty => {
      const [wanted, mask] = [u8(info, at), u8(info, at + 4)];
      if (mask === 0) return certain(wanted === 0);
      return byte === undefined ? 'maybe' : certain((byte & mask) === wanted);
    }),
  );

// struct xt_tcp and xt_udp of include/uapi/linux/netfilter/xt_tcpudp.h: ports from and to in the host's order, flags of TCP, inversions.
const [INV_SRCPT, INV_DSTPT] = [0x01, 0x02];
function tcpOrUdp(protocol: 'tcp' | 'udp', info: Uint8Array, inversions: number): XtTest {
  const [sourceLow, sourceHigh, low, high] = [u16(info), u16(info, 2), u16(info, 4), u16(info, 6)];
  const anySource = sourceLow === 0 && sourceHigh === 0xffff && (inversions & INV_SRCPT) === 0;
  const anyFlags = protocol === 'udp' || (u8(info, 8) === 0 && u8(info, 9) === 0);
  return ({ packet }) => {
    const port = packet.port === undefined ? (low === 0 && high === 0xffff ? 'yes' : 'maybe') : certain(low <= packet.port && packet.port <= high);
    return every([
      packet.protocol === undefined ? 'maybe' : certain(packet.protocol === protocol),
      (inversions & INV_DSTPT) === 0 ? port : not(port),
      anySource && anyFlags ? 'yes' : 'maybe',
    ]);
  };
}

// Flags of include/uapi/linux/netfilter/xt_conntrack.h; the last only says that the match was written as `state`.
const ASKS = { state: 1 << 0, status: 1 << 6, origDstPort: 1 << 9, alias: 1 << 13 } as const;
// XT_CONNTRACK_STATE_BIT of the same: the kernel's own numbers of states, one bit on; DNAT is a bit of its own.
const STATE = { established: 1 << 1, new: 1 << 3, dnat: 1 << 7 } as const;
// struct xt_conntrack_mtinfo2 and 3: eight addresses of 16 bytes, expiry, protocol, four ports; then what is asked, and what inverted.
const AT = { origDstPort: 140, match: 146, invert: 148, state: 150, status: 152, origDstHigh: 156 } as const;
const SIZES: ReadonlyMap<number, number> = new Map([
  [2, 156],
  [3, 164],
]);

function conntrack(revision: number, info: Uint8Array): XtTest | undefined {
  const size = SIZES.get(revision);
  if (size === undefined || info.length < size) return undefined;
  const [asked, inverted] = [u16(info, AT.match), u16(info, AT.invert)];
  const about = (flag: number, answer: () => Certainty): Certainty => {
    if ((asked & flag) === 0) return 'yes';
    return (inverted & flag) === 0 ? answer() : not(answer());
  };
  return ({ packet }) =>
    every([
      about(ASKS.state, () => certain((stateBit(packet) & u16(info, AT.state)) !== 0)),
      about(ASKS.status, () => certain((statusOf(packet) & u16(info, AT.status)) !== 0)),
      about(ASKS.origDstPort, () => begunTo(packet, revision, info)),
      (asked & ~(ASKS.state | ASKS.status | ASKS.origDstPort | ASKS.alias)) === 0 ? 'yes' : 'maybe',
    ]);
}

function begunTo({ published, port, begins }: ForwardedPacket, revision: number, info: Uint8Array): Certainty {
  const begun = published ?? (begins ? port : undefined);
  if (begun === undefined) return 'maybe';
  // Revision 2 has one port in the network's order, revision 3 a range in the host's.
  if (revision === 2) return certain(begun === be16(info, AT.origDstPort));
  return certain(u16(info, AT.origDstPort) <= begun && begun <= u16(info, AT.origDstHigh));
}

const stateBit = ({ begins, published }: ForwardedPacket): number => (begins ? STATE.new : STATE.established) | (published === undefined ? 0 : STATE.dnat);
