import koffi from 'koffi';

/**
 * Bytes that the kernel can be pointed to, again and again, by their address. An ArrayBuffer that is made as such is never on the
 * heap of V8, so it does not move; it lives as long as this object.
 */
export class Memory {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** Below 2^48 on every machine that Node serves: a number holds it. */
  readonly address: number;

  constructor(size: number) {
    this.bytes = new Uint8Array(new ArrayBuffer(size));
    this.view = new DataView(this.bytes.buffer);
    this.address = Number(koffi.address(this.bytes));
  }
}
