import type { ForeignChain, ForwardedPacket, Judgement } from '../../../resource/firewall.js';
import type { Machine } from '../machine.js';
import { NETLINK_NETFILTER } from '../netlink/constants.js';
import { NetlinkFormatError } from '../netlink/reader.js';
import { SystemError } from '../libc.js';
import { NetlinkSocket } from '../netlink-socket.js';
import { judge } from './judge.js';
import * as own from './constants.js';
import { PacketMark } from './packet-mark.js';
import { type PacketView, viewOf } from './packet-view.js';
import { legacyChain } from './read-legacy.js';
import { baseChains, type BaseChain, elementsOf, hasRulesBelow, rulesOf } from './read-tables.js';

/** A chain on the way of forwarded packets: says of one whether it is certain to be dropped there, and marks it as the chain does. */
interface Station {
  readonly hook: BaseChain['hook'];
  readonly priority: number;
  judge(view: PacketView): readonly ForeignChain[];
}

/**
 * What others' firewalls in the host's stack make of packets that it forwards. Only rules that such a packet may come to are read. What they do before the forward hook is looked at
 * for the marks that it gives, which rules there ask for.
 */
export function judgeAll({ stacks }: Machine, packets: readonly ForwardedPacket[]): Judgement {
  stacks.enter('host');
  const socket = NetlinkSocket.open(NETLINK_NETFILTER);
  try {
    const chains = baseChains(socket).map((chain) => stationOf(socket, chain));
    const stations = [...chains, ...([4, 6] as const).flatMap(legacyStations)].sort((a, b) => orderOf(a) - orderOf(b) || a.priority - b.priority);
    const isMarked = hasRulesBelow(socket);
    return { drops: packets.map((packet) => dropsOf(stations, packet, isMarked)) };
  } finally {
    socket.close();
  }
}

const orderOf = ({ hook }: Station): number => (hook === 'prerouting' ? 0 : 1);

function dropsOf(stations: readonly Station[], packet: ForwardedPacket, isMarked: boolean): readonly ForeignChain[] {
  const mark = new PacketMark();
  if (isMarked) mark.forget();
  return stations.flatMap((station) => {
    if (station.hook === 'forward') return station.judge(viewOf(packet, mark));
    station.judge(viewOf(beforeRouting(packet, station.priority), mark));
    return [];
  });
}

// Where it leaves is not known there, nor, of what is published, where it is led to: until then it is for an address of the host's.
function beforeRouting({ oif: _, ...packet }: ForwardedPacket, priority: number): ForwardedPacket {
  const { published, to: _to, port: _port, ...rest } = packet;
  if (published === undefined) return packet;
  return { ...rest, ...(priority <= own.NF_IP_PRI_NAT_DST && { port: published }) };
}

const SEES: Readonly<Record<BaseChain['family'], readonly (4 | 6)[]>> = { ip: [4], ip6: [6], inet: [4, 6] };

function stationOf(socket: NetlinkSocket, base: BaseChain): Station {
  const { family, table, name, hook, priority, type } = base;
  const sets = once((set) => ifReadable(() => elementsOf(socket, base, set)));
  const chains = once((chain) => ifReadable(() => rulesOf(socket, base, chain)));
  const tool = family !== 'inet' && table === 'filter' && name === 'FORWARD' ? 'iptables' : 'nft';
  return {
    hook,
    priority,
    judge: (view) => {
      if (!SEES[family].includes(view.packet.family)) return [];
      const { accepted, dropped, passed } = judge(name, chains, view, sets);
      if (type !== 'filter' || accepted || (passed && !base.drops)) return [];
      return [{ family, table, chain: name, by: dropped && !passed ? 'rule' : 'policy', tool }];
    },
  };
}

// NF_IP_PRI_ of include/uapi/linux/netfilter_ipv4.h, of those tables that may mark packets, and of the one that drops them.
const LEGACY = [
  { name: 'raw', hook: 'prerouting', number: own.NF_INET_PRE_ROUTING, priority: -300 },
  { name: 'mangle', hook: 'prerouting', number: own.NF_INET_PRE_ROUTING, priority: -150 },
  { name: 'nat', hook: 'prerouting', number: own.NF_INET_PRE_ROUTING, priority: own.NF_IP_PRI_NAT_DST },
  { name: 'mangle', hook: 'forward', number: own.NF_INET_FORWARD, priority: -150 },
  { name: 'filter', hook: 'forward', number: own.NF_INET_FORWARD, priority: 0 },
] as const;

const legacyStations = (family: 4 | 6): readonly Station[] =>
  LEGACY.map(({ name, hook, number, priority }) => {
    const chain = once(() => ifReadable(() => legacyChain(family, name, number)));
    return {
      hook,
      priority,
      judge: (view) => {
        const found = view.packet.family === family ? chain('') : undefined;
        if (!found) return [];
        const { accepted, dropped, passed } = judge(found.start, found.chains, view);
        if (name !== 'filter' || accepted || passed || !dropped) return [];
        return [{ family: family === 4 ? 'ip' : 'ip6', table: 'filter', chain: 'FORWARD', by: 'policy', tool: 'iptables-legacy' }];
      },
    };
  });

function once<T>(read: (name: string) => T): (name: string) => T {
  const known = new Map<string, T>();
  return (name) => {
    if (!known.has(name)) known.set(name, read(name));
    return known.get(name) as T;
  };
}

// What has gone meanwhile, or says what cannot be read, is not judged: then it is not certain that it drops anything.
function ifReadable<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof SystemError || error instanceof NetlinkFormatError) return undefined;
    throw error;
  }
}
