/** Why Go's decoder refuses a text: `end` where it breaks off, `more` where something follows the value. */
export interface GoJsonFault {
  readonly kind: 'end' | 'character' | 'more';
  /** In the words of `encoding/json`; clients of APIs written in Go look for them. */
  readonly reason: string;
}

type Expected = 'value' | 'element' | 'key' | 'next-key' | 'colon' | 'after' | 'nothing';

const END: GoJsonFault = { kind: 'end', reason: 'unexpected end of JSON input' };

// What Go says of a character that does not fit (encoding/json scanner.go).
const PLACES = {
  value: 'looking for beginning of value',
  key: 'looking for beginning of object key string',
  colon: 'after object key',
  pair: 'after object key:value pair',
  element: 'after array element',
  top: 'after top-level value',
} as const;

/** What is wrong with a text that is no JSON; nothing where it is. Nothing of it is held but how deep it is nested. */
export function goJsonFault(text: string): GoJsonFault | undefined {
  // Go looks at bytes.
  const input = Buffer.from(text).toString('latin1');
  const within: ('{' | '[')[] = [];
  let expected: Expected = 'value';
  for (let at = 0; ; ) {
    while (' \t\r\n'.includes(input[at] ?? 'x')) at += 1;
    const c = input[at];
    if (c === undefined) return expected === 'nothing' ? undefined : END;
    const inside = within.at(-1);
    if (expected === 'nothing') return { ...wrong(c, PLACES.top), kind: 'more' };
    const closes =
      c === '}'
        ? (expected === 'key' || expected === 'after') && inside === '{'
        : c === ']' && (expected === 'element' || expected === 'after') && inside === '[';
    if (closes) {
      within.pop();
      expected = within.length > 0 ? 'after' : 'nothing';
      at += 1;
    } else if (expected === 'after') {
      if (c !== ',') return wrong(c, inside === '{' ? PLACES.pair : PLACES.element);
      expected = inside === '{' ? 'next-key' : 'value';
      at += 1;
    } else if (expected === 'colon') {
      if (c !== ':') return wrong(c, PLACES.colon);
      expected = 'value';
      at += 1;
    } else if (expected !== 'value' && expected !== 'element') {
      const end = c === '"' ? afterString(input, at + 1) : wrong(c, PLACES.key);
      if (typeof end !== 'number') return end;
      expected = 'colon';
      at = end;
    } else if (c === '{' || c === '[') {
      within.push(c);
      expected = c === '{' ? 'key' : 'element';
      at += 1;
    } else {
      const end = afterScalar(input, at, c);
      if (typeof end !== 'number') return end;
      expected = within.length > 0 ? 'after' : 'nothing';
      at = end;
    }
  }
}

function afterScalar(input: string, at: number, c: string): number | GoJsonFault {
  if (c === '"') return afterString(input, at + 1);
  if (c === '-' || isDigit(c)) return afterNumber(input, at);
  const word = ['true', 'false', 'null'].find((each) => each.startsWith(c));
  if (word === undefined) return wrong(c, PLACES.value);
  for (let i = 1; i < word.length; i += 1) {
    const next = input[at + i];
    if (next !== word[i]) return next === undefined ? END : wrong(next, `in literal ${word} (expecting '${word[i] ?? ''}')`);
  }
  return at + word.length;
}

function afterString(input: string, start: number): number | GoJsonFault {
  for (let at = start; ; at += 1) {
    const c = input[at];
    if (c === undefined) return END;
    if (c === '"') return at + 1;
    if (c < ' ') return wrong(c, 'in string literal');
    if (c !== '\\') continue;
    at += 1;
    const escaped = input[at];
    if (escaped === undefined) return END;
    if (!'"\\/bfnrtu'.includes(escaped)) return wrong(escaped, 'in string escape code');
    if (escaped !== 'u') continue;
    for (let digit = 0; digit < 4; digit += 1) {
      at += 1;
      const hex = input[at];
      if (hex === undefined) return END;
      if (!/[\da-f]/i.test(hex)) return wrong(hex, 'in \\u hexadecimal character escape');
    }
  }
}

function afterNumber(input: string, start: number): number | GoJsonFault {
  let at = input[start] === '-' ? start + 1 : start;
  const digits = (place: string): GoJsonFault | undefined => {
    const c = input[at];
    if (c === undefined) return END;
    if (!isDigit(c)) return wrong(c, place);
    while (isDigit(input[at] ?? '')) at += 1;
    return undefined;
  };
  // A zero stands alone.
  if (input[at] === '0') at += 1;
  else {
    const fault = digits('in numeric literal');
    if (fault) return fault;
  }
  if (input[at] === '.') {
    at += 1;
    const fault = digits('after decimal point in numeric literal');
    if (fault) return fault;
  }
  if (input[at] === 'e' || input[at] === 'E') {
    at += 1;
    if (input[at] === '+' || input[at] === '-') at += 1;
    const fault = digits('in exponent of numeric literal');
    if (fault) return fault;
  }
  return at;
}

const isDigit = (c: string): boolean => c >= '0' && c <= '9' && c.length === 1;

const wrong = (c: string, place: string): GoJsonFault => ({ kind: 'character', reason: `invalid character ${quoted(c)} ${place}` });

const ESCAPED: Readonly<Record<string, string>> = {
  "'": "\\'",
  '\\': '\\\\',
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
};

// `quoteChar` of encoding/json: a byte as the character of that number, as strconv.Quote writes it, between single quotes.
function quoted(c: string): string {
  const code = c.charCodeAt(0);
  return `'${ESCAPED[c] ?? (code < 0x20 || code === 0x7f ? `\\x${code.toString(16).padStart(2, '0')}` : c)}'`;
}
