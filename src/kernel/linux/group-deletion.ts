import { deleteGroup } from './link/set-link.js';
import { NETLINK_ROUTE, NLM_F_ACK, NLM_F_REQUEST } from './netlink/constants.js';
import { errorOf, messages } from './netlink/reader.js';
import { Writer } from './netlink/writer.js';
import { NetlinkSocket, nextSequence, type Refusal, refusal } from './netlink-socket.js';
import type { Say } from './protocol.js';
import type { Stacks } from './stacks.js';

/** How long an answer is waited for, in milliseconds: the pool is everybody's in this process, and may be at work for others. */
const PATIENCE = 1000;

/**
 * Deletes a group of the host's links while this thread does other things. The kernel answers after 20 ms and more, most of which it waits for RCU without
 * holding its lock for link changes (rcu_barrier of netdev_run_todo in net/core/dev.c, Linux 6.18), and only who has asked waits with it. So a thread of
 * libuv's pool asks, for the main thread, by a socket on which this one hears the answer. The same deletion by this thread at the same time does no harm:
 * in the group are links that leave, and the second finds none.
 *
 *     nothing ──begin──► asked for ──heard, or forgotten (somebody waits, it is late)──► nothing
 */
export class GroupDeletion {
  readonly #stacks: Stacks;
  readonly #say: (message: Say) => void;
  /** The main thread's, which closes it. */
  #socket: NetlinkSocket | undefined;
  #awaited: number | undefined;
  #late = 0;

  constructor(stacks: Stacks, say: (message: Say) => void) {
    this.#stacks = stacks;
    this.#say = say;
  }

  /** What to poll for the answer. */
  get descriptor(): number | undefined {
    return this.#awaited === undefined ? undefined : this.#socket?.fd;
  }

  /** Milliseconds until the answer is late. */
  get wait(): number {
    return Math.max(0, this.#late - performance.now());
  }

  /** Has this group of the host's deleted. */
  begin(group: number): void {
    this.#socket ??= this.#open();
    this.#late = performance.now() + PATIENCE;
    this.#awaited = nextSequence();
    const message = new Writer(64);
    deleteGroup(group)(message, this.#awaited, NLM_F_REQUEST | NLM_F_ACK);
    this.#say({ sent: { socket: this.#socket.fd, bytes: message.take() } });
  }

  /** Whether the kernel has answered, and why it refused if it did. */
  heard(): { readonly refusal: Refusal | undefined } | undefined {
    let answer: { readonly refusal: Refusal | undefined } | undefined;
    for (let batch = this.#socket?.receive(); batch !== undefined; batch = this.#socket?.receive()) {
      if (batch === 'overrun') continue;
      for (const message of messages(batch)) {
        const errno = errorOf(message);
        if (message.sequence === this.#awaited && errno !== undefined) answer = { refusal: errno === 0 ? undefined : refusal(message, errno) };
      }
    }
    if (answer) this.forget();
    return answer;
  }

  /** It is no longer waited for. */
  forget(): void {
    this.#awaited = undefined;
  }

  #open(): NetlinkSocket {
    this.#stacks.enter('host');
    return NetlinkSocket.open(NETLINK_ROUTE);
  }
}
