import { text, u16, u32, u8 } from '../netlink/reader.js';
import { type Instruction, type Verdict, xtTarget } from './instruction.js';
import type { Chain, Chains } from './judge.js';
import { addressBytes, type Certainty, certain, every, type KnownBytes, not } from './known-bytes.js';
import type { PacketView } from './packet-view.js';
import { xtMatch } from './xt-match.js';

// struct ipt_entry and ip6t_entry (include/uapi/linux/netfilter_ipv4/ip_tables.h and netfilter_ipv6/ip6_tables.h): where the parts are.
interface Layout {
  readonly address: 4 | 16;
  readonly protocol: number;
  readonly inverted: number;
  readonly target: number;
  readonly next: number;
  readonly matches: number;
}
const LAYOUTS: Readonly<Record<4 | 6, Layout>> = {
  4: { address: 4, protocol: 80, inverted: 83, target: 88, next: 90, matches: 112 },
  6: { address: 16, protocol: 128, inverted: 132, target: 140, next: 142, matches: 168 },
};
// IPT_INV_ flags of the same.
const INV = { in: 0x01, out: 0x02, source: 0x08, destination: 0x10, protocol: 0x40 } as const;
const NAME = 16;
const NAME_END = 31;
const PART = 32; // struct xt_entry_match and xt_entry_target of include/uapi/linux/netfilter/x_tables.h: size, name, revision; then data
// A standard verdict below zero is -verdict - 1; one of zero and more is where the chain begins that is jumped to.
const STANDARD: ReadonlyMap<number, Verdict['is'] & ('accept' | 'drop' | 'return')> = new Map([
  [-1, 'drop'],
  [-2, 'accept'],
  [-5, 'return'],
]);

interface Entry {
  readonly at: number;
  readonly rule: readonly Instruction[];
  /** Nothing behind it in its chain is reached. */
  readonly last: boolean;
}

/** The chains of a table of iptables-legacy, each named by its offset in the table. What cannot be understood in it is unclear; it never throws. */
export function legacyChains(table: Uint8Array, family: 4 | 6): Chains {
  const entries = [...entriesOf(table, LAYOUTS[family])];
  const starts = new Map(entries.map(({ at }, index) => [String(at), index]));
  const known = new Map<string, Chain>();
  return (name) => {
    const start = starts.get(name);
    if (start === undefined) return undefined;
    const chain = known.get(name) ?? chainFrom(entries, start);
    known.set(name, chain);
    return chain;
  };
}

function chainFrom(entries: readonly Entry[], start: number): Chain {
  const end = entries.findIndex(({ last }, index) => index >= start && last);
  const rules = entries.slice(start, end < 0 ? undefined : end + 1).map(({ rule }) => rule);
  return { rules, partial: end < 0 };
}

function* entriesOf(table: Uint8Array, layout: Layout): Generator<Entry> {
  for (let at = 0; at + layout.matches + PART <= table.length; ) {
    const [target, next] = [u16(table, at + layout.target), u16(table, at + layout.next)];
    if (next < layout.matches + PART || target < layout.matches || target + PART > next || at + next > table.length) return;
    yield entryAt(table.subarray(at, at + next), at, target, layout);
    at += next;
  }
}

function entryAt(entry: Uint8Array, at: number, target: number, layout: Layout): Entry {
  const matches = [...matchesOf(entry.subarray(layout.matches, target))];
  const verdict = decide(entry.subarray(target), at + entry.length);
  const plain = entry.subarray(0, layout.target - 4).every((byte) => byte === 0) && matches.length === 0;
  const ends = verdict.is === 'verdict' && verdict.verdict.is !== 'jump';
  return { at, rule: [{ is: 'test', test: (view) => header(entry, layout, view) }, ...matches, verdict], last: plain && ends };
}

function* matchesOf(bytes: Uint8Array): Generator<Instruction> {
  for (let at = 0; at + PART <= bytes.length; ) {
    const size = u16(bytes, at);
    if (size < PART || at + size > bytes.length) return yield { is: 'blur' };
    const test = xtMatch(text(bytes.subarray(at + 2, at + NAME_END)), u8(bytes, at + NAME_END), bytes.subarray(at + PART, at + size));
    yield test ? { is: 'test', test } : { is: 'blur' };
    at += size;
  }
}

function decide(target: Uint8Array, behind: number): Instruction {
  const name = text(target.subarray(2, NAME_END));
  if (name === 'ERROR') return { is: 'verdict', verdict: { is: 'unclear' } };
  if (name !== '') return xtTarget(name, u8(target, NAME_END), target.subarray(PART));
  const code = target.length < PART + 4 ? undefined : u32(target, PART) | 0;
  if (code === undefined) return { is: 'blur' };
  // A jump to what comes next is a rule without a target.
  if (code >= 0) return code === behind ? { is: 'pass' } : { is: 'verdict', verdict: { is: 'jump', chain: String(code) } };
  return { is: 'verdict', verdict: { is: STANDARD.get(code) ?? 'unclear' } };
}

// struct ipt_ip, ip6t_ip6: addresses, their masks, names of links, their masks, protocol, flags, what is inverted.
function header(entry: Uint8Array, { address, protocol, inverted }: Layout, { packet }: PacketView): Certainty {
  const flags = u8(entry, inverted);
  const sense = (flag: number, answer: Certainty): Certainty => ((flags & flag) === 0 ? answer : not(answer));
  const links = 4 * address;
  const wanted = u16(entry, protocol);
  return every([
    sense(INV.source, under(entry, 0, 2 * address, address, addressBytes(packet.from))),
    sense(INV.destination, under(entry, address, 3 * address, address, addressBytes(packet.to))),
    sense(INV.in, under(entry, links, links + 2 * NAME, NAME, nameBytes(packet.iif))),
    sense(INV.out, under(entry, links + NAME, links + 3 * NAME, NAME, nameBytes(packet.oif))),
    wanted === 0 ? 'yes' : sense(INV.protocol, packet.protocol === undefined ? 'maybe' : certain(wanted === PROTOCOLS[packet.protocol])),
  ]);
}

const PROTOCOLS = { tcp: 6, udp: 17, sctp: 132 } as const;

// Whether the bytes are those at `at`, where the mask at `mask` has ones.
function under(entry: Uint8Array, at: number, mask: number, length: number, bytes: KnownBytes): Certainty {
  return every(
    Array.from({ length }, (_, index): Certainty => {
      const bits = u8(entry, mask + index);
      const byte = bytes[index];
      if (bits === 0) return 'yes';
      return byte === undefined ? 'maybe' : certain((byte & bits) === (u8(entry, at + index) & bits));
    }),
  );
}

const encoder = new TextEncoder();
const nameBytes = (name: string | undefined): KnownBytes => {
  if (name === undefined) return [];
  const bytes = encoder.encode(name);
  return Array.from({ length: NAME }, (_, index) => bytes[index] ?? 0);
};
