// RFC 1035 §4.2.2: over TCP each message is preceded by its length, two octets.
const PREFIX = 2;

/** The longest message, in octets. */
export const LONGEST_MESSAGE = 0xffff;

/** A message with its length before it. */
export function framed(message: Uint8Array): Uint8Array {
  const frame = new Uint8Array(PREFIX + message.length);
  frame[0] = message.length >> 8;
  frame[1] = message.length;
  frame.set(message, PREFIX);
  return frame;
}

/** Cuts what comes over a connection into messages. */
export class Frames {
  #rest: Uint8Array = new Uint8Array(0);

  /** True when a whole message is there to be taken. */
  get whole(): boolean {
    return this.#rest.length >= PREFIX && this.#rest.length >= this.#end;
  }

  /** Takes bytes; they are copied where they must be kept. */
  add(bytes: Uint8Array): void {
    this.#rest = this.#rest.length === 0 ? bytes.slice() : Buffer.concat([this.#rest, bytes]);
  }

  /** The next whole message, if there is one. */
  take(): Uint8Array | undefined {
    if (!this.whole) return undefined;
    const [rest, end] = [this.#rest, this.#end];
    this.#rest = rest.subarray(end);
    return rest.subarray(PREFIX, end);
  }

  /** Where the first message ends. */
  get #end(): number {
    return PREFIX + (((this.#rest[0] ?? 0) << 8) | (this.#rest[1] ?? 0));
  }
}
