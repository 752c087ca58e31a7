import type { Log } from '../../base/log.js';
import type { Ip, Mac } from '../../ip/types.js';
import type { Stack } from '../../resource/resource.js';
import { announcement, toLink } from './announcement.js';
import { libc, SystemError } from './libc.js';
import type { Machine } from './machine.js';

/** An address of which the neighbours on a link are told. */
export interface Announcement {
  readonly stack: Stack;
  readonly index: number;
  readonly ip: Ip;
  readonly mac: Mac;
  readonly times: number;
  /** Milliseconds. */
  readonly every: number;
}

interface Due {
  readonly at: number;
  readonly left: number;
  readonly announcement: Announcement;
}

/** How many go at once: a request that comes meanwhile waits for so many. */
const PIECE = 32;

/** Milliseconds for which a stack where nothing is told any more keeps its socket. */
const REST = 200;

/**
 * Tells neighbours, behind the reply and when no request waits. What is due for a link that has gone is forgotten.
 *
 *     due ──► sent by its stack's socket ──► nothing more for a while ──► that socket is closed, one at a time
 */
export class Announcer {
  readonly #machine: Machine;
  readonly #log: Log;
  #due: Due[] = [];
  /** When something was told last, the longest ago first. */
  readonly #told = new Map<Stack, number>();

  constructor(machine: Machine, log: Log) {
    this.#machine = machine;
    this.#log = log;
  }

  add(announcements: readonly Announcement[]): void {
    const at = performance.now();
    for (const announcement of announcements) this.#due.push({ at, left: announcement.times, announcement });
  }

  /** Milliseconds until something is due; undefined when nothing is. */
  get wait(): number | undefined {
    let next: number | undefined;
    for (const { at } of this.#due) if (next === undefined || at < next) next = at;
    const [rested] = this.#told.values();
    if (rested !== undefined && (next === undefined || rested + REST < next)) next = rested + REST;
    return next === undefined ? undefined : Math.max(0, next - performance.now());
  }

  /** One bounded piece of work. */
  step(): void {
    const now = performance.now();
    const piece = this.#due.filter(({ at }) => at <= now).slice(0, PIECE);
    if (piece.length === 0) return this.#closeOne(now);
    const taken = new Set(piece);
    this.#due = this.#due.filter((each) => !taken.has(each));
    for (const { left, announcement } of piece) {
      const sent = this.#send(announcement);
      if (sent && left > 1) this.#due.push({ at: now + announcement.every, left: left - 1, announcement });
    }
  }

  // What is open in a namespace keeps that alive: where one is let go of, this goes along.
  #closeOne(now: number): void {
    const [oldest] = this.#told;
    if (!oldest || oldest[1] + REST > now) return;
    this.#told.delete(oldest[0]);
    this.#machine.stacks.hush(oldest[0]);
  }

  #send({ stack, index, ip, mac }: Announcement): boolean {
    try {
      const socket = this.#machine.stacks.speaker(stack);
      this.#told.delete(stack);
      this.#told.set(stack, performance.now());
      const [frame, to] = [announcement(ip, mac), toLink(index)];
      libc.sendto(socket, frame, frame.length, 0, to, to.length);
      return true;
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      this.#log.debug('neighbours were not told of an address', { ip, why: error.errnoName });
      return false;
    }
  }
}
