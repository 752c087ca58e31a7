import type { ElementResource, Operation, TableFamily } from '../../../resource/resource.js';
import { NLA_F_NESTED, NLA_HDRLEN, NLM_F_CREATE, NLM_F_EXCL, NLM_F_REQUEST } from '../netlink/constants.js';
import type { Writer } from '../netlink/writer.js';
import type { Answer } from './answer.js';
import * as nf from './constants.js';
import { hostRulesets, typeOf, writeGeneric } from './message.js';
import { elementSize, type SetSpec, writeElement } from './set.js';
import { TABLE_NAME } from './skeleton.js';

// NFTA_SET_ELEM_LIST_ELEMENTS is one attribute, whose length has 16 bits.
const MOST_BYTES = 60_000;

/** A set and the table that it is in. */
type HostSet = SetSpec & { readonly family: TableFamily };

const setsByName: ReadonlyMap<string, HostSet> = new Map(
  Object.values(hostRulesets).flatMap(({ family, sets }) => sets.map((set) => [`${family} ${set.name}`, { ...set, family }])),
);

/** What an operation takes away and what it makes. */
export interface Ends<Of> {
  readonly from?: Of;
  readonly to?: Of;
}

interface Entry {
  readonly operation: Operation;
  readonly element: ElementResource;
}

/**
 * Operations on elements that go out together: all deletions, then all creations, those of one set in one message. Within a
 * transaction that is the same as in their order, unless an element is deleted that was created before: the group is flushed first.
 */
export class ElementGroup {
  readonly #deleted = new Map<HostSet, Entry[]>();
  readonly #created = new Map<HostSet, Entry[]>();
  readonly #createdKeys = new Set<string>();

  /** False if it deletes what the group creates, so that it must not go before. */
  takes({ from }: Ends<ElementResource>): boolean {
    return !from || !this.#createdKeys.has(keyOf(from));
  }

  add(operation: Operation, { from, to }: Ends<ElementResource>): void {
    if (from) push(this.#deleted, setOf(from), { operation, element: from });
    if (!to) return;
    const set = setOf(to);
    if ((to.value === undefined) !== (set.value === undefined))
      throw new Error(`${to.key} of ${to.map}: ${set.value ? 'a map takes a value' : 'a set takes none'}`);
    push(this.#created, set, { operation, element: to });
    this.#createdKeys.add(keyOf(to));
  }

  /** Writes the group, each message with a sequence number of its own, and empties it. None asks to be acknowledged; `answered` is told where each begins. */
  flush(w: Writer, next: () => number, answered: (answer: Answer, start: number) => void): void {
    const write = (message: number, flags: number, set: HostSet, entries: readonly Entry[], withValue: boolean): void => {
      const most = Math.floor(MOST_BYTES / elementSize(set, withValue));
      for (let at = 0; at < entries.length; at += most) {
        const part = entries.length <= most ? entries : entries.slice(at, at + most);
        const [sequence, start] = [next(), w.length];
        answered(answer(sequence, part, writeElements(w, message, flags, sequence, set, part, withValue)), start);
      }
    };
    for (const [set, entries] of this.#deleted) write(nf.NFT_MSG_DELSETELEM, 0, set, entries, false);
    for (const [set, entries] of this.#created) write(nf.NFT_MSG_NEWSETELEM, NLM_F_CREATE | NLM_F_EXCL, set, entries, set.value !== undefined);
    this.#deleted.clear();
    this.#created.clear();
    this.#createdKeys.clear();
  }
}

const keyOf = ({ family, map, key }: ElementResource): string => `${family} ${map} ${key}`;

function setOf({ family, map }: ElementResource): HostSet {
  const set = setsByName.get(`${family} ${map}`);
  if (!set) throw new Error(`table ${family} ${TABLE_NAME} has no set or map "${map}"`);
  return set;
}

function push<K, V>(to: Map<K, V[]>, key: K, value: V): void {
  const list = to.get(key);
  if (list) list.push(value);
  else to.set(key, [value]);
}

/** Writes one message and answers where in it the first element begins. */
function writeElements(w: Writer, message: number, flags: number, sequence: number, set: HostSet, entries: readonly Entry[], withValue: boolean): Place {
  const start = w.length;
  const size = elementSize(set, withValue);
  let first = 0;
  w.message(typeOf(message), NLM_F_REQUEST | flags, sequence, () => {
    writeGeneric(w, set.family).attrString(nf.NFTA_SET_ELEM_LIST_TABLE, TABLE_NAME).attrString(nf.NFTA_SET_ELEM_LIST_SET, set.name);
    w.u16(NLA_HDRLEN + size * entries.length).u16(nf.NFTA_SET_ELEM_LIST_ELEMENTS | NLA_F_NESTED);
    first = w.length - start;
    for (const { element } of entries) writeElement(w, set, element.key, withValue ? element.value : undefined);
  });
  return { first, size };
}

interface Place {
  readonly first: number;
  readonly size: number;
}

// All elements of a message have one size, so an offset into it says which is meant.
function answer(sequence: number, entries: readonly Entry[], { first, size }: Place): Answer {
  const [head] = entries;
  if (!head) throw new Error('a message without elements');
  const { operation } = head;
  return {
    sequence,
    operation,
    operationAt: (offset) => (offset === undefined ? operation : (entries[Math.floor((offset - first) / size)]?.operation ?? operation)),
  };
}
