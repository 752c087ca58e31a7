import { admissionMark, type Instance } from '../../resource/mark.js';
import type { AdmissionResource } from '../../resource/resource.js';
import { EEXIST, ENOENT } from './errno.js';
import { NFTA_MATCH_INFO, NFTA_MATCH_NAME } from './firewall/constants.js';
import { SystemError } from './libc.js';
import { NETLINK_NETFILTER, NFGEN_HDRLEN, NLM_F_ACK, NLM_F_CREATE, NLM_F_DUMP, NLM_F_REQUEST } from './netlink/constants.js';
import { attributeList, attributes, errorOf, messages, text } from './netlink/reader.js';
import { Writer } from './netlink/writer.js';
import { NetlinkSocket, nextSequence } from './netlink-socket.js';
import { type RuleSpec, rule } from './nftables/chain.js';
import { readComment, writeComment } from './nftables/comment.js';
import * as nf from './nftables/constants.js';
import { typeOf, writeExpressions, writeGeneric, writeMark } from './nftables/message.js';
import { accept, iifname, is, oifname } from './nftables/statement.js';
import { sameExpressions } from './nftables/verify.js';
import type { Stacks } from './stacks.js';

type Family = AdmissionResource['family'];

const TABLE = 'filter';
const CHAIN = 'DOCKER-USER';
const NUMBERS: Readonly<Record<Family, number>> = { ip: nf.NFPROTO_IPV4, ip6: nf.NFPROTO_IPV6 };

/** A rule of ours that is there, by what the kernel knows it by. */
interface Found {
  readonly resource: AdmissionResource;
  readonly handle: Uint8Array;
  /** Somebody changed what it says. */
  readonly altered: boolean;
}

/** Our rules in Docker's chain DOCKER-USER, which is Docker's and its users' otherwise: rules without our comment are never touched. */
export class Admissions {
  readonly #stacks: Stacks;
  readonly #instance: Pick<Instance, 'id'>;
  readonly #socket: () => NetlinkSocket;
  #used = false;

  /** `socket` gives one in the host's stack whose messages are known as ours. */
  constructor(stacks: Stacks, instance: Pick<Instance, 'id'>, socket: () => NetlinkSocket) {
    this.#stacks = stacks;
    this.#instance = instance;
    this.#socket = socket;
  }

  /** Whether there was a rule of ours since this was made: where Docker is not, nothing need be heard for it. */
  get used(): boolean {
    return this.#used;
  }

  /** Whether there is such a chain for this family. */
  has(family: Family): boolean {
    this.#stacks.enter('host');
    const socket = NetlinkSocket.open(NETLINK_NETFILTER);
    try {
      const answer = socket.ask(
        (w, sequence, flags) => chainRequest(w, sequence, flags, family),
        () => true,
      );
      return answer === true;
    } finally {
      socket.close();
    }
  }

  /** Those of ours that are there. One that is there as we make it goes before others of its kind. */
  read(): readonly AdmissionResource[] {
    return (['ip', 'ip6'] as const).flatMap((family) => {
      const all = this.#found(family);
      const intact = all.filter(({ altered }) => !altered).map(({ resource }) => resource);
      const others = all.filter((each) => each.altered && !intact.some((one) => isSame(one, each.resource)));
      return [...intact, ...others.map(({ resource }): AdmissionResource => ({ ...resource, altered: true }))];
    });
  }

  /** Puts a rule before all others. ENOENT where the chain is not there, EEXIST where the rule is. */
  add(resource: AdmissionResource): void {
    const there = this.#found(resource.family).filter((each) => isSame(each.resource, resource));
    if (there.some(({ altered }) => !altered)) throw new SystemError('nft insert rule', EEXIST);
    this.#used = true;
    this.#transact((w, sequence) => {
      for (const { handle } of there) writeDeletion(w, sequence, resource.family, handle);
      writeInsertion(w, sequence, resource, admissionMark(this.#instance, resource));
    });
  }

  /** Takes it away, however often it is there; false where it is not. */
  remove(resource: AdmissionResource): boolean {
    const there = this.#found(resource.family).filter((each) => isSame(each.resource, resource));
    if (there.length === 0) return false;
    this.#transact((w, sequence) => {
      for (const { handle } of there) writeDeletion(w, sequence, resource.family, handle);
    });
    return true;
  }

  #found(family: Family): readonly Found[] {
    try {
      const socket = this.#socket();
      return socket.dumpBytes(
        (sequence) => rulesRequest(sequence, family),
        ({ payload }) => this.#decode(family, payload),
      );
    } catch (error) {
      if (error instanceof SystemError && error.errno === ENOENT) return [];
      throw error;
    }
  }

  #decode(family: Family, payload: Uint8Array): Found | undefined {
    const found = attributes(payload, NFGEN_HDRLEN);
    const comment = readComment(nf.NFTNL_UDATA_RULE_COMMENT, found.get(nf.NFTA_RULE_USERDATA)) ?? commentOfMatch(found.get(nf.NFTA_RULE_EXPRESSIONS));
    const [, iif, to, into] = /^\S+ (?:(\S+) to (\S+)|into (\S+))$/.exec(comment ?? '') ?? [];
    const [oif, handle] = [to ?? into, found.get(NFTA_RULE_HANDLE)];
    if (oif === undefined || !handle) return undefined;
    const resource: AdmissionResource = { kind: 'admission', in: 'host', family, ...(iif !== undefined && { iif }), oif };
    if (comment !== admissionMark(this.#instance, resource)) return undefined;
    this.#used = true;
    return { resource, handle: handle.slice(), altered: !sameExpressions(ruleOf(resource), found.get(nf.NFTA_RULE_EXPRESSIONS)) };
  }

  #transact(write: (w: Writer, sequence: number) => void): void {
    const [socket, sequence, w] = [this.#socket(), nextSequence(), new Writer(1024)];
    writeMark(w, nf.NFNL_MSG_BATCH_BEGIN, sequence);
    write(w, sequence);
    writeMark(w, nf.NFNL_MSG_BATCH_END, sequence);
    socket.send(w.take());
    let failed = 0;
    for (let batch = socket.receive(); batch !== undefined; batch = socket.receive())
      if (batch !== 'overrun') for (const message of messages(batch)) if (message.sequence === sequence) failed ||= errorOf(message) ?? 0;
    if (failed !== 0) throw new SystemError('nft insert rule', failed);
  }
}

const NFTA_RULE_HANDLE = 3; // include/uapi/linux/netfilter/nf_tables.h
const NFT_MSG_DELCHAIN = 5;
const NFT_MSG_DELRULE = 8;

/** Whether an event of nf_tables is about that chain, or about a table of its name that goes. */
export function isInDockerUser(message: number, payload: Uint8Array, table: string): boolean {
  if (table !== TABLE || !Object.values(NUMBERS).includes(payload[0] ?? 0)) return false;
  if (message === nf.NFT_MSG_DELTABLE) return true;
  const isChain = message === nf.NFT_MSG_NEWCHAIN || message === NFT_MSG_DELCHAIN;
  if (!isChain && message !== nf.NFT_MSG_NEWRULE && message !== NFT_MSG_DELRULE) return false;
  return text(attributes(payload, NFGEN_HDRLEN).get(isChain ? nf.NFTA_CHAIN_NAME : nf.NFTA_RULE_CHAIN) ?? new Uint8Array()) === CHAIN;
}

// iptables-restore makes a match of what was the rule's own comment (struct xt_comment_info of include/uapi/linux/netfilter/xt_comment.h).
function commentOfMatch(expressions: Uint8Array = new Uint8Array()): string | undefined {
  for (const { body } of attributeList(expressions)) {
    const match = attributes(attributes(body).get(nf.NFTA_EXPR_DATA) ?? new Uint8Array());
    if (textIn(attributes(body), nf.NFTA_EXPR_NAME) === 'match' && textIn(match, NFTA_MATCH_NAME) === 'comment') return textIn(match, NFTA_MATCH_INFO);
  }
  return undefined;
}

const textIn = (of: ReadonlyMap<number, Uint8Array>, type: number): string => text(of.get(type) ?? new Uint8Array());

const isSame = (a: AdmissionResource, b: AdmissionResource): boolean => a.family === b.family && a.iif === b.iif && a.oif === b.oif;

/** As `iptables -S` can print it: names of links and a verdict, nothing else. */
const ruleOf = ({ iif, oif }: AdmissionResource): RuleSpec => rule(...(iif === undefined ? [] : [is(iifname, iif)]), is(oifname, oif), accept);

function chainRequest(w: Writer, sequence: number, flags: number, family: Family): void {
  w.message(typeOf(nf.NFT_MSG_GETCHAIN), flags, sequence, () => {
    writeGeneric(w, NUMBERS[family]).attrString(nf.NFTA_CHAIN_TABLE, TABLE).attrString(nf.NFTA_CHAIN_NAME, CHAIN);
  });
}

const rulesRequest = (sequence: number, family: Family): Uint8Array => {
  const w = new Writer(128);
  w.message(typeOf(nf.NFT_MSG_GETRULE), NLM_F_REQUEST | NLM_F_DUMP, sequence, () => inChain(writeGeneric(w, NUMBERS[family])));
  return w.take();
};

// Without NLM_F_APPEND a rule goes before the others.
function writeInsertion(w: Writer, sequence: number, resource: AdmissionResource, comment: string): void {
  w.message(typeOf(nf.NFT_MSG_NEWRULE), NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE, sequence, () => {
    inChain(writeGeneric(w, NUMBERS[resource.family]));
    w.nest(nf.NFTA_RULE_EXPRESSIONS, () => writeExpressions(w, ruleOf(resource)));
    w.attr(nf.NFTA_RULE_USERDATA, writeComment(nf.NFTNL_UDATA_RULE_COMMENT, comment));
  });
}

function writeDeletion(w: Writer, sequence: number, family: Family, handle: Uint8Array): void {
  w.message(typeOf(NFT_MSG_DELRULE), NLM_F_REQUEST | NLM_F_ACK, sequence, () => {
    inChain(writeGeneric(w, NUMBERS[family])).attr(NFTA_RULE_HANDLE, handle);
  });
}

const inChain = (w: Writer): Writer => w.attrString(nf.NFTA_RULE_TABLE, TABLE).attrString(nf.NFTA_RULE_CHAIN, CHAIN);
