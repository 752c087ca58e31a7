import { attributes } from '../netlink/reader.js';
import type { Writer } from '../netlink/writer.js';
import { NLA_F_NESTED, NLA_HDRLEN } from '../netlink/constants.js';
import { NFTA_DATA_VALUE, NFTA_LIST_ELEM, NFTA_SET_ELEM_DATA, NFTA_SET_ELEM_FLAGS, NFTA_SET_ELEM_KEY } from './constants.js';
import type { Datatype } from './datatype.js';

/** A set or, with `value`, a map. All of ours are hashes: an interval set costs time that grows with it. */
export interface SetSpec {
  readonly name: string;
  readonly key: readonly Datatype[];
  readonly value?: readonly Datatype[];
  /** The key is a port's name and these bytes of a frame, and may be asked for others of that length: a set of `typeof`. */
  readonly raw?: RawField;
}

/** Bits of a header: of the link, the network or the transport layer. */
export interface RawField {
  readonly base: 'll' | 'nh' | 'th';
  readonly offset: number;
  readonly bits: number;
}

/** The text of an element: the parts joined by " . ". */
export interface ElementText {
  readonly key: string;
  readonly value?: string;
}

const JOINT = ' . ';
const padded = (size: number): number => (size + 3) & ~3;

/** Bytes of a key or value. Each part of a concatenation is padded to four, a lone one is not. */
export const lengthOf = (parts: readonly Datatype[]): number =>
  parts.length === 1 ? (parts[0]?.size ?? 0) : parts.reduce((sum, part) => sum + padded(part.size), 0);

/** Bytes of an element's attribute as `writeElement` writes it: the same for every element of a set. */
export const elementSize = (set: SetSpec, withValue: boolean): number =>
  NLA_HDRLEN + 2 * NLA_HDRLEN + padded(lengthOf(set.key)) + (withValue && set.value ? 2 * NLA_HDRLEN + padded(lengthOf(set.value)) : 0);

/** Writes one element of a set. `value` is left out to delete it. Throws for text that does not fit the set's types. */
export function writeElement(w: Writer, set: SetSpec, key: string, value: string | undefined): void {
  const withValue = value !== undefined;
  if (withValue && !set.value) throw new Error(`set ${set.name} holds no values`);
  w.u16(elementSize(set, withValue)).u16(NFTA_LIST_ELEM | NLA_F_NESTED);
  writeData(w, NFTA_SET_ELEM_KEY, set, set.key, key);
  if (withValue && set.value) writeData(w, NFTA_SET_ELEM_DATA, set, set.value, value);
}

// Headers are written by hand: their lengths are known, and there may be thousands of elements.
function writeData(w: Writer, type: number, set: SetSpec, parts: readonly Datatype[], value: string): void {
  const length = lengthOf(parts);
  w.u16(2 * NLA_HDRLEN + padded(length)).u16(type | NLA_F_NESTED);
  w.u16(NLA_HDRLEN + length).u16(NFTA_DATA_VALUE);
  const values = parts.length === 1 ? [value] : value.split(JOINT);
  if (values.length !== parts.length) throw new Error(`"${value}" has ${values.length} parts, set ${set.name} takes ${parts.length}`);
  parts.forEach((part, index) => {
    part.write(w, values[index] ?? '');
    w.zero(padded(part.size) - part.size);
  });
}

/** The text of an element's attribute; undefined if it is none that `writeElement` could have written. Throws `NetlinkFormatError`. */
export function readElement(set: SetSpec, body: Uint8Array): ElementText | undefined {
  const found = attributes(body);
  if (found.has(NFTA_SET_ELEM_FLAGS)) return undefined;
  const key = readData(found.get(NFTA_SET_ELEM_KEY), set.key);
  if (key === undefined || !set.value) return key === undefined ? undefined : { key };
  const value = readData(found.get(NFTA_SET_ELEM_DATA), set.value);
  return value === undefined ? undefined : { key, value };
}

function readData(attribute: Uint8Array | undefined, parts: readonly Datatype[]): string | undefined {
  const bytes = attribute && attributes(attribute).get(NFTA_DATA_VALUE);
  if (bytes?.length !== lengthOf(parts)) return undefined;
  const values: string[] = [];
  let at = 0;
  for (const part of parts) {
    const value = part.read(bytes.subarray(at, at + part.size));
    if (value === undefined) return undefined;
    values.push(value);
    at += padded(part.size);
  }
  return values.join(JOINT);
}
