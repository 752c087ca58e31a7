import { attributeList, attributes, be32, text, u8 } from '../netlink/reader.js';
import * as nf from '../nftables/constants.js';
import * as own from './constants.js';
import type { Certainty, KnownBytes } from './known-bytes.js';
import type { PacketView } from './packet-view.js';
import { xtMatch } from './xt-match.js';

/** What a rule decides. `drop` is also a rejection; `unclear` may be anything. */
export type Verdict = { readonly is: 'accept' | 'drop' | 'return' | 'unclear' } | { readonly is: 'jump' | 'goto'; readonly chain: string };

/** One expression of a rule of somebody else's, as far as it is understood. Registers are numbered as in nf_tables. */
export type Instruction =
  | {
      readonly is: 'load';
      readonly into: number;
      readonly what: 'meta' | 'ct' | 'payload';
      readonly key: number;
      readonly direction?: number;
      readonly at?: Place;
    }
  | { readonly is: 'data'; readonly into: number; readonly data: Uint8Array }
  | { readonly is: 'mask'; readonly from: number; readonly into: number; readonly mask: Uint8Array; readonly xor: Uint8Array }
  | { readonly is: 'compare'; readonly register: number; readonly op: number; readonly data: Uint8Array }
  | { readonly is: 'range'; readonly register: number; readonly within: boolean; readonly low: Uint8Array; readonly high: Uint8Array }
  | { readonly is: 'lookup'; readonly set: string; readonly register: number; readonly into: number | undefined; readonly inverted: boolean }
  | { readonly is: 'test'; readonly test: (view: PacketView) => Certainty }
  | { readonly is: 'verdict'; readonly verdict: Verdict }
  /** Gives the packet another mark: that of a register, what comes of its own, or any. */
  | { readonly is: 'mark'; readonly from?: number; readonly of?: (mark: KnownBytes) => KnownBytes }
  /** Does something to the packet or counts it; decides nothing. */
  | { readonly is: 'pass' }
  /** Not understood: whether the rule goes on, and what is in its registers, is not known from here. */
  | { readonly is: 'blur' };

/** Bytes of a header. */
export interface Place {
  readonly offset: number;
  readonly length: number;
}

type Attributes = ReadonlyMap<number, Uint8Array>;

/** The instructions of one rule. Throws `NetlinkFormatError`. */
export function decodeInstructions(rule: Attributes): readonly Instruction[] {
  return [...attributeList(rule.get(nf.NFTA_RULE_EXPRESSIONS) ?? new Uint8Array())].map(({ body }) => {
    const expression = attributes(body);
    return decode(text(expression.get(nf.NFTA_EXPR_NAME) ?? new Uint8Array()), attributes(expression.get(nf.NFTA_EXPR_DATA) ?? new Uint8Array()));
  });
}

const PASSING: ReadonlySet<string> = new Set(['counter', 'log', 'notrack', 'last']);

function decode(name: string, data: Attributes): Instruction {
  switch (name) {
    case 'meta':
      if (data.has(own.NFTA_META_SREG)) return setting(data);
      return loading('meta', data.get(nf.NFTA_META_DREG), number(data, nf.NFTA_META_KEY));
    case 'ct': {
      const direction = data.get(own.NFTA_CT_DIRECTION);
      const load = loading('ct', data.get(nf.NFTA_CT_DREG), number(data, nf.NFTA_CT_KEY));
      return direction && load.is === 'load' ? { ...load, direction: u8(direction) } : load;
    }
    case 'payload': {
      const load = loading('payload', data.get(nf.NFTA_PAYLOAD_DREG), number(data, nf.NFTA_PAYLOAD_BASE));
      const at = { offset: number(data, nf.NFTA_PAYLOAD_OFFSET), length: Math.min(number(data, nf.NFTA_PAYLOAD_LEN), REGISTERS) };
      return load.is === 'load' ? { ...load, at } : { is: 'pass' };
    }
    case 'cmp':
      return { is: 'compare', register: number(data, nf.NFTA_CMP_SREG), op: number(data, nf.NFTA_CMP_OP), data: value(data, nf.NFTA_CMP_DATA) };
    case 'range': {
      const [low, high] = [value(data, own.NFTA_RANGE_FROM_DATA), value(data, own.NFTA_RANGE_TO_DATA)];
      return { is: 'range', register: number(data, own.NFTA_RANGE_SREG), within: number(data, own.NFTA_RANGE_OP) === nf.NFT_CMP_EQ, low, high };
    }
    case 'bitwise':
      return masking(data);
    case 'lookup':
      return {
        is: 'lookup',
        set: text(data.get(nf.NFTA_LOOKUP_SET) ?? new Uint8Array()),
        register: number(data, nf.NFTA_LOOKUP_SREG),
        into: data.has(nf.NFTA_LOOKUP_DREG) ? number(data, nf.NFTA_LOOKUP_DREG) : undefined,
        inverted: (number(data, own.NFTA_LOOKUP_FLAGS) & own.NFT_LOOKUP_F_INV) !== 0,
      };
    case 'immediate':
      return deciding(data);
    case 'reject':
      return { is: 'verdict', verdict: { is: 'drop' } };
    case 'match': {
      const [match, revision] = [text(data.get(own.NFTA_MATCH_NAME) ?? new Uint8Array()), number(data, own.NFTA_MATCH_REV)];
      const test = xtMatch(match, revision, (data.get(own.NFTA_MATCH_INFO) ?? new Uint8Array()).slice());
      return test ? { is: 'test', test } : { is: 'blur' };
    }
    case 'target': {
      const [target, revision] = [text(data.get(own.NFTA_TARGET_NAME) ?? new Uint8Array()), number(data, own.NFTA_TARGET_REV)];
      return xtTarget(target, revision, (data.get(own.NFTA_TARGET_INFO) ?? new Uint8Array()).slice());
    }
    case 'queue':
      return { is: 'verdict', verdict: { is: 'unclear' } };
    default:
      return PASSING.has(name) ? { is: 'pass' } : { is: 'blur' };
  }
}

// NFT_REG_1 to 4 and NFT_REG32_00 to 15 are the same 64 bytes.
const REGISTERS = 64;

function loading(what: 'meta' | 'ct' | 'payload', into: Uint8Array | undefined, key: number): Instruction {
  return into ? { is: 'load', what, into: be32(into), key } : { is: 'pass' };
}

const setting = (data: Attributes): Instruction =>
  number(data, nf.NFTA_META_KEY) === own.NFT_META_MARK ? { is: 'mark', from: number(data, own.NFTA_META_SREG) } : { is: 'pass' };

function masking(data: Attributes): Instruction {
  // Shifts came later, and have no mask.
  if (data.has(own.NFTA_BITWISE_OP) && number(data, own.NFTA_BITWISE_OP) !== 0) return { is: 'blur' };
  const [from, into] = [number(data, nf.NFTA_BITWISE_SREG), number(data, nf.NFTA_BITWISE_DREG)];
  return { is: 'mask', from, into, mask: value(data, nf.NFTA_BITWISE_MASK), xor: value(data, nf.NFTA_BITWISE_XOR) };
}

function deciding(data: Attributes): Instruction {
  const into = number(data, nf.NFTA_IMMEDIATE_DREG);
  if (into !== nf.NFT_REG_VERDICT) return { is: 'data', into, data: value(data, nf.NFTA_IMMEDIATE_DATA) };
  return decodeVerdict(attributes(data.get(nf.NFTA_IMMEDIATE_DATA) ?? new Uint8Array()).get(nf.NFTA_DATA_VERDICT) ?? new Uint8Array());
}

/** What a verdict says, of a rule or of an element. */
export function decodeVerdict(body: Uint8Array): Extract<Instruction, { is: 'verdict' | 'pass' }> {
  const verdict = attributes(body);
  const chain = text(verdict.get(nf.NFTA_VERDICT_CHAIN) ?? new Uint8Array());
  switch (number(verdict, nf.NFTA_VERDICT_CODE) | 0) {
    case nf.NF_ACCEPT:
      return { is: 'verdict', verdict: { is: 'accept' } };
    case nf.NF_DROP:
      return { is: 'verdict', verdict: { is: 'drop' } };
    case own.NFT_RETURN:
      return { is: 'verdict', verdict: { is: 'return' } };
    case nf.NFT_JUMP:
      return { is: 'verdict', verdict: { is: 'jump', chain } };
    case nf.NFT_GOTO:
      return { is: 'verdict', verdict: { is: 'goto', chain } };
    case own.NFT_CONTINUE:
      return { is: 'pass' };
    default:
      return { is: 'verdict', verdict: { is: 'unclear' } };
  }
}

// Targets that go on with the next rule.
const ON: ReadonlySet<string> = new Set(['LOG', 'NFLOG', 'ULOG', 'CONNSECMARK', 'TCPMSS', 'DSCP', 'TOS', 'CLASSIFY', 'TRACE', 'CT', 'NOTRACK']);
// Where the mode is in struct xt_connmark_tginfo1 (ctmark, ctmask, nfmask, mode) and 2 (shift_dir and shift_bits before it, since 4.17) of include/uapi/linux/netfilter/xt_connmark.h.
const CONNMARK_MODE: ReadonlyMap<number, number> = new Map([
  [1, 12],
  [2, 14],
]);
// XT_CONNMARK_SET and XT_CONNMARK_SAVE of the same leave the packet's own mark as it is.
const KEEPING: readonly (number | undefined)[] = [0, 1];
const MARK = { revision: 2, size: 8 } as const;

/** What a target of iptables decides. One that is not understood may decide anything. */
export function xtTarget(name: string, revision: number, info: Uint8Array): Instruction {
  if (name === 'REJECT' || name === 'DROP') return { is: 'verdict', verdict: { is: 'drop' } };
  if (name === 'ACCEPT') return { is: 'verdict', verdict: { is: 'accept' } };
  // struct xt_mark_tginfo2 of include/uapi/linux/netfilter/xt_mark.h: mark and mask, in the host's order as the mark itself is.
  if (name === 'MARK')
    return revision !== MARK.revision || info.length < MARK.size
      ? { is: 'mark' }
      : { is: 'mark', of: (mark) => mark.map((byte, at) => marked(byte, u8(info, 4 + at), u8(info, at))) };
  if (name === 'CONNMARK') return KEEPING.includes(info[CONNMARK_MODE.get(revision) ?? info.length]) ? { is: 'pass' } : { is: 'mark' };
  // `-j SET --map-set … --map-mark` gives one that the set has.
  if (name === 'SET') return { is: 'mark' };
  return ON.has(name) ? { is: 'pass' } : { is: 'verdict', verdict: { is: 'unclear' } };
}

const marked = (byte: number | undefined, mask: number, mark: number): number | undefined => {
  if (mask === 0xff) return mark;
  return byte === undefined ? undefined : (byte & ~mask) ^ mark;
};

const number = (of: Attributes, type: number): number => {
  const body = of.get(type);
  return body ? be32(body) : 0;
};

const value = (of: Attributes, type: number): Uint8Array =>
  attributes(of.get(type) ?? new Uint8Array())
    .get(nf.NFTA_DATA_VALUE)
    ?.slice() ?? new Uint8Array();
