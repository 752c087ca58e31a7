import { randomInt } from 'node:crypto';
import { linkLocalFromMac } from '../../../ip/mac.js';
import type { Ip, Mac } from '../../../ip/types.js';
import type { Frames, Kernel } from '../../../kernel/kernel.js';
import type { Place } from '../../../model/ipam.js';
import { pause } from '../pause.js';
import { CLIENT_PORT, OPTION, SERVER_PORT, SERVERS } from './wire/constants.js';
import { encodeDatagram6, readDatagram6 } from './wire/datagram.js';
import { encodeMessage, type Message, readMessage } from './wire/message.js';
import { encodeAdvertisement, readSolicitation } from './wire/neighbours.js';

/** What is said to all servers of the segment. Its number is another one each time. */
export type Question6 = Pick<Message, 'type' | 'options'>;

/** When it is said again, in milliseconds (RFC 8415 §15): after that time at first, at last after no more than the other. */
export interface Rhythm {
  readonly first: number;
  readonly longest: number;
}

const JITTER = 0.1;
const LONGEST_ELAPSED = 0xffff;

/** Where a client speaks to servers, as long as it does: from the link-local address of its MAC address, which it answers for itself. */
export class Line6 implements AsyncDisposable {
  /** What the client says that it is: its own MAC address, or that of the link. */
  readonly mac: Mac;
  readonly #ip: Ip;
  readonly #frames: Frames;
  readonly #hear: Listener;

  private constructor(frames: Frames, mac: Mac, hear: Listener) {
    this.#frames = frames;
    this.mac = mac;
    this.#ip = linkLocalFromMac(mac);
    this.#hear = hear;
  }

  /** Opens one at a place, with the MAC address of the client where it has one of its own. Throws what `frames` of the kernel throws. */
  static async open(kernel: Pick<Kernel, 'frames'>, { stack, link }: Place, mac?: Mac): Promise<Line6> {
    const hear: Listener = { frame: () => {} };
    const frames = await kernel.frames(stack, { link, port: CLIENT_PORT, family: 6, ...(mac !== undefined && { mac }) }, (frame) => hear.frame(frame));
    return new Line6(frames, mac ?? frames.mac, hear);
  }

  /** Asks, and again in that rhythm, until `judge` makes something of an answer. `undefined` when the time is over, in milliseconds. */
  async ask<T>(
    question: Question6,
    { first, longest }: Rhythm,
    judge: (answer: Message, from: Ip) => T | undefined,
    patience: number,
    signal: AbortSignal,
  ): Promise<T | undefined> {
    const [xid, began] = [newXid(), performance.now()];
    let answer: T | undefined;
    const heard = new AbortController();
    this.#hear.frame = (frame) => {
      this.#answerNeighbours(frame);
      const datagram = readDatagram6(frame);
      if (datagram?.to.ip !== this.#ip || datagram.to.port !== CLIENT_PORT || heard.signal.aborted) return;
      const message = readMessage(datagram.body);
      if (message?.xid !== xid) return;
      answer = judge(message, datagram.from.ip);
      if (answer !== undefined) heard.abort();
    };
    const until = AbortSignal.any([signal, heard.signal]);
    for (let wait = first; !heard.signal.aborted; wait = Math.min(longest, wait * 2)) {
      const passed = performance.now() - began;
      if (passed >= patience) break;
      await this.#send(question, xid, passed);
      await pause(Math.min(patience - passed, wait * (1 + JITTER * (2 * Math.random() - 1))), until).catch(() => {});
      signal.throwIfAborted();
    }
    return answer;
  }

  /** Says something and waits for nobody. */
  tell(statement: Question6): Promise<void> {
    return this.#send(statement, newXid(), 0);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve(this.#frames[Symbol.asyncDispose]());
  }

  // A server sends its answer to one neighbour, and asks first who that is. Nothing of the host's own has that address.
  #answerNeighbours(frame: Uint8Array): void {
    const asked = readSolicitation(frame);
    if (asked?.target !== this.#ip) return;
    const own = { mac: this.mac, ip: this.#ip };
    // Who asks, asks again.
    void this.#frames.send(encodeAdvertisement(own, asked.from)).catch(() => {});
  }

  #send({ type, options }: Question6, xid: number, passed: number): Promise<void> {
    const hundredths = Math.min(LONGEST_ELAPSED, Math.floor(passed / 10));
    const elapsed = [OPTION.elapsed, Uint8Array.of(hundredths >> 8, hundredths & 0xff)] as const;
    return this.#frames.send(
      encodeDatagram6({
        from: { mac: this.mac, ip: this.#ip, port: CLIENT_PORT },
        to: { ...SERVERS, port: SERVER_PORT },
        body: encodeMessage({ type, xid, options: [...options, elapsed] }),
      }),
    );
  }
}

// Nobody can guess it; answers are known by it.
const newXid = (): number => randomInt(2 ** 24);

interface Listener {
  frame: (frame: Uint8Array) => void;
}
