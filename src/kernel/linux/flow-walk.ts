import { familyOf } from '../../ip/ip.js';
import type { Family, Ip } from '../../ip/types.js';
import { countRequest, decodeCount } from './conntrack/count.js';
import { deleteByAddress } from './conntrack/delete-by-address.js';
import { deleteByPort } from './conntrack/delete-by-port.js';
import { decodeFlow, deleteFlows, dumpFlows, type Flow } from './conntrack/flows.js';
import { isSought, sieveFor, type Sought } from './conntrack/sieve.js';
import { EINVAL, ENOBUFS } from './errno.js';
import { SystemError } from './libc.js';
import { NLMSG_DONE } from './netlink/constants.js';
import { errorOf, messages, type NetlinkMessage } from './netlink/reader.js';
import { doneErrno, nextSequence, type Refusal, refusal } from './netlink-socket.js';
import type { PatientSocket } from './patient-socket.js';
import { saysAbsent } from './refused.js';

/** What reading the whole table takes, and one message with a filter, in microseconds: for its 262,144 buckets, and for each connection (Linux 6.18). */
const DUMP = { table: 9500, flow: 2.4 };
const FILTER = { table: 150, flow: 0.33 };
/** A message with a filter is answered when all of the table has been looked through: whoever waits for the pool takes it for taken after five times as long. */
const LONGEST = 100_000;

/** Deletions in one send: each acknowledgement takes about 1 kB of the buffer. */
const TOGETHER = 64;

/**
 * Makes the kernel forget connections, the cheaper way:
 *
 *     count ──► none: done
 *       ├──► few are sought: a filter for each, by which the kernel looks through its table ──► done
 *       │                                    │ EINVAL: before Linux 6.12
 *       └──► a dump, through a sieve ◄───────┘ ──► a deletion for each that was found
 */
export class FlowWalk {
  #filters = true;

  /** Has these forgotten. Answers what the kernel refused; throws `SystemError`, `PoolTaken`. */
  async forget(socket: PatientSocket, sought: Sought): Promise<Refusal | undefined> {
    const tracked = count(socket);
    if (tracked === 0) return undefined;
    const each = FILTER.table + FILTER.flow * tracked;
    const filters = this.#filters && each < LONGEST ? filtersFor(sought) : undefined;
    if (filters && filters.length * each < DUMP.table + DUMP.flow * tracked) {
      const refused = await ask(socket, filters, 1);
      if (refused?.errno !== EINVAL) return refused;
      this.#filters = false;
    }
    return ask(socket, deleteFlows(await found(socket, sought), nextSequence(1 << 16)), TOGETHER);
  }
}

/** How many connections are tracked; without end where that cannot be told. */
function count(socket: PatientSocket): number {
  for (const message of socket.ask(countRequest(nextSequence()))) {
    const tracked = decodeCount(message);
    if (tracked !== undefined) return tracked;
  }
  return Number.POSITIVE_INFINITY;
}

// The kernel's filter for IPv6 addresses is the wrong way round (see `deleteByAddress`).
function filtersFor({ addresses, ports }: Sought): readonly Uint8Array[] | undefined {
  const first = nextSequence(4 * addresses.size + ports.length);
  const byAddress = Array.from(addresses, (ip, index) => deleteByAddress(ip, first + 4 * index));
  if (byAddress.includes(undefined)) return undefined;
  return [...byAddress.flatMap((each) => each ?? []), ...ports.map((port, index) => deleteByPort(port, first + 4 * addresses.size + index))];
}

async function found(socket: PatientSocket, sought: Sought): Promise<readonly Flow[]> {
  const sequence = nextSequence();
  await socket.send(dumpFlows(sequence, familyOfAll(sought)));
  const isPossible = sieveFor(sought);
  const flows: Flow[] = [];
  for (;;) {
    const piece = await socket.receive();
    if (!piece) throw new SystemError('recv', ENOBUFS);
    for (const message of messages(piece)) {
      if (message.sequence !== sequence) continue;
      if (isLast(message)) return flows;
      if (!isPossible(message.payload)) continue;
      const flow = decodeFlow(message);
      if (flow && isSought(flow, sought)) flows.push(flow);
    }
  }
}

function familyOfAll({ addresses, ports }: Sought): Family | 'all' {
  const [one, ...others] = new Set<Family>([...addresses, ...ports.map(({ ip }): Ip => ip)].map(familyOf));
  return one === undefined || others.length > 0 ? 'all' : one;
}

function isLast(message: NetlinkMessage): boolean {
  const errno = message.type === NLMSG_DONE ? doneErrno(message) : errorOf(message);
  if (errno) throw new SystemError('dump', errno);
  return errno !== undefined;
}

// Of what is deleted here, what has ended meanwhile is as it should be.
async function ask(socket: PatientSocket, requests: readonly Uint8Array[], together: number): Promise<Refusal | undefined> {
  let refused: Refusal | undefined;
  for (let at = 0; at < requests.length; at += together) {
    await socket.send(Buffer.concat(requests.slice(at, at + together)));
    for (const message of socket.answers()) {
      const errno = errorOf(message);
      if (errno && !saysAbsent(errno)) refused ??= refusal(message, errno);
    }
  }
  return refused;
}
