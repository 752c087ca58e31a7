import { randomInt } from 'node:crypto';
import type { Ip, Mac } from '../../../ip/types.js';
import type { Frames, Kernel } from '../../../kernel/kernel.js';
import type { Place } from '../../../model/ipam.js';
import { pause } from '../pause.js';
import { CLIENT_PORT, SERVER_PORT } from './wire/constants.js';
import { BROADCAST_IP, BROADCAST_MAC, encodeDatagram, NO_IP, readDatagram } from './wire/datagram.js';
import { encodeRequest, type Reply, readReply } from './wire/message.js';

/** A number that nobody can guess, by which answers are known. */
export const newXid = (): number => randomInt(2 ** 32);

/** What is asked. Without `from` the client has no address yet; without `to` everybody hears it. */
export interface Question {
  /** That of an offer that is accepted (RFC 2131 §4.4.1, table 5); another one each time without. */
  readonly xid?: number;
  readonly options: ReadonlyMap<number, Uint8Array>;
  /** The client's own address, at which it hears answers. */
  readonly from?: Ip;
  readonly to?: { readonly mac: Mac; readonly ip: Ip };
}

// RFC 2131 §4.1: 4 seconds until it is asked again, then twice as long each time, a second more or less by chance.
const [FIRST, LONGEST, JITTER] = [4_000, 64_000, 1_000];

/** Where a client speaks to servers, as long as it does. */
export class Line implements AsyncDisposable {
  /** What the client says that it is: its own MAC address, or that of the link. */
  readonly mac: Mac;
  readonly #frames: Frames;
  readonly #hear: Listener;

  private constructor(frames: Frames, mac: Mac, hear: Listener) {
    this.#frames = frames;
    this.mac = mac;
    this.#hear = hear;
  }

  /** Opens one at a place, with the MAC address of the client where it has one of its own. Throws what `frames` of the kernel throws. */
  static async open(kernel: Pick<Kernel, 'frames'>, { stack, link }: Place, mac?: Mac): Promise<Line> {
    const hear: Listener = { answered: () => {} };
    const frames = await kernel.frames(stack, { link, port: CLIENT_PORT, ...(mac !== undefined && { mac }) }, (frame) => {
      const datagram = readDatagram(frame);
      const reply = datagram && datagram.to.port === CLIENT_PORT ? readReply(datagram.body) : undefined;
      if (datagram && reply) hear.answered(reply, datagram.from.mac);
    });
    return new Line(frames, mac ?? frames.mac, hear);
  }

  /** Asks, and again at growing distances, until `judge` makes something of an answer. `undefined` when the time is over, in milliseconds. */
  async ask<T>(question: Question, judge: (reply: Reply, from: Mac) => T | undefined, patience: number, signal: AbortSignal): Promise<T | undefined> {
    const [{ xid = newXid() }, began] = [question, performance.now()];
    let answer: T | undefined;
    const heard = new AbortController();
    this.#hear.answered = (reply, from) => {
      if (reply.xid !== xid || reply.mac !== this.mac || heard.signal.aborted) return;
      answer = judge(reply, from);
      if (answer !== undefined) heard.abort();
    };
    const until = AbortSignal.any([signal, heard.signal]);
    for (let wait = FIRST; !heard.signal.aborted; wait = Math.min(LONGEST, wait * 2)) {
      const passed = performance.now() - began;
      if (passed >= patience) break;
      await this.#send(question, xid, passed);
      await pause(Math.min(patience - passed, wait + JITTER * (2 * Math.random() - 1)), until).catch(() => {});
      signal.throwIfAborted();
    }
    return answer;
  }

  /** Says something that nobody answers. */
  tell(statement: Question): Promise<void> {
    return this.#send(statement, newXid(), 0);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve(this.#frames[Symbol.asyncDispose]());
  }

  // Who has no address is answered by broadcast: nothing that is sent to it alone would find it.
  #send({ options, from, to = { mac: BROADCAST_MAC, ip: BROADCAST_IP } }: Question, xid: number, passed: number): Promise<void> {
    const request = {
      xid,
      seconds: Math.floor(passed / 1000),
      broadcast: from === undefined,
      mac: this.mac,
      options,
      ...(from !== undefined && { ciaddr: from }),
    };
    return this.#frames.send(
      encodeDatagram({
        from: { mac: this.mac, ip: from ?? NO_IP, port: CLIENT_PORT },
        to: { ...to, port: SERVER_PORT },
        body: encodeRequest(request),
      }),
    );
  }
}

interface Listener {
  answered: (reply: Reply, from: Mac) => void;
}
