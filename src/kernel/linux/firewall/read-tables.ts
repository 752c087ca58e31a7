import { NETLINK_NETFILTER, NFGEN_HDRLEN, NLM_F_DUMP, NLM_F_REQUEST } from '../netlink/constants.js';
import { attributeList, attributes, be32, type NetlinkMessage, text, u8 } from '../netlink/reader.js';
import { Writer } from '../netlink/writer.js';
import * as nf from '../nftables/constants.js';
import { typeOf, writeGeneric } from '../nftables/message.js';
import { TABLE_NAME } from '../nftables/skeleton.js';
import { NetlinkSocket } from '../netlink-socket.js';
import * as own from './constants.js';
import { decodeInstructions, decodeVerdict, type Instruction } from './instruction.js';
import type { Chain } from './judge.js';
import type { Element } from './run-rule.js';

/** A base chain of others that forwarded packets come to: at the ingress of a link, which the family inet has since 5.10, or in the stack. */
export interface BaseChain {
  readonly hook: 'ingress' | 'prerouting' | 'forward';
  readonly type: string;
  readonly priority: number;
  readonly family: 'ip' | 'ip6' | 'inet';
  readonly table: string;
  readonly name: string;
  readonly drops: boolean;
}

const FAMILIES: ReadonlyMap<number, BaseChain['family']> = new Map([
  [nf.NFPROTO_INET, 'inet'],
  [nf.NFPROTO_IPV4, 'ip'],
  [nf.NFPROTO_IPV6, 'ip6'],
]);
const NUMBERS: ReadonlyMap<string, number> = new Map([...FAMILIES].map(([number, family]) => [family, number]));

const HOOKS: ReadonlyMap<number, BaseChain['hook']> = new Map<number, BaseChain['hook']>([
  [own.NF_INET_INGRESS, 'ingress'],
  [own.NF_INET_PRE_ROUTING, 'prerouting'],
  [own.NF_INET_FORWARD, 'forward'],
]);

/** Base chains that forwarded packets come to, in any order: all but those of our own tables and of dormant ones. */
export function baseChains(socket: NetlinkSocket): readonly BaseChain[] {
  const dormant = new Set(socket.dumpBytes((sequence) => request(sequence, nf.NFT_MSG_GETTABLE, own.NFPROTO_UNSPEC), dormantTable));
  const chains = socket.dumpBytes((sequence) => request(sequence, nf.NFT_MSG_GETCHAIN, own.NFPROTO_UNSPEC), baseChain);
  return chains.filter(({ family, table }) => !dormant.has(`${family} ${table}`));
}

/** Whether others have tables of the families bridge or netdev: packets come to these before those of IP, and they may mark them. */
export const hasRulesBelow = (socket: NetlinkSocket): boolean =>
  socket.dumpBytes((sequence) => request(sequence, nf.NFT_MSG_GETTABLE, own.NFPROTO_UNSPEC), tableBelow).length > 0;

function tableBelow({ type, payload }: NetlinkMessage): true | undefined {
  const isBelow = [nf.NFPROTO_BRIDGE, own.NFPROTO_NETDEV].includes(u8(payload));
  return type === typeOf(nf.NFT_MSG_NEWTABLE) && isBelow && nameIn(attributes(payload, NFGEN_HDRLEN), nf.NFTA_TABLE_NAME) !== TABLE_NAME ? true : undefined;
}

function dormantTable({ type, payload }: NetlinkMessage): string | undefined {
  const found = attributes(payload, NFGEN_HDRLEN);
  if (type !== typeOf(nf.NFT_MSG_NEWTABLE) || (be32(found.get(nf.NFTA_TABLE_FLAGS) ?? NONE) & own.NFT_TABLE_F_DORMANT) === 0) return undefined;
  return `${FAMILIES.get(u8(payload))} ${nameIn(found, nf.NFTA_TABLE_NAME)}`;
}

/** What a message of a dump of chains says, if it is such a chain. Throws `NetlinkFormatError`. */
export function baseChain({ type, payload }: NetlinkMessage): BaseChain | undefined {
  if (type !== typeOf(nf.NFT_MSG_NEWCHAIN)) return undefined;
  const family = FAMILIES.get(u8(payload));
  const found = attributes(payload, NFGEN_HDRLEN);
  const hook = found.get(nf.NFTA_CHAIN_HOOK);
  const [table, name] = [nameIn(found, nf.NFTA_CHAIN_TABLE), nameIn(found, nf.NFTA_CHAIN_NAME)];
  if (!family || !hook || table === TABLE_NAME) return undefined;
  const place = attributes(hook);
  const at = HOOKS.get(be32(place.get(nf.NFTA_HOOK_HOOKNUM) ?? NONE));
  if (!at) return undefined;
  return {
    family,
    table,
    name,
    hook: at,
    type: nameIn(found, nf.NFTA_CHAIN_TYPE),
    priority: be32(place.get(nf.NFTA_HOOK_PRIORITY) ?? NONE) | 0,
    drops: be32(found.get(nf.NFTA_CHAIN_POLICY) ?? NONE) === nf.NF_DROP,
  };
}

/** Rules of one chain are read up to this number: a firewall of many thousand in a row is looked at no further. Before the forward hook, where only marks are looked for, sooner. */
const MOST_RULES: Readonly<Record<BaseChain['hook'], number>> = { ingress: 0, prerouting: 256, forward: 4000 };

/** The rules of one chain of a table in the namespace in which this thread is, as far as the limit lets. */
export function rulesOf({ family, table, hook }: Pick<BaseChain, 'family' | 'table' | 'hook'>, chain: string): Chain {
  const rules: (readonly Instruction[])[] = [];
  const body = (w: Writer) => void w.attrString(nf.NFTA_RULE_TABLE, table).attrString(nf.NFTA_RULE_CHAIN, chain);
  const asked = (sequence: number) => {
    rules.length = 0;
    return request(sequence, nf.NFT_MSG_GETRULE, NUMBERS.get(family) ?? 0, body);
  };
  const all = unlessTooMany(asked, (message) => {
    if (message.type !== typeOf(nf.NFT_MSG_NEWRULE)) return undefined;
    if (rules.length === MOST_RULES[hook]) throw new TooMany();
    rules.push(ruleIn(message));
    return undefined;
  });
  const partial = all === undefined;
  // Marks are almost sure to be in doubt behind so many: then they are rather so at once than after some hundred rules for each packet.
  return { rules: partial && hook === 'prerouting' ? [] : rules, partial };
}

/** Elements of one set are read up to this number. */
const MOST_ELEMENTS = 512;

/** The elements of a small set of the namespace in which this thread is, but of one with ranges of several values together. */
export function elementsOf(socket: NetlinkSocket, { family, table }: Pick<BaseChain, 'family' | 'table'>, set: string): readonly Element[] | undefined {
  const number = NUMBERS.get(family) ?? 0;
  const flags = socket.ask(
    (w, sequence, asked) =>
      void w.message(typeOf(nf.NFT_MSG_GETSET), asked, sequence, () => {
        writeGeneric(w, number).attrString(nf.NFTA_SET_TABLE, table).attrString(nf.NFTA_SET_NAME, set);
      }),
    ({ payload }) => be32(attributes(payload, NFGEN_HDRLEN).get(nf.NFTA_SET_FLAGS) ?? new Uint8Array(4)),
  );
  if (typeof flags !== 'number') return undefined;
  const found = fewOf(number, table, set);
  if (!found || found.some((each) => each.has(own.NFTA_SET_ELEM_KEY_END))) return undefined;
  const elements = (flags & own.NFT_SET_INTERVAL) === 0 ? found.map(elementIn) : rangesIn(found);
  return elements.some(({ key }) => key.length === 0) ? undefined : elements;
}

// What a set holds, if that is little.
function fewOf(family: number, table: string, set: string): readonly ReadonlyMap<number, Uint8Array>[] | undefined {
  let count = 0;
  const body = (w: Writer) => void w.attrString(nf.NFTA_SET_ELEM_LIST_TABLE, table).attrString(nf.NFTA_SET_ELEM_LIST_SET, set);
  const asked = (sequence: number) => {
    count = 0;
    return request(sequence, nf.NFT_MSG_GETSETELEM, family, body);
  };
  return unlessTooMany(asked, ({ payload }) => {
    const all = [...attributeList(attributes(payload, NFGEN_HDRLEN).get(nf.NFTA_SET_ELEM_LIST_ELEMENTS) ?? new Uint8Array())];
    count += all.length;
    if (count > MOST_ELEMENTS) throw new TooMany();
    return all.map(({ body }) => attributes(body.slice()));
  })?.flat();
}

class TooMany extends Error {}

/** A dump, unless it is found to be too long (`TooMany`): nothing says so before. It is read by a socket that is closed then, with what is left of it. */
function unlessTooMany<T>(asked: (sequence: number) => Uint8Array, read: (message: NetlinkMessage) => T | undefined): readonly T[] | undefined {
  const alone = NetlinkSocket.open(NETLINK_NETFILTER);
  try {
    return alone.dumpBytes(asked, read);
  } catch (error) {
    if (error instanceof TooMany) return undefined;
    throw error;
  } finally {
    alone.close();
  }
}

/** The ranges that such elements are: where one begins and where one ends are elements of their own, in any order, and the last may have no end. */
export function rangesIn(found: readonly ReadonlyMap<number, Uint8Array>[]): readonly Element[] {
  const isEnd = (each: ReadonlyMap<number, Uint8Array>) => (be32(each.get(nf.NFTA_SET_ELEM_FLAGS) ?? new Uint8Array(4)) & own.NFT_SET_ELEM_INTERVAL_END) !== 0;
  const ends = found
    .filter(isEnd)
    .map((each) => elementIn(each).key)
    .sort(Buffer.compare);
  return found
    .filter((each) => !isEnd(each))
    .map(elementIn)
    .map((element) => ({ ...element, end: ends.find((end) => Buffer.compare(end, element.key) > 0) ?? new Uint8Array() }));
}

// One for all other keys has none of its own.
function elementIn(found: ReadonlyMap<number, Uint8Array>): Element {
  const data = attributes(found.get(nf.NFTA_SET_ELEM_DATA) ?? new Uint8Array());
  const verdict = data.get(nf.NFTA_DATA_VERDICT);
  const decoded = verdict && decodeVerdict(verdict);
  return {
    key:
      attributes(found.get(nf.NFTA_SET_ELEM_KEY) ?? new Uint8Array())
        .get(nf.NFTA_DATA_VALUE)
        ?.slice() ?? new Uint8Array(),
    data: data.get(nf.NFTA_DATA_VALUE)?.slice() ?? new Uint8Array(),
    ...(decoded?.is === 'verdict' && { verdict: decoded.verdict }),
  };
}

const ruleIn = ({ payload }: NetlinkMessage): readonly Instruction[] => decodeInstructions(attributes(payload, NFGEN_HDRLEN));

const request = (sequence: number, message: number, family: number, body: (w: Writer) => void = () => {}): Uint8Array => {
  const w = new Writer(256);
  return w
    .message(typeOf(message), NLM_F_REQUEST | NLM_F_DUMP, sequence, () => {
      writeGeneric(w, family);
      body(w);
    })
    .take();
};

const NONE = Uint8Array.of(0xff, 0xff, 0xff, 0xff);
const nameIn = (of: ReadonlyMap<number, Uint8Array>, type: number): string => text(of.get(type) ?? new Uint8Array());
