import type { ElementResource, Resource, Stack, TableFamily } from '../../../resource/resource.js';
import { NFGEN_HDRLEN, NFNL_SUBSYS_NFTABLES, NLM_F_DUMP, NLM_F_REQUEST } from '../netlink/constants.js';
import { attributeList, attributes, NetlinkFormatError, type NetlinkMessage, text } from '../netlink/reader.js';
import { Writer } from '../netlink/writer.js';
import { parseTableComment, readComment } from './comment.js';
import * as nf from './constants.js';
import { familyOf, hostRulesets, rulesetOf, typeOf, writeGeneric } from './message.js';
import { readElement, type SetSpec } from './set.js';
import { TABLE_NAME } from './skeleton.js';
import { type Found, isUnaltered } from './verify.js';

/** Which of our tables: a sandbox has one of family inet, the host one of each. */
export interface Where {
  readonly in: Stack;
  readonly family: TableFamily;
}

/**
 * Dumps that together say all of our table in a stack, for `decodeTable`; each must end before the next is sent. Their sequence
 * numbers count up from `sequence`. All but the first two fail with ENOENT where there is no table.
 */
export function dumpRequests({ in: stack, family }: Where, sequence: number): readonly Uint8Array[] {
  const w = new Writer(128);
  const dump = (index: number, message: number, body: () => void): Uint8Array => dumpRequest(w, family, sequence + index, message, body);
  return [
    dump(0, nf.NFT_MSG_GETTABLE, () => {}),
    dump(1, nf.NFT_MSG_GETCHAIN, () => {}),
    dump(2, nf.NFT_MSG_GETRULE, () => w.attrString(nf.NFTA_RULE_TABLE, TABLE_NAME)),
    dump(3, nf.NFT_MSG_GETSET, () => w.attrString(nf.NFTA_SET_TABLE, TABLE_NAME)),
    ...(stack === 'host' ? hostRulesets[family].sets : []).map(({ name }, index) =>
      dump(4 + index, nf.NFT_MSG_GETSETELEM, () => w.attrString(nf.NFTA_SET_ELEM_LIST_TABLE, TABLE_NAME).attrString(nf.NFTA_SET_ELEM_LIST_SET, name)),
    ),
  ];
}

const dumpRequest = (w: Writer, family: TableFamily | 'all', sequence: number, message: number, body: () => void): Uint8Array =>
  w
    .message(typeOf(message), NLM_F_REQUEST | NLM_F_DUMP, sequence, () => {
      writeGeneric(w, family);
      body();
    })
    .take();

/**
 * What the answers of `dumpRequests` say: our table and its elements, or nothing if there is no table of that name or it
 * carries another instance's comment. A table that is not in every chain, rule and set as we make it is `altered`.
 * Messages of other tables and other kinds are passed over. `unaltered` compares it with ours. Throws `NetlinkFormatError`.
 */
export function decodeTable(
  messages: Iterable<NetlinkMessage>,
  instance: string,
  { in: stack, family }: Where,
  unaltered: (found: Found, resolver: number | undefined) => boolean = (found, resolver) => isUnaltered(found, rulesetOf(family, resolver)),
): readonly Resource[] {
  const found: Found = { tables: [], chains: [], rules: [], sets: [] };
  const elements: ElementResource[] = [];
  let strange = false;
  for (const message of messages) {
    if (message.type >> 8 !== NFNL_SUBSYS_NFTABLES || familyOf(message.payload) !== family) continue;
    const kind = message.type & 0xff;
    if (kind === nf.NFT_MSG_NEWTABLE) collect(found.tables, message, nf.NFTA_TABLE_NAME);
    else if (kind === nf.NFT_MSG_NEWCHAIN) collect(found.chains, message, nf.NFTA_CHAIN_TABLE);
    else if (kind === nf.NFT_MSG_NEWRULE) collect(found.rules, message, nf.NFTA_RULE_TABLE);
    else if (kind === nf.NFT_MSG_NEWSET) collect(found.sets, message, nf.NFTA_SET_TABLE);
    else if (kind === nf.NFT_MSG_NEWSETELEM) strange = !readElements(message, family, elements) || strange;
  }
  const [table] = found.tables;
  const comment = table && parseTableComment(readComment(nf.NFTNL_UDATA_TABLE_COMMENT, table.get(nf.NFTA_TABLE_USERDATA)));
  if (comment?.instance !== instance || (comment.resolver === undefined) !== (stack === 'host')) return [];
  const { resolver } = comment;
  const known = { kind: 'table', in: stack, name: TABLE_NAME } as const;
  if (strange || !unaltered(found, resolver)) return [{ ...known, family, skeleton: 'altered', ...(resolver !== undefined && { resolver }) }, ...elements];
  if (family === 'bridge') return [{ ...known, family, skeleton: 'guard' }, ...elements];
  return [{ ...known, family, ...(resolver === undefined ? { skeleton: 'host' } : { skeleton: 'sandbox', resolver }) }, ...elements];
}

/** Asks for all tables, for `decodeOwners`. */
export const tablesRequest = (): Uint8Array => dumpRequest(new Writer(128), 'all', 0, nf.NFT_MSG_GETTABLE, () => {});

/** Whose the tables of our name say to be. */
export function* decodeOwners(messages: Iterable<NetlinkMessage>): Generator<{ readonly family: TableFamily; readonly instance?: string }> {
  for (const { type, payload } of messages) {
    const family = familyOf(payload);
    if (type !== typeOf(nf.NFT_MSG_NEWTABLE) || family === undefined) continue;
    const found = attributes(payload, NFGEN_HDRLEN);
    if (text(found.get(nf.NFTA_TABLE_NAME) ?? new Uint8Array()) !== TABLE_NAME) continue;
    const comment = parseTableComment(readComment(nf.NFTNL_UDATA_TABLE_COMMENT, found.get(nf.NFTA_TABLE_USERDATA)));
    yield { family, ...(comment && { instance: comment.instance }) };
  }
}

// Keeps the attributes of what belongs to our table.
function collect(to: Map<number, Uint8Array>[], message: NetlinkMessage, tableName: number): void {
  const found = attributes(message.payload, NFGEN_HDRLEN);
  const name = found.get(tableName);
  if (!name) throw new NetlinkFormatError(`a message of type ${message.type} that names no table`);
  if (text(name) === TABLE_NAME) to.push(found);
}

/** Adds the elements of a message; false if there was one that we could not have made. */
function readElements(message: NetlinkMessage, family: TableFamily, to: ElementResource[]): boolean {
  const found = attributes(message.payload, NFGEN_HDRLEN);
  const table = found.get(nf.NFTA_SET_ELEM_LIST_TABLE);
  const name = found.get(nf.NFTA_SET_ELEM_LIST_SET);
  if (!table || !name) throw new NetlinkFormatError('elements that name no table or no set');
  if (text(table) !== TABLE_NAME) return true;
  const set = hostRulesets[family].sets.find((each) => each.name === text(name));
  if (!set) return false;
  let known = true;
  for (const { body } of attributeList(found.get(nf.NFTA_SET_ELEM_LIST_ELEMENTS) ?? new Uint8Array())) {
    const element = readElement(set, body);
    if (element) to.push(describeElement(family, set, element));
    else known = false;
  }
  return known;
}

const describeElement = (family: TableFamily, { name }: SetSpec, element: { readonly key: string; readonly value?: string }): ElementResource => ({
  kind: 'element',
  in: 'host',
  family,
  table: TABLE_NAME,
  map: name,
  ...element,
});
