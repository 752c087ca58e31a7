import { keyOf } from '../../resource/key.js';
import type { Operation, Resource, Stack, TableFamily, TableResource } from '../../resource/resource.js';
import type { TableSeen } from '../../resource/survey.js';
import { ENOENT, EOPNOTSUPP } from './errno.js';
import { SystemError } from './libc.js';
import { NETLINK_NETFILTER } from './netlink/constants.js';
import { errorOf, type NetlinkMessage } from './netlink/reader.js';
import { NetlinkSocket, nextSequence } from './netlink-socket.js';
import { AlikeTables } from './nftables/alike-tables.js';
import { decodeGeneration, generationRequest } from './nftables/generation.js';
import { probeRequest } from './nftables/message.js';
import { decodeOwners, decodeTable, dumpRequests, tablesRequest, type Where } from './nftables/read.js';
import { answersOf, type RefusedOperation, runTransaction } from './run-transaction.js';
import type { Stacks } from './stacks.js';

// A transaction is one send, and each of its acknowledgements takes about 1 kB of the receive buffer.
const BUFFER = 64 << 20;
// Whoever changes rules without end is not waited for.
const MOST_READS = 5;

/** Our tables, in the host's stack and in sandboxes'. */
export class Netfilter {
  readonly #stacks: Stacks;
  readonly #instance: string;
  readonly #sandboxes: AlikeTables;
  #opened: NetlinkSocket | undefined;
  #lane: number | undefined;
  #bridges: boolean | undefined;

  constructor(stacks: Stacks, instance: string) {
    this.#stacks = stacks;
    this.#instance = instance;
    this.#sandboxes = new AlikeTables(instance);
  }

  /** Whether what carries this number of a socket was caused by us. */
  isOurs(port: number): boolean {
    return port === this.#opened?.port || port === this.#lane;
  }

  /** The numbers of which that is so. */
  get ports(): readonly number[] {
    return [this.#socket.port, ...(this.#lane === undefined ? [] : [this.#lane])];
  }

  /** Opens a socket of the host's by which the main thread has connections forgotten; it is the caller's to close. */
  openFlows(): NetlinkSocket {
    this.#stacks.enter('host');
    return NetlinkSocket.open(NETLINK_NETFILTER);
  }

  /** Opens a socket of the host's for the main thread: what goes through it is known as ours, and it is the caller's to close. */
  openLane(): NetlinkSocket {
    this.#stacks.enter('host');
    const socket = NetlinkSocket.open(NETLINK_NETFILTER);
    this.#lane = socket.port;
    return socket;
  }

  /** Makes all of the operations, or none and answers what stood in the way. What is to be deleted and is not there stands in nobody's way. */
  transact(stack: Stack, wanted: readonly Operation[]): RefusedOperation | undefined {
    const operations = stack === 'host' ? this.#sparing(wanted) : wanted;
    return this.#in(stack, (socket) => {
      const failed = runTransaction(socket, this.#instance, operations);
      if (!failed || !isAbsentDeletion(failed)) return failed;
      const there = new Set(this.#read(socket, stack).map(keyOf));
      return runTransaction(
        socket,
        this.#instance,
        operations.filter((each) => each.do !== 'delete' || there.has(keyOf(each.resource))),
      );
    });
  }

  /** Our table of a stack, and its elements. */
  read(stack: Stack): readonly Resource[] {
    return this.#in(stack, (socket) => this.#read(socket, stack));
  }

  /** Whose the host's tables of our name are. */
  owners(): readonly TableSeen[] {
    const found = this.#in('host', (socket) => [...decodeOwners(socket.dumpBytes((sequence) => numbered(tablesRequest(), sequence), copy))]);
    return found.map((each) => ({ ...each, ours: each.instance === this.#instance }));
  }

  /** Whether the kernel can have tables of family bridge (CONFIG_NF_TABLES_BRIDGE). */
  hasBridges(): boolean {
    this.#bridges ??= this.#takes('bridge');
    return this.#bridges;
  }

  // Asked by a transaction that is not ended: the kernel answers to it and drops it.
  #takes(family: TableFamily): boolean {
    const socket = this.#socket;
    const sequence = nextSequence();
    socket.send(probeRequest(family, sequence));
    return ![...answersOf(socket)].some((message) => message.sequence === sequence && errorOf(message) === EOPNOTSUPP);
  }

  // A deletion names the table alone, and whose it is must be asked before: another instance's stays.
  #sparing(operations: readonly Operation[]): readonly Operation[] {
    if (!operations.some(deletesTable)) return operations;
    const ours = new Set(this.owners().flatMap(({ family, ours: isOurs }) => (isOurs ? [family] : [])));
    return operations.filter((each) => !deletesTable(each) || ours.has(each.resource.family));
  }

  close(): void {
    this.#opened?.close();
    this.#opened = undefined;
  }

  /** The host's socket: what goes through it is known as ours. */
  get socket(): NetlinkSocket {
    return this.#socket;
  }

  get #socket(): NetlinkSocket {
    if (this.#opened) return this.#opened;
    this.#stacks.enter('host');
    this.#opened = NetlinkSocket.open(NETLINK_NETFILTER).widen(BUFFER);
    return this.#opened;
  }

  #in<T>(stack: Stack, work: (socket: NetlinkSocket) => T): T {
    return work(stack === 'host' ? this.#socket : this.#stacks.rules(stack));
  }

  #read(socket: NetlinkSocket, stack: Stack): readonly Resource[] {
    if (stack !== 'host') return this.#sandboxes.decode(this.#dump(socket, { in: stack, family: 'inet' }), stack);
    // A dump is whole, several are not: what a flush goes through in their midst looks altered, and what would mend that is refused, which
    // takes the kernel 6 to 10 ms each time (observed on 6.18; nf_tables_abort waits for readers of the rules).
    for (let attempt = 1; ; attempt++) {
      const generation = this.#generation(socket);
      const found = (['inet', 'bridge'] as const).map((family) => ({ where: { in: stack, family }, dump: this.#dump(socket, { in: stack, family }) }));
      if (attempt < MOST_READS && this.#generation(socket) !== generation) continue;
      return found.flatMap(({ where, dump }) => decodeTable(dump, this.#instance, where));
    }
  }

  #generation(socket: NetlinkSocket): number | undefined {
    socket.send(generationRequest(nextSequence()));
    return [...answersOf(socket)].map(decodeGeneration).find((each) => each !== undefined);
  }

  #dump(socket: NetlinkSocket, where: Where): readonly NetlinkMessage[] {
    const found: NetlinkMessage[] = [];
    for (const request of dumpRequests(where, 0)) {
      try {
        for (const message of socket.dumpBytes((sequence) => numbered(request, sequence), copy)) found.push(message);
      } catch (error) {
        if (!(error instanceof SystemError) || error.errno !== ENOENT) throw error;
        if (found.length === 0) break;
      }
    }
    return found;
  }
}

const deletesTable = (each: Operation): each is Operation & { readonly do: 'delete'; readonly resource: TableResource } =>
  each.do === 'delete' && each.resource.kind === 'table';

const isAbsentDeletion = ({ operation, refusal: { errno } }: RefusedOperation): boolean => operation.do === 'delete' && errno === ENOENT;

// A dump that is asked for again has a number of its own, so that answers to the interrupted one are told apart.
function numbered(request: Uint8Array, sequence: number): Uint8Array {
  new DataView(request.buffer, request.byteOffset).setUint32(8, sequence, true);
  return request;
}

const copy = (message: NetlinkMessage): NetlinkMessage => ({ ...message, payload: message.payload.slice() });
