import { createHash } from 'node:crypto';
import { Writer } from '../netlink/writer.js';
import type { RuleSpec } from './chain.js';
import { SKELETON_VERSION, TABLE_NAME } from './skeleton.js';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The table's comment: whose it is, and for a sandbox's the port of its resolver. */
export const tableComment = (instance: string, resolver?: number): string =>
  `${TABLE_NAME} ${instance}${resolver === undefined ? '' : ` resolver ${resolver}`}`;

const TABLE_COMMENT = new RegExp(`^${TABLE_NAME} (\\w+)(?: resolver (\\d{1,5}))?$`);

/** What a table's comment says; undefined if `tableComment` could not have written it. */
export function parseTableComment(comment: string | undefined): { readonly instance: string; readonly resolver?: number } | undefined {
  const [, instance, resolver] = TABLE_COMMENT.exec(comment ?? '') ?? [];
  return instance === undefined ? undefined : { instance, ...(resolver !== undefined && { resolver: Number(resolver) }) };
}

/** A rule's comment: a short hash of what it says, where, and of the skeleton's version. A rule without it is not ours. */
export const ruleComment = (chain: string, { text }: RuleSpec): string =>
  `v${SKELETON_VERSION} ${createHash('sha256').update(`${SKELETON_VERSION}\n${chain}\n${text}`).digest('hex').slice(0, 8)}`;

/** A comment as it stands in USERDATA, for programs to read: type u8, length u8, text and NUL (struct nftnl_udata of libnftnl). */
export function writeComment(type: number, comment: string): Uint8Array {
  const bytes = encoder.encode(comment);
  return new Writer(64)
    .u8(type)
    .u8(bytes.length + 1)
    .bytes(bytes)
    .u8(0)
    .take();
}

/** The comment in USERDATA, which anybody may have written; undefined where there is none. */
export function readComment(type: number, userdata: Uint8Array | undefined): string | undefined {
  const bytes = userdata ?? new Uint8Array();
  for (let at = 0; at + 2 <= bytes.length; at += 2 + (bytes[at + 1] ?? 0)) {
    const end = at + 2 + (bytes[at + 1] ?? 0);
    if (bytes[at] === type && end <= bytes.length) return decoder.decode(bytes.subarray(at + 2, Math.max(end - 1, at + 2)));
  }
  return undefined;
}
