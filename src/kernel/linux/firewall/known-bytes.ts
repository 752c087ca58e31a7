/** Bytes of which some are not known. */
export type KnownBytes = readonly (number | undefined)[];

/** What is certain of a comparison: it holds, it does not, or that cannot be told. */
export type Certainty = 'yes' | 'no' | 'maybe';

export const unknown = (length: number): KnownBytes => new Array<undefined>(length).fill(undefined);

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
