import { NLA_F_NESTED } from './constants.js';

const text = new TextEncoder();

/**
 * Writes netlink messages into one growing buffer. Numbers are in the host's order, which is little endian on every machine
 * that Node serves Linux on but s390x; those named `be` are in network order. Messages and attributes start at multiples of
 * four (NLMSG_ALIGNTO and NLA_ALIGNTO in include/uapi/linux/netlink.h); the padding is zero.
 */
export class Writer {
  #bytes: Uint8Array;
  #view: DataView;
  #length = 0;

  constructor(capacity = 4096) {
    this.#bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** How many bytes have been written since the last `take`. */
  get length(): number {
    return this.#length;
  }

  /** The bytes written so far, as a copy; the writer is empty again and can be used for the next. */
  take(): Uint8Array {
    const taken = this.#bytes.slice(0, this.#length);
    this.#length = 0;
    return taken;
  }

  /** One message: its header with the length filled in, and what `body` writes. The kernel fills the port in. */
  message(type: number, flags: number, sequence: number, body: (w: Writer) => void): this {
    const start = this.#length;
    this.u32(0).u16(type).u16(flags).u32(sequence).u32(0);
    body(this);
    this.#view.setUint32(start, this.#length - start, true);
    return this.#align();
  }

  /** Sets these flags too, of the message that begins there. */
  flag(at: number, flags: number): this {
    this.#view.setUint16(at + 6, this.#view.getUint16(at + 6, true) | flags, true);
    return this;
  }

  u8(n: number): this {
    const at = this.#claim(1);
    this.#bytes[at] = n;
    return this;
  }

  u16(n: number): this {
    const at = this.#claim(2);
    this.#view.setUint16(at, n, true);
    return this;
  }

  u32(n: number): this {
    const at = this.#claim(4);
    this.#view.setUint32(at, n, true);
    return this;
  }

  u64(n: bigint): this {
    const at = this.#claim(8);
    this.#view.setBigUint64(at, n, true);
    return this;
  }

  be16(n: number): this {
    const at = this.#claim(2);
    this.#view.setUint16(at, n);
    return this;
  }

  be32(n: number): this {
    const at = this.#claim(4);
    this.#view.setUint32(at, n);
    return this;
  }

  be64(n: bigint): this {
    const at = this.#claim(8);
    this.#view.setBigUint64(at, n);
    return this;
  }

  bytes(b: Uint8Array): this {
    const at = this.#claim(b.length);
    this.#bytes.set(b, at);
    return this;
  }

  /** So many zero bytes. */
  zero(count: number): this {
    const at = this.#claim(count);
    this.#bytes.fill(0, at, at + count);
    return this;
  }

  /** Text in UTF-8 in a field of so many bytes, the rest of them zero. Answers how many it takes; what does not fit is left out. */
  text(value: string, size: number): number {
    const at = this.#claim(size);
    const field = this.#bytes.subarray(at, at + size);
    const { written } = text.encodeInto(value, field);
    field.fill(0, written);
    return written;
  }

  /** One attribute: its header with the length filled in, what `body` holds or writes, and padding. */
  attr(type: number, body: Uint8Array | ((w: Writer) => void)): this {
    const start = this.#length;
    this.u16(0).u16(type);
    if (typeof body === 'function') body(this);
    else this.bytes(body);
    const length = this.#length - start;
    if (length > 0xffff) throw new RangeError(`a netlink attribute of ${length} bytes; the length field has 16 bits`);
    this.#view.setUint16(start, length, true);
    return this.#align();
  }

  /** An attribute that holds attributes. */
  nest(type: number, body: (w: Writer) => void): this {
    return this.attr(type | NLA_F_NESTED, body);
  }

  attrU8(type: number, n: number): this {
    return this.u16(5)
      .u16(type)
      .u32(n & 0xff);
  }

  attrU16(type: number, n: number): this {
    return this.u16(6)
      .u16(type)
      .u32(n & 0xffff);
  }

  attrU32(type: number, n: number): this {
    return this.u16(8).u16(type).u32(n);
  }

  attrU64(type: number, n: bigint): this {
    return this.u16(12).u16(type).u64(n);
  }

  attrBe16(type: number, n: number): this {
    return this.u16(6).u16(type).be16(n).u16(0);
  }

  attrBe32(type: number, n: number): this {
    return this.u16(8).u16(type).be32(n);
  }

  attrBe64(type: number, n: bigint): this {
    return this.u16(12).u16(type).be64(n);
  }

  /** An attribute that holds text in UTF-8 and the NUL after it. */
  attrString(type: number, value: string): this {
    const most = value.length * 3 + 1;
    const header = this.#claim(4);
    const at = this.#claim(most);
    const { written } = text.encodeInto(value, this.#bytes.subarray(at, at + most));
    this.#bytes[at + written] = 0;
    if (written > 0xffff - 5) throw new RangeError(`a netlink attribute of ${written + 5} bytes; the length field has 16 bits`);
    this.#view.setUint16(header, written + 5, true);
    this.#view.setUint16(header + 2, type, true);
    this.#length = at + written + 1;
    return this.#align();
  }

  #align(): this {
    const rest = this.#length & 3;
    return rest === 0 ? this : this.zero(4 - rest);
  }

  /** Makes room for so many bytes and says where they start. */
  #claim(count: number): number {
    const at = this.#length;
    const end = at + count;
    if (end > this.#bytes.length) this.#grow(end);
    this.#length = end;
    return at;
  }

  #grow(least: number): void {
    const larger = new Uint8Array(Math.max(least, this.#bytes.length * 2));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }
}
