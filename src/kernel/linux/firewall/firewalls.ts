import type { ForwardedPacket, Judgement } from '../../../resource/firewall.js';
import type { Machine } from '../machine.js';
import { NETLINK_NETFILTER } from '../netlink/constants.js';
import { NetlinkFormatError } from '../netlink/reader.js';
import { SystemError } from '../libc.js';
import { NetlinkSocket } from '../netlink-socket.js';
import { judge } from './judge.js';
import * as own from './constants.js';
import { legacyChain, legacyTables } from './read-legacy.js';
import { baseChains, type BaseChain, elementsOf, hasRulesBelow, rulesOf } from './read-tables.js';
import { type Station, Way } from './way.js';

/**
 * What others' firewalls in the host's stack make of packets that it forwards. Only rules that such a packet may come to are read. What they do before the forward hook is looked at
 * for the marks that it gives, where rules there ask for them.
 */
export function judgeAll({ stacks }: Machine, packets: readonly ForwardedPacket[]): Judgement {
  stacks.enter('host');
  const socket = NetlinkSocket.open(NETLINK_NETFILTER);
  try {
    const chains = baseChains(socket);
    const stations = [...chains.flatMap((chain) => stationOf(socket, chain) ?? []), ...([4, 6] as const).flatMap(legacyStations)];
    const isMarked = once(() => chains.some(({ hook }) => hook === 'ingress') || hasRulesBelow(socket));
    const way = new Way(stations, () => isMarked(''));
    return { drops: packets.map((packet) => way.dropsOf(packet)) };
  } finally {
    socket.close();
  }
}

const SEES: Readonly<Record<BaseChain['family'], readonly (4 | 6)[]>> = { ip: [4], ip6: [6], inet: [4, 6] };

function stationOf(socket: NetlinkSocket, base: BaseChain): Station | undefined {
  const { family, table, name, hook, priority, type } = base;
  if (hook === 'ingress') return undefined;
  const sets = once((set) => ifReadable(() => elementsOf(socket, base, set)));
  const chains = once((chain) => ifReadable(() => rulesOf(base, chain)));
  const tool = family !== 'inet' && table === 'filter' && name === 'FORWARD' ? 'iptables' : 'nft';
  return {
    hook,
    priority,
    type,
    sees: SEES[family],
    judge: (view, steps) => {
      const { accepted, dropped, passed } = judge(name, chains, view, sets, steps);
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

function legacyStations(family: 4 | 6): readonly Station[] {
  const tables = legacyTables(family);
  return LEGACY.filter(({ name }) => tables.includes(name)).map(({ name, hook, number, priority }) => {
    const chain = once(() => ifReadable(() => legacyChain(family, name, number)));
    return {
      hook,
      priority,
      type: name === 'nat' ? 'nat' : 'filter',
      sees: [family],
      judge: (view, steps) => {
        const found = chain('');
        if (!found) return [];
        const { accepted, dropped, passed } = judge(found.start, found.chains, view, undefined, steps);
        if (name !== 'filter' || accepted || passed || !dropped) return [];
        return [{ family: family === 4 ? 'ip' : 'ip6', table: 'filter', chain: 'FORWARD', by: 'policy', tool: 'iptables-legacy' }];
      },
    };
  });
}

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
