import type { Stack } from '../../resource/resource.js';
import { F_DUPFD_CLOEXEC } from './constants/socket.js';
import { libc } from './libc.js';
import { deleteGroup } from './link/set-link.js';
import { NETLINK_ROUTE, NLM_F_ACK, NLM_F_REQUEST } from './netlink/constants.js';
import { errorOf, messages } from './netlink/reader.js';
import { Writer } from './netlink/writer.js';
import { NetlinkSocket, nextSequence, type Refusal, refusal } from './netlink-socket.js';
import type { Say } from './protocol.js';
import type { Stacks } from './stacks.js';

/** How long an answer is waited for, in milliseconds: the pool is everybody's in this process, and may be at work for others. */
const PATIENCE = 500;
/** How long it is taken to be at work for others, then. */
const BUSY = 10_000;

/** What the kernel said to a deletion. */
export interface Deleted {
  readonly stack: Stack;
  readonly refusal: Refusal | undefined;
}

interface Pending {
  readonly socket: NetlinkSocket;
  readonly awaited: number;
  /** When it is late. */
  readonly late: number;
}

/**
 * Deletes groups of links, one a stack, while this thread does other things. The kernel answers after 20 ms and more, most of which it waits for RCU without
 * holding its lock for link changes (rcu_barrier of netdev_run_todo in net/core/dev.c, Linux 6.18), and only who has asked waits with it. So a thread of
 * libuv's pool asks, for the main thread, by a socket on which this one hears the answer. The same deletion by this thread at the same time does no harm:
 * in the group are links that leave, and the second finds none.
 *
 *     nothing ──begin──► asked for ──heard, or forgotten (somebody waits, it is late)──► nothing
 */
export class GroupDeletions {
  readonly #stacks: Stacks;
  readonly #say: (message: Say) => void;
  readonly #pending = new Map<Stack, Pending>();
  #busyUntil = 0;

  constructor(stacks: Stacks, say: (message: Say) => void) {
    this.#stacks = stacks;
    this.#say = say;
  }

  /** What to poll for answers. */
  get descriptors(): readonly number[] {
    return [...this.#pending.values()].map(({ socket }) => socket.fd);
  }

  /** Milliseconds until the first answer is late; without end where none is waited for. */
  get wait(): number {
    const late = [...this.#pending.values()].map((each) => each.late);
    return Math.max(0, Math.min(...late) - performance.now());
  }

  /** Whether the pool has had no time lately: whoever waits is served sooner by this thread. */
  get busy(): boolean {
    return performance.now() < this.#busyUntil;
  }

  /** Has this group deleted; none may be asked for in this stack. */
  begin(stack: Stack, group: number): void {
    this.#stacks.enter(stack);
    const socket = NetlinkSocket.open(NETLINK_ROUTE);
    const awaited = nextSequence();
    this.#pending.set(stack, { socket, awaited, late: performance.now() + PATIENCE });
    const message = new Writer(64);
    deleteGroup(group)(message, awaited, NLM_F_REQUEST | NLM_F_ACK);
    // One descriptor is the sender's, which closes it: the number of this one may be another file's before that has begun.
    this.#say({ sent: { socket: libc.fcntl(socket.fd, F_DUPFD_CLOEXEC, 0), bytes: message.take() } });
  }

  /** What has been answered. */
  heard(): readonly Deleted[] {
    return [...this.#pending].flatMap(([stack, pending]) => {
      const answer = answerTo(pending);
      if (!answer) return [];
      this.forget(stack);
      return [{ stack, ...answer }];
    });
  }

  /** That of this stack is no longer waited for. */
  forget(stack: Stack): void {
    const pending = this.#pending.get(stack);
    if (!pending) return;
    pending.socket.close();
    this.#pending.delete(stack);
    if (performance.now() >= pending.late) this.#busyUntil = performance.now() + BUSY;
  }
}

function answerTo({ socket, awaited }: Pending): Omit<Deleted, 'stack'> | undefined {
  for (let batch = socket.receive(); batch !== undefined; batch = socket.receive()) {
    if (batch === 'overrun') continue;
    for (const message of messages(batch)) {
      const errno = errorOf(message);
      if (message.sequence === awaited && errno !== undefined) return { refusal: errno === 0 ? undefined : refusal(message, errno) };
    }
  }
  return undefined;
}
