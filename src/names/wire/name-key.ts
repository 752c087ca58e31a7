// A name in the form in which it travels (RFC 1035 §3.1), a length before each label, without the root's zero, in lower
// case, one character an octet. Unlike text it is unambiguous: an octet of a label may be a dot.

/** A name as a key of maps. Two names that differ in ASCII case alone have one key (RFC 4343). */
export type NameKey = string;

const longestLabel = 63; // RFC 1035 §2.3.4
const longestName = 254; // 255 octets with the root's

/** The name in the form in which it travels, its case kept, without the root's zero. `undefined` for what cannot be asked: an empty label, one of more than 63 octets, a name of more than 255. */
export function wireName(text: string): string | undefined {
  // From here on a character is an octet.
  const labels = Buffer.from(text, 'utf8').toString('latin1').replace(/\.$/, '').split('.');
  if (labels.some(({ length }) => length === 0 || length > longestLabel)) return undefined;
  const name = labels.map((label) => String.fromCharCode(label.length) + label).join('');
  return name.length > longestName ? undefined : name;
}

/** The key of a name in text. `undefined` for what cannot be asked. */
export const nameKey = (text: string): NameKey | undefined =>
  // A length is below 64, and a capital letter is not: lengths stay as they are. `toLowerCase` alone would change what is no ASCII.
  wireName(text)?.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());

/** The labels of a key, from left to right. */
export function labelsOf(key: NameKey): string[] {
  const labels: string[] = [];
  for (let at = 0; at < key.length; at += key.charCodeAt(at) + 1) labels.push(key.slice(at + 1, at + 1 + key.charCodeAt(at)));
  return labels;
}

/** ASCII's small letter of an octet (RFC 4343 §3); any other octet as it is. */
export const lowerCase = (octet: number): number => (octet >= 0x41 && octet <= 0x5a ? octet | 0x20 : octet);
