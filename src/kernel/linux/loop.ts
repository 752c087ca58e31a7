import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import { asFailure } from '../../base/error.js';
import { tell } from '../../base/told.js';
import { trimArenas } from './allocator.js';
import { Announcer } from './announcer.js';
import { POLLIN } from './constants/socket.js';
import { GroupDeletions } from './group-deletions.js';
import { Handler } from './handler.js';
import { libc } from './libc.js';
import { LinkDeletions } from './link-deletions.js';
import { Leftovers } from './io/leftovers.js';
import { sleepFor } from './io/sleep-for.js';
import { logTo } from './io/thread-words.js';
import type { Machine } from './machine.js';
import { poll } from './poll.js';
import type { Ask, Say } from './protocol.js';
import { Reaper } from './reaper.js';
import type { SpareNamespace } from './spare-namespace.js';

/** How long a burst of events is gathered, in milliseconds. A transaction on our rules is told of whole, and at once. */
const BURST = 10;

/**
 * The kernel thread's own loop. Requests come first; announcements and pending deletions have their turn when none waits; then it sleeps:
 *
 *     requests ──► some announcements ──► a spare namespace ──► one piece of pending deletions ──► poll(wake, ends of processes, frames, deletions, events; until a deletion or a burst is due) ──┐
 *        ▲──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────┘
 */
export class Loop {
  readonly #port: MessagePort;
  readonly #say: (message: Say) => void;
  readonly #wake: number;
  readonly #ending: Int32Array;
  readonly #reaper: Reaper;
  readonly #announcer: Announcer;
  readonly #spare: SpareNamespace;
  readonly #handler: Handler;
  readonly #leftovers = new Leftovers();
  #burstEnds: number | undefined;

  constructor(machine: Machine, port: MessagePort, say: (message: Say) => void, wake: number, ending: Int32Array) {
    this.#port = port;
    this.#say = say;
    this.#wake = wake;
    this.#ending = ending;
    this.#spare = machine.spare;
    this.#reaper = new Reaper(machine, logTo(say), new LinkDeletions(machine, logTo(say), new GroupDeletions(machine.stacks, say)));
    this.#announcer = new Announcer(machine, logTo(say));
    this.#handler = new Handler(machine, this.#reaper, this.#announcer, say);
  }

  run(): void {
    while (this.#ending[0] === 0) {
      while (this.#answerOne() && this.#ending[0] === 0);
      if (this.#announcer.wait === 0) {
        this.#announcer.step();
        continue;
      }
      if (this.#spare.lacking) {
        this.#spare.make();
        continue;
      }
      if (this.#reaper.wait === 0) {
        this.#handler.causing(() => this.#reaper.step());
        continue;
      }
      if (this.#leftovers.rest(performance.now())) trimArenas();
      this.#beginBurst();
      this.#sleep();
      this.#beginBurst();
      this.#tellBurst();
    }
    // Ended in good order: what was promised to go is gone, and whoever waits for that is told.
    if (this.#ending[0] === 1) this.#reaper.finish();
    this.#handler.close();
  }

  #answerOne(): boolean {
    const received = receiveMessageOnPort(this.#port);
    if (!received) return false;
    const ask = received.message as Ask;
    this.#leftovers.worked(performance.now());
    try {
      this.#say({ id: ask.id, answer: this.#handler.answer(ask) });
    } catch (error) {
      this.#say({ id: ask.id, error: tell(asFailure(error)) });
    } finally {
      this.#handler.answered();
    }
    return true;
  }

  #sleep(): void {
    const { events, processes, frames } = this.#handler;
    const { descriptors: answering } = this.#reaper;
    const descriptors = [this.#wake, processes.descriptor, frames.descriptor, ...answering, ...(events?.descriptors ?? [])];
    const polled = new Int32Array(descriptors.length * 2); // struct pollfd: fd i32, events i16, revents i16
    for (const [index, fd] of descriptors.entries()) polled.set([fd, POLLIN], index * 2);
    poll(polled, this.#timeout());
    const [woken, ended, framed, ...others] = descriptors.map((_, index) => polled[index * 2 + 1] !== POLLIN);
    if (woken) libc.read(this.#wake, new Uint8Array(8), 8);
    if (ended) processes.gather();
    if (framed) frames.gather();
    const [answered, heard] = [others.slice(0, answering.length), others.slice(answering.length)];
    if (heard.includes(true)) events?.gather();
    if (answered.includes(true)) this.#handler.causing(() => this.#reaper.hear());
  }

  // What others did may also have been read while a request was answered: it is due before the thread sleeps.
  #beginBurst(): void {
    const { events } = this.#handler;
    if (events?.whole) this.#burstEnds = performance.now();
    else if (events?.pending) this.#burstEnds ??= performance.now() + BURST;
  }

  #tellBurst(): void {
    const { events } = this.#handler;
    if (!events?.pending || this.#burstEnds === undefined || performance.now() < this.#burstEnds) return;
    this.#burstEnds = undefined;
    this.#say({ touched: events.take() });
  }

  /** Milliseconds until something is due, or until it looks around. */
  #timeout(): number {
    const due = [this.#announcer.wait, this.#reaper.wait, this.#burstEnds === undefined ? undefined : this.#burstEnds - performance.now()].filter(
      (each) => each !== undefined,
    );
    return sleepFor(Math.min(...due));
  }
}
