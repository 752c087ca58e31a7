/** The sum of RFC 1071 over these octets, without the complement; 0xffff where they hold a checksum of their own that is right. */
export function sumOf(view: DataView, at: number, length: number, before = 0): number {
  let sum = before;
  for (let offset = 0; offset + 1 < length; offset += 2) sum += view.getUint16(at + offset);
  if (length % 2 === 1) sum += view.getUint8(at + length - 1) << 8;
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return sum;
}
