// A name in the form in which it travels (RFC 1035 §3.1), a length before each label, without the root's zero, in lower
// case, one character an octet. Unlike text it is unambiguous: an octet of a label may be a dot.

/** A name as a key of maps. Two names that differ in ASCII case alone have one key (RFC 4343). */
export type NameKey = string;

const longestLabel = 63; // RFC 1035 §2.3.4
const longestName = 254; // 255 octets with the root's

/** The name in the form in which it travels, its case kept, without the root's zero. `undefined` for what cannot be asked: an empty label, one of more than 63 octets, a name of more than 255. */
export function wireName(text: string): Buffer | undefined {
  const labels = text.replace(/\.$/, '').split('.');
  const parts: Buffer[] = [];
  for (const label of labels) {
    const octets = Buffer.from(label, 'utf8');
    if (octets.length === 0 || octets.length > longestLabel) return undefined;
    parts.push(Buffer.of(octets.length), octets);
  }
  const name = Buffer.concat(parts);
  return name.length > longestName ? undefined : name;
}

/** The key of a name in text. `undefined` for what cannot be asked. */
export function nameKey(text: string): NameKey | undefined {
  const name = wireName(text);
  if (name === undefined) return undefined;
  // A length is below 64, and a capital letter is not: lengths stay as they are.
  for (let at = 0; at < name.length; at += 1) name[at] = lowerCase(name[at] ?? 0);
  return name.toString('latin1');
}

/** ASCII's small letter of an octet (RFC 4343 §3); any other octet as it is. */
export const lowerCase = (octet: number): number => (octet >= 0x41 && octet <= 0x5a ? octet | 0x20 : octet);
