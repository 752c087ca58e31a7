import type { Resource, Stack } from '../../../resource/resource.js';
import { NFGEN_HDRLEN } from '../netlink/constants.js';
import type { NetlinkMessage } from '../netlink/reader.js';
import * as nf from './constants.js';
import { decodeTable } from './read.js';
import { isAwake } from './verify.js';

const MOST = 64;
// struct nfgenmsg: family u8, version u8, and a counter of the namespace's, which says nothing here.
const COUNTER = 2;

/**
 * Reads tables of sandboxes. They are alike to the byte, but for the table's own message, which has a handle: chains and rules that
 * were found unaltered once are known when they are seen again, and not compared attribute by attribute in each of a thousand
 * sandboxes.
 */
export class AlikeTables {
  readonly #instance: string;
  /** Chains and rules that are as we make them, each behind the port of its resolver. */
  readonly #unaltered = new Set<string>();

  constructor(instance: string) {
    this.#instance = instance;
  }

  /** What `decodeTable` says of these messages. */
  decode(messages: readonly NetlinkMessage[], stack: Stack): readonly Resource[] {
    const rest = printed(messages.filter((message) => !isTable(message)));
    const known = decodeTable(
      messages.filter(isTable),
      this.#instance,
      { in: stack, family: 'inet' },
      (found, resolver) => isAwake(found) && this.#unaltered.has(`${resolver} ${rest}`),
    );
    if (resolverOfUnaltered(known) !== undefined) return known;
    const found = decodeTable(messages, this.#instance, { in: stack, family: 'inet' });
    const resolver = resolverOfUnaltered(found);
    if (resolver !== undefined) this.#remember(`${resolver} ${rest}`);
    return found;
  }

  #remember(rules: string): void {
    if (this.#unaltered.size >= MOST) this.#unaltered.clear();
    this.#unaltered.add(rules);
  }
}

const resolverOfUnaltered = ([table]: readonly Resource[]): number | undefined =>
  table?.kind === 'table' && table.skeleton === 'sandbox' ? table.resolver : undefined;

const isTable = ({ type }: NetlinkMessage): boolean => (type & 0xff) === nf.NFT_MSG_NEWTABLE;

const printed = (messages: readonly NetlinkMessage[]): string =>
  messages.map(({ type, payload }) => `${type} ${latin1(payload.subarray(0, COUNTER))}${latin1(payload.subarray(NFGEN_HDRLEN))}`).join('\n');

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
