import * as nf from '../nftables/constants.js';
import * as own from './constants.js';
import type { Instruction, Verdict } from './instruction.js';
import { atLeast, type Certainty, certain, equals, every, type KnownBytes, not, order } from './known-bytes.js';
import type { PacketView } from './packet-view.js';
import { Registers } from './registers.js';

/** An element of a set of others': in a map with what it leads to. */
export interface Element {
  readonly key: Uint8Array;
  /** Of a range: the first key that is not in it any more; empty where it goes to the end. */
  readonly end?: Uint8Array;
  readonly data: Uint8Array;
  readonly verdict?: Verdict;
}

/** The elements of a set of the same table; undefined for one that is too large, or holds ranges of several values together. */
export type Sets = (name: string) => readonly Element[] | undefined;

/** What a rule makes of a packet: its verdict, and whether it is certain that it gets there. No verdict where it does not match, or decides nothing. */
export interface Ruling {
  readonly verdict?: Verdict;
  readonly certain: boolean;
}

const MARK = 4;
const NOTHING: Ruling = { certain: true };

/** Runs one rule. */
export function runRule(rule: readonly Instruction[], view: PacketView, sets: Sets = () => undefined): Ruling {
  const registers = new Registers();
  let all = true;
  for (const instruction of rule) {
    if (instruction.is === 'verdict') return { verdict: instruction.verdict, certain: all };
    const match = instruction.is === 'lookup' ? lookup(instruction, registers, sets) : perform(instruction, registers, view);
    if (typeof match === 'object') return { verdict: match, certain: all };
    if (match === 'no') return NOTHING;
    if (match === 'maybe') all = false;
  }
  return NOTHING;
}

function perform(instruction: Exclude<Instruction, { is: 'verdict' | 'lookup' }>, registers: Registers, view: PacketView): Certainty {
  switch (instruction.is) {
    case 'load':
      registers.write(instruction.into, loaded(instruction, view));
      return 'yes';
    case 'data':
      registers.write(instruction.into, [...instruction.data]);
      return 'yes';
    case 'mask':
      registers.write(instruction.into, masked(registers.read(instruction.from, instruction.mask.length), instruction));
      return 'yes';
    case 'compare':
      return compared(registers.read(instruction.register, instruction.data.length), instruction);
    case 'range': {
      const bytes = registers.read(instruction.register, instruction.low.length);
      const [low, high] = [order(bytes, instruction.low), order(bytes, instruction.high)];
      if (low === undefined || high === undefined) return 'maybe';
      return certain((low >= 0 && high <= 0) === instruction.within);
    }
    case 'test':
      return instruction.test(view);
    case 'mark':
      view.mark.mayBe(instruction.from === undefined ? (instruction.of?.(view.mark.bytes) ?? []) : registers.read(instruction.from, MARK));
      return 'yes';
    case 'pass':
      return 'yes';
    case 'blur':
      registers.forget();
      return 'maybe';
  }
}

// A map of verdicts ends the rule with what it holds.
function lookup({ set, register, into, inverted }: Extract<Instruction, { is: 'lookup' }>, registers: Registers, sets: Sets): Certainty | Verdict {
  const elements = sets(set);
  const found = elements?.map((element) => ({ element, here: isIn(registers.read(register, element.key.length), element) }));
  if (!found || found.some(({ here }) => here === 'maybe')) {
    if (into === nf.NFT_REG_VERDICT) return { is: 'unclear' };
    registers.forget();
    return 'maybe';
  }
  const element = found.find(({ here }) => here === 'yes')?.element;
  if (into === undefined || !element) return certain((element !== undefined) !== inverted);
  if (into === nf.NFT_REG_VERDICT) return element.verdict ?? 'yes';
  registers.write(into, [...element.data]);
  return 'yes';
}

function isIn(bytes: KnownBytes, { key, end }: Element): Certainty {
  return end ? every([atLeast(bytes, key), end.length === 0 ? 'yes' : not(atLeast(bytes, end))]) : equals(bytes, key);
}

function loaded({ what, key, direction, at }: Extract<Instruction, { is: 'load' }>, view: PacketView): KnownBytes {
  if (what === 'meta') return view.meta(key);
  return what === 'ct' ? view.ct(key, direction) : view.payload(key, at?.offset ?? 0, at?.length ?? 0);
}

// A bit that is masked out is known, whatever it was.
const masked = (bytes: KnownBytes, { mask, xor }: { readonly mask: Uint8Array; readonly xor: Uint8Array }): KnownBytes =>
  bytes.map((byte, index) => {
    const [and, flip] = [mask[index] ?? 0, xor[index] ?? 0];
    return and === 0 ? flip : byte === undefined ? undefined : (byte & and) ^ flip;
  });

function compared(bytes: KnownBytes, { op, data }: { readonly op: number; readonly data: Uint8Array }): Certainty {
  if (data.length === 0) return 'maybe';
  if (op === nf.NFT_CMP_EQ) return equals(bytes, data);
  if (op === nf.NFT_CMP_NEQ) return not(equals(bytes, data));
  const at = order(bytes, data);
  if (at === undefined) return 'maybe';
  if (op === own.NFT_CMP_LT) return certain(at < 0);
  if (op === own.NFT_CMP_LTE) return certain(at <= 0);
  return op === own.NFT_CMP_GT ? certain(at > 0) : op === own.NFT_CMP_GTE ? certain(at >= 0) : 'maybe';
}
