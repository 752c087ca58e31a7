import type { ForeignChain, ForwardedPacket } from '../../../resource/firewall.js';
import * as own from './constants.js';
import type { KnownBytes } from './known-bytes.js';
import { PacketMark } from './packet-mark.js';
import { type PacketView, viewOf } from './packet-view.js';
import type { BaseChain } from './read-tables.js';
import { Steps } from './steps.js';

/** A chain on the way of forwarded packets: says of one whether it is certain to be dropped there, and marks it as the chain does. */
export interface Station {
  readonly hook: 'prerouting' | 'forward';
  readonly priority: number;
  /** Packets of which families come to it. */
  readonly sees: readonly ForwardedPacket['family'][];
  readonly type: BaseChain['type'];
  /** `steps`: how many rules may be gone through; beyond, nothing is known. */
  judge(view: PacketView, steps?: Steps): readonly ForeignChain[];
}

/**
 * Rules before the forward hook that are gone through for all packets together. Nothing is dropped there, so this is only for the marks: as little as shows those of a firewall of some
 * hundred rules, lest hundreds of published ports beside the thousands of rules of kube-proxy hold the thread for seconds.
 */
const MOST_STEPS_BEFORE = 4000;

/** The way of forwarded packets through the chains of others. */
export class Way {
  readonly #before: readonly Station[];
  readonly #across: readonly Station[];
  readonly #isMarked: () => boolean;
  readonly #steps = new Steps(MOST_STEPS_BEFORE);

  /** `isMarked`: whether packets may have a mark before they come to the first of these chains. */
  constructor(stations: readonly Station[], isMarked: () => boolean) {
    const inOrder = [...stations].sort((a, b) => a.priority - b.priority);
    this.#before = inOrder.filter(({ hook }) => hook === 'prerouting');
    this.#across = inOrder.filter(({ hook }) => hook === 'forward');
    this.#isMarked = isMarked;
  }

  /** The chains that are certain to drop the packet. What is before the forward hook is gone through only if a rule there asks for the mark. */
  dropsOf(packet: ForwardedPacket): readonly ForeignChain[] {
    const mark = new PacketMark(() => this.#markBefore(packet));
    const view = viewOf(packet, mark);
    return together(this.#across, packet).flatMap((stations) => inAnyOrder(stations, mark, (station) => station.judge(view)));
  }

  #markBefore(packet: ForwardedPacket): KnownBytes {
    const mark = new PacketMark();
    if (this.#isMarked()) mark.forget();
    for (const stations of together(this.#before, packet)) {
      if (this.#steps.areSpent) mark.forget();
      if (mark.bytes.every((byte) => byte === undefined)) break;
      inAnyOrder(stations, mark, (station) => station.judge(viewOf(beforeRouting(packet, station), mark), this.#steps));
    }
    return mark.bytes;
  }
}

/** Stations in the order in which the packet comes to them: those of one priority together. */
function together(stations: readonly Station[], { family }: ForwardedPacket): readonly (readonly Station[])[] {
  const groups: Station[][] = [];
  for (const station of stations) {
    if (!station.sees.includes(family)) continue;
    const last = groups.at(-1);
    if (last?.[0]?.priority === station.priority) last.push(station);
    else groups.push([station]);
  }
  return groups;
}

// The kernel has chains of one priority in the order in which they were registered, the last one first (nf_hook_entries_grow of net/netfilter/core.c), and nothing tells which that
// is. So a mark that one of them gives may be seen by each: they are asked again as long as less becomes known of it, at most once for each of its bytes.
function inAnyOrder(stations: readonly Station[], mark: PacketMark, judge: (station: Station) => readonly ForeignChain[]): readonly ForeignChain[] {
  for (;;) {
    const { changes } = mark;
    const drops = stations.flatMap(judge);
    if (stations.length === 1 || mark.changes === changes) return drops;
  }
}

// Where it leaves is not known there, nor, of what is published, where it is led to: until then it is for an address of the host's.
function beforeRouting({ oif: _, ...packet }: ForwardedPacket, { priority, type }: Station): ForwardedPacket {
  const { published, to: _to, port: _port, ...rest } = packet;
  if (published === undefined) return packet;
  const isLed = priority > own.NF_IP_PRI_NAT_DST || (priority === own.NF_IP_PRI_NAT_DST && type !== 'nat');
  return { ...rest, ...(!isLed && { port: published }) };
}
