/** Options in the order in which they stand; one may come several times. */
export type Options = readonly (readonly [code: number, value: Uint8Array])[];

const HEADER = 4;

/** The octets of options (RFC 8415 §21.1). */
export function encodeOptions(options: Options): Uint8Array {
  const bytes = new Uint8Array(options.reduce((sum, [, { length }]) => sum + HEADER + length, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [code, value] of options) {
    view.setUint16(at, code);
    view.setUint16(at + 2, value.length);
    bytes.set(value, at + HEADER);
    at += HEADER + value.length;
  }
  return bytes;
}

/** Reads them. `undefined` where one ends behind the end. Takes any octets. */
export function readOptions(bytes: Uint8Array): Options | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const options: [number, Uint8Array][] = [];
  for (let at = 0; at < bytes.length; ) {
    if (at + HEADER > bytes.length) return undefined;
    const end = at + HEADER + view.getUint16(at + 2);
    if (end > bytes.length) return undefined;
    options.push([view.getUint16(at), bytes.subarray(at + HEADER, end)]);
    at = end;
  }
  return options;
}

/** The value of the first of a code. */
export const valueOf = (options: Options, code: number): Uint8Array | undefined => options.find(([each]) => each === code)?.[1];
