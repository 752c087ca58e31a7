import type { Operation, Stack } from '../../resource/resource.js';
import { EEXIST } from './errno.js';
import type { NetlinkSocket, Refusal } from './netlink-socket.js';
import type { Request } from './request.js';
import { saysAbsent } from './refused.js';
import type { Stacks } from './stacks.js';

/** One message of a plan, and the operations that it is part of; the first of them answers for it. */
export interface Entry {
  readonly operations: Operation[];
  readonly request: Request;
  /** It deletes: that there is no such thing is as good as done. */
  readonly mayBeAbsent?: boolean;
  /** By which error number the kernel says so here, beside the usual ones. */
  readonly absentAs?: number;
  /** It makes what may be there already, by the kernel's own doing: how that is taken over. Asked only once the kernel has said so. */
  readonly takeover?: Takeover;
}

/** Whether what is there may become ours, and the message by which it does. */
export interface Takeover {
  readonly may: (route: NetlinkSocket) => boolean;
  readonly request: Request;
}

/** What became of a section: the operations of which something was done, in order, and the first that was refused. */
export interface Sent {
  readonly done: readonly Operation[];
  readonly failed?: { readonly operation: Operation; readonly refusal: Refusal };
}

// Each failure takes about 1 kB of the receive buffer, 208 kB unless the host says otherwise.
const MOST_AT_ONCE = 64;
// As many namespaces as a section may name must stay open until it is sent.
const MOST_ENTRIES = 48;

/** Neighbouring messages to one stack, sent in as few goes as there is room for. */
export class RouteSection {
  readonly stack: Stack;
  readonly #entries: Entry[];

  constructor(stack: Stack, entries: readonly Entry[] = []) {
    this.stack = stack;
    this.#entries = [...entries];
  }

  /** Whether it is to be sent before more is said. */
  get full(): boolean {
    return this.#entries.length >= MOST_ENTRIES;
  }

  add(entry: Entry): void {
    this.#entries.push(entry);
  }

  /** Sends all. The kernel goes on behind a message that it refused, so what was done is known from its failures. */
  send(stacks: Stacks): Sent {
    const done = new Set<Operation>();
    for (let at = 0; at < this.#entries.length; at += MOST_AT_ONCE) {
      const entries = this.#entries.slice(at, at + MOST_AT_ONCE);
      const { route } = stacks.get(this.stack);
      const answers = route.transact(entries.map(({ request }) => request));
      let failed: Sent['failed'];
      for (const [index, { operations, mayBeAbsent, absentAs, takeover }] of entries.entries()) {
        const refusal = takeover && answers[index]?.errno === EEXIST && takeover.may(route) ? route.transact([takeover.request])[0] : answers[index];
        const [operation] = operations;
        if (!refusal) for (const each of operations) done.add(each);
        else if (operation && !failed && !(mayBeAbsent && (saysAbsent(refusal.errno) || refusal.errno === absentAs))) failed = { operation, refusal };
      }
      if (failed) return { done: [...done], failed };
    }
    return { done: [...done] };
  }
}
