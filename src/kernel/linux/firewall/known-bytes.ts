import { ipBytes } from '../../../ip/ip.js';
import { networkAddress, prefixLength } from '../../../ip/prefix.js';
import type { Ip, Prefix } from '../../../ip/types.js';

/** Bytes of which some are not known. */
export type KnownBytes = readonly (number | undefined)[];

/** What is certain of a comparison: it holds, it does not, or that cannot be told. */
export type Certainty = 'yes' | 'no' | 'maybe';

export const unknown = (length: number): KnownBytes => new Array<undefined>(length).fill(undefined);

/** An address, or what is the same in all addresses of a prefix: its whole bytes. */
export function addressBytes(of: Ip | Prefix | undefined): KnownBytes {
  if (of === undefined) return [];
  if (!isPrefix(of)) return [...ipBytes(of)];
  const same = Math.floor(prefixLength(of) / 8);
  return Array.from(ipBytes(networkAddress(of)), (byte, index) => (index < same ? byte : undefined));
}

const isPrefix = (of: Ip | Prefix): of is Prefix => of.includes('/');

/** Whether both are the same. One byte that differs is enough to tell that they are not. */
export function equals(bytes: KnownBytes, data: Uint8Array): Certainty {
  let answer: Certainty = 'yes';
  for (const [index, byte] of data.entries()) {
    const known = bytes[index];
    if (known === undefined) answer = 'maybe';
    else if (known !== byte) return 'no';
  }
  return answer;
}

/** How the bytes stand to others in the order of memcmp: below (-1), equal, above; undefined where that is not known. */
export function order(bytes: KnownBytes, data: Uint8Array): -1 | 0 | 1 | undefined {
  for (const [index, byte] of data.entries()) {
    const known = bytes[index];
    if (known === undefined) return undefined;
    if (known !== byte) return known < byte ? -1 : 1;
  }
  return 0;
}

/** Whether the bytes are at or above others in the order of memcmp: what is not known is never below zeros. */
export function atLeast(bytes: KnownBytes, data: Uint8Array): Certainty {
  for (const [index, byte] of data.entries()) {
    const known = bytes[index];
    if (known === undefined) return data.subarray(index).every((each) => each === 0) ? 'yes' : 'maybe';
    if (known !== byte) return certain(known > byte);
  }
  return 'yes';
}

export const not = (answer: Certainty): Certainty => (answer === 'maybe' ? 'maybe' : answer === 'yes' ? 'no' : 'yes');

export const certain = (answer: boolean): Certainty => (answer ? 'yes' : 'no');

/** That all of them hold. */
export function every(answers: Iterable<Certainty>): Certainty {
  let all: Certainty = 'yes';
  for (const answer of answers) {
    if (answer === 'no') return 'no';
    if (answer === 'maybe') all = 'maybe';
  }
  return all;
}
