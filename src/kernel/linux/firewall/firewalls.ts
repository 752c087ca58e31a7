import type { ForeignChain, ForwardedPacket, Judgement } from '../../../resource/firewall.js';
import type { Machine } from '../machine.js';
import { NETLINK_NETFILTER } from '../netlink/constants.js';
import { NetlinkFormatError } from '../netlink/reader.js';
import { SystemError } from '../libc.js';
import { NetlinkSocket } from '../netlink-socket.js';
import { judge } from './judge.js';
import { type PacketView, viewOf } from './packet-view.js';
import { legacyForward } from './read-legacy.js';
import { type BaseChain, elementsOf, forwardChains, rulesOf } from './read-tables.js';

/** Says of each packet whether it is certain to be dropped. */
type Judges = (view: PacketView) => readonly ForeignChain[];

/** What others' firewalls in the host's stack make of packets that it forwards. Only rules that such a packet may come to are read. */
export function judgeAll({ stacks }: Machine, packets: readonly ForwardedPacket[]): Judgement {
  stacks.enter('host');
  const socket = NetlinkSocket.open(NETLINK_NETFILTER);
  try {
    const judges = [...forwardChains(socket).map((chain) => judgeOf(socket, chain)), ...([4, 6] as const).map(legacyJudge)];
    return {
      drops: packets.map((packet) => {
        const view = viewOf(packet);
        return judges.flatMap((each) => each(view));
      }),
    };
  } finally {
    socket.close();
  }
}

const SEES: Readonly<Record<BaseChain['family'], readonly (4 | 6)[]>> = { ip: [4], ip6: [6], inet: [4, 6] };

function judgeOf(socket: NetlinkSocket, base: BaseChain): Judges {
  const { family, table, name } = base;
  const sets = once((set) => ifReadable(() => elementsOf(socket, base, set)));
  const chains = once((chain) => ifReadable(() => rulesOf(socket, base, chain)));
  const tool = family !== 'inet' && table === 'filter' && name === 'FORWARD' ? 'iptables' : 'nft';
  return (view) => {
    if (!SEES[family].includes(view.packet.family)) return [];
    const { accepted, dropped, passed } = judge(name, chains, view, sets);
    if (accepted || (passed && !base.drops)) return [];
    return [{ family, table, chain: name, by: dropped && !passed ? 'rule' : 'policy', tool }];
  };
}

function legacyJudge(family: 4 | 6): Judges {
  const forward = ifReadable(() => legacyForward(family));
  if (!forward) return () => [];
  return (view) => {
    if (view.packet.family !== family) return [];
    const { accepted, dropped, passed } = judge(forward.start, forward.chains, view);
    if (accepted || passed || !dropped) return [];
    return [{ family: family === 4 ? 'ip' : 'ip6', table: 'filter', chain: 'FORWARD', by: 'policy', tool: 'iptables-legacy' }];
  };
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
