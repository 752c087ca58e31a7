import type { ElementResource, Resource, Stack } from '../../../resource/resource.js';
import { NFGEN_HDRLEN, NFNL_SUBSYS_NFTABLES, NLM_F_DUMP, NLM_F_REQUEST } from '../netlink/constants.js';
import { attributeList, attributes, NetlinkFormatError, type NetlinkMessage, text, u8 } from '../netlink/reader.js';
import { Writer } from '../netlink/writer.js';
import { parseTableComment, readComment } from './comment.js';
import * as nf from './constants.js';
import { rulesetOf, typeOf, writeGeneric } from './message.js';
import { readElement, type SetSpec } from './set.js';
import { sets, TABLE_NAME } from './skeleton.js';
import { type Found, isUnaltered } from './verify.js';

/**
 * Dumps that together say all of our table in a stack, for `decodeTable`; each must end before the next is sent. Their sequence
 * numbers count up from `sequence`. All but the first two fail with ENOENT where there is no table.
 */
export function dumpRequests(stack: Stack, sequence: number): readonly Uint8Array[] {
  const w = new Writer(128);
  const dump = (index: number, message: number, body: () => void): Uint8Array => dumpRequest(w, sequence + index, message, body);
  return [
    dump(0, nf.NFT_MSG_GETTABLE, () => {}),
    dump(1, nf.NFT_MSG_GETCHAIN, () => {}),
    dump(2, nf.NFT_MSG_GETRULE, () => w.attrString(nf.NFTA_RULE_TABLE, TABLE_NAME)),
    dump(3, nf.NFT_MSG_GETSET, () => w.attrString(nf.NFTA_SET_TABLE, TABLE_NAME)),
    ...(stack === 'host' ? sets : []).map(({ name }, index) =>
      dump(4 + index, nf.NFT_MSG_GETSETELEM, () => w.attrString(nf.NFTA_SET_ELEM_LIST_TABLE, TABLE_NAME).attrString(nf.NFTA_SET_ELEM_LIST_SET, name)),
    ),
  ];
}

const dumpRequest = (w: Writer, sequence: number, message: number, body: () => void): Uint8Array =>
  w
    .message(typeOf(message), NLM_F_REQUEST | NLM_F_DUMP, sequence, () => {
      writeGeneric(w);
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
  stack: Stack,
  unaltered: (found: Found, resolver: number | undefined) => boolean = (found, resolver) => isUnaltered(found, rulesetOf(resolver)),
): readonly Resource[] {
  const found: Found = { tables: [], chains: [], rules: [], sets: [] };
  const elements: ElementResource[] = [];
  let strange = false;
  for (const message of messages) {
    if (message.type >> 8 !== NFNL_SUBSYS_NFTABLES || u8(message.payload) !== nf.NFPROTO_INET) continue;
    const kind = message.type & 0xff;
    if (kind === nf.NFT_MSG_NEWTABLE) collect(found.tables, message, nf.NFTA_TABLE_NAME);
    else if (kind === nf.NFT_MSG_NEWCHAIN) collect(found.chains, message, nf.NFTA_CHAIN_TABLE);
    else if (kind === nf.NFT_MSG_NEWRULE) collect(found.rules, message, nf.NFTA_RULE_TABLE);
    else if (kind === nf.NFT_MSG_NEWSET) collect(found.sets, message, nf.NFTA_SET_TABLE);
    else if (kind === nf.NFT_MSG_NEWSETELEM) strange = !readElements(message, elements) || strange;
  }
  const [table] = found.tables;
  const comment = table && parseTableComment(readComment(nf.NFTNL_UDATA_TABLE_COMMENT, table.get(nf.NFTA_TABLE_USERDATA)));
  if (comment?.instance !== instance || (comment.resolver === undefined) !== (stack === 'host')) return [];
  const { resolver } = comment;
  const known = { kind: 'table', in: stack, family: 'inet', name: TABLE_NAME } as const;
  if (strange || !unaltered(found, resolver)) return [{ ...known, skeleton: 'altered', ...(resolver !== undefined && { resolver }) }, ...elements];
  return [{ ...known, ...(resolver === undefined ? { skeleton: 'host' } : { skeleton: 'sandbox', resolver }) }, ...elements];
}

/** Asks for all tables, for `decodeOwner`. */
export const tablesRequest = (): Uint8Array => dumpRequest(new Writer(128), 0, nf.NFT_MSG_GETTABLE, () => {});

/** Whose the table of our name says to be; undefined where there is no such table. */
export function decodeOwner(messages: Iterable<NetlinkMessage>): { readonly instance?: string } | undefined {
  for (const { type, payload } of messages) {
    if (type !== typeOf(nf.NFT_MSG_NEWTABLE) || u8(payload) !== nf.NFPROTO_INET) continue;
    const found = attributes(payload, NFGEN_HDRLEN);
    if (text(found.get(nf.NFTA_TABLE_NAME) ?? new Uint8Array()) !== TABLE_NAME) continue;
    const comment = parseTableComment(readComment(nf.NFTNL_UDATA_TABLE_COMMENT, found.get(nf.NFTA_TABLE_USERDATA)));
    return comment ? { instance: comment.instance } : {};
  }
  return undefined;
}

// Keeps the attributes of what belongs to our table.
function collect(to: Map<number, Uint8Array>[], message: NetlinkMessage, tableName: number): void {
  const found = attributes(message.payload, NFGEN_HDRLEN);
  const name = found.get(tableName);
  if (!name) throw new NetlinkFormatError(`a message of type ${message.type} that names no table`);
  if (text(name) === TABLE_NAME) to.push(found);
}

/** Adds the elements of a message; false if there was one that we could not have made. */
function readElements(message: NetlinkMessage, to: ElementResource[]): boolean {
  const found = attributes(message.payload, NFGEN_HDRLEN);
  const table = found.get(nf.NFTA_SET_ELEM_LIST_TABLE);
  const name = found.get(nf.NFTA_SET_ELEM_LIST_SET);
  if (!table || !name) throw new NetlinkFormatError('elements that name no table or no set');
  if (text(table) !== TABLE_NAME) return true;
  const set = sets.find((each) => each.name === text(name));
  if (!set) return false;
  let known = true;
  for (const { body } of attributeList(found.get(nf.NFTA_SET_ELEM_LIST_ELEMENTS) ?? new Uint8Array())) {
    const element = readElement(set, body);
    if (element) to.push(describeElement(set, element));
    else known = false;
  }
  return known;
}

const describeElement = ({ name }: SetSpec, element: { readonly key: string; readonly value?: string }): ElementResource => ({
  kind: 'element',
  in: 'host',
  family: 'inet',
  table: TABLE_NAME,
  map: name,
  ...element,
});
