import { tableKey } from '../../resource/key.js';
import type { Key, TableFamily } from '../../resource/resource.js';
import { ADMISSIONS } from '../../resource/told-as-one.js';
import { isInDockerUser } from './admissions.js';
import { NFNLGRP_NFTABLES_MASK, NFTA_TABLE } from './constants/groups.js';
import type { Machine } from './machine.js';
import { NETLINK_NETFILTER, NFGEN_HDRLEN, NFNL_SUBSYS_NFTABLES } from './netlink/constants.js';
import { attributes, messages, type NetlinkMessage, text } from './netlink/reader.js';
import { NetlinkSocket } from './netlink-socket.js';
import { NFT_MSG_NEWGEN } from './nftables/constants.js';
import { familyOf } from './nftables/message.js';
import { TABLE_NAME } from './nftables/skeleton.js';
import { passOwn } from './pass-own.js';

const ownTable = (family: TableFamily): Key => tableKey('host', family, TABLE_NAME);
/** All that is told of. */
const ALL: readonly Key[] = [ownTable('inet'), ownTable('bridge'), ADMISSIONS];

/** What happens to rules of ours in the host's stack, reduced to keys that somebody else touched. */
export class RuleEvents {
  readonly #machine: Machine;
  readonly #touched: Set<Key>;
  readonly #socket: NetlinkSocket;
  #whole = false;

  /** `touched` takes what is to be told. The thread is in the host's stack. */
  constructor(machine: Machine, touched: Set<Key>, buffer: number) {
    this.#machine = machine;
    this.#touched = touched;
    this.#socket = NetlinkSocket.open(NETLINK_NETFILTER, NFNLGRP_NFTABLES_MASK).widen(buffer);
    this.passOwn();
  }

  /** What goes through our sockets on rules is not heard from now on: a sandbox that is handed over would cost this thread 0.07 ms of a processor, to find that it did it itself. */
  readonly passOwn = (): void => passOwn(this.#socket.fd, this.#machine.netfilter.ports);

  /** What to poll. */
  get fd(): number {
    return this.#socket.fd;
  }

  /** Whether a transaction on our rules was heard to its end since the last `told`: nothing more of it will come. */
  get whole(): boolean {
    return this.#whole;
  }

  /** What was touched until now was told. */
  told(): void {
    this.#whole = false;
  }

  /** Reads what is there. */
  gather(): void {
    for (let batch = this.#socket.receive(); batch !== undefined; batch = this.#socket.receive()) {
      if (batch === 'overrun') this.touchAll();
      else for (const message of messages(batch)) this.#hear(message);
    }
  }

  /** Some events were lost: all of it may be touched. */
  touchAll(): void {
    for (const key of ALL) this.#touched.add(key);
  }

  close(): void {
    this.#socket.close();
  }

  #hear({ type, port, payload }: NetlinkMessage): void {
    if (type >> 8 !== NFNL_SUBSYS_NFTABLES || this.#machine.netfilter.isOurs(port)) return;
    const kind = type & 0xff;
    // The last that is told of a transaction (nf_tables_commit of net/netfilter/nf_tables_api.c).
    if (kind === NFT_MSG_NEWGEN) {
      this.#whole ||= ALL.some((key) => this.#touched.has(key));
      return;
    }
    const family = familyOf(payload);
    const table = text(attributes(payload, NFGEN_HDRLEN).get(NFTA_TABLE) ?? new Uint8Array());
    if (family !== undefined && table === TABLE_NAME) this.#touched.add(ownTable(family));
    if (isInDockerUser(kind, payload, table)) this.#touched.add(ADMISSIONS);
  }
}
