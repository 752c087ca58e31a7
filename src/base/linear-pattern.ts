/** Says whether a pattern is found in a text. */
export type Pattern = (text: string) => boolean;

interface State {
  /** Takes one character that passes. */
  test?: (char: string) => boolean;
  /** Holds at this end of the text alone. */
  at?: 'begin' | 'end';
  /** What follows; nothing where the pattern is found. */
  next: readonly State[];
}

/** Built from what follows it. */
type Part = (next: State) => State;

/**
 * A regular expression of a stranger's, in the forms that RE2 and JavaScript share: characters, `.`, classes, `\d \w \s` and their opposites, groups,
 * `|`, `* + ?`, `{n,m}`, `^` and `$`. The time that it takes grows with the length of the text times its own, whatever it says: all ways to read the text are
 * followed at once. Nothing where it has another form, or is too large.
 */
export function linearPattern(pattern: string): Pattern | undefined {
  if (pattern.length > LONGEST) return undefined;
  try {
    const found: State = { next: [] };
    const first = new Parser(pattern).whole()(found);
    return (text) => finds(first, found, [...text]);
  } catch (error) {
    if (error instanceof Unreadable) return undefined;
    throw error;
  }
}

const LONGEST = 256;
const MOST_STATES = 2000;

class Unreadable extends Error {}

function finds(first: State, found: State, text: readonly string[]): boolean {
  let here = new Set<State>();
  for (let at = 0; ; at++) {
    follow(first, here, at, text.length);
    if (here.has(found)) return true;
    const char = text[at];
    if (char === undefined) return false;
    const there = new Set<State>();
    for (const { test, next } of here) if (test?.(char)) for (const each of next) follow(each, there, at + 1, text.length);
    here = there;
  }
}

// All states that are reached without a character.
function follow(state: State, reached: Set<State>, at: number, end: number): void {
  const open = [state];
  for (let each = open.pop(); each; each = open.pop()) {
    if (reached.has(each) || (each.at === 'begin' && at !== 0) || (each.at === 'end' && at !== end)) continue;
    reached.add(each);
    if (!each.test) open.push(...each.next);
  }
}

const DIGIT = /[0-9]/;
const WORD = /[0-9A-Za-z_]/;
const SPACE = /[\t\n\f\r ]/;
const CLASSES: Readonly<Record<string, (char: string) => boolean>> = {
  d: (char) => DIGIT.test(char),
  D: (char) => !DIGIT.test(char),
  w: (char) => WORD.test(char),
  W: (char) => !WORD.test(char),
  s: (char) => SPACE.test(char),
  S: (char) => !SPACE.test(char),
};

class Parser {
  readonly #chars: readonly string[];
  #at = 0;
  #states = 0;

  constructor(pattern: string) {
    this.#chars = [...pattern];
  }

  whole(): Part {
    const part = this.#either();
    if (this.#at < this.#chars.length) throw new Unreadable();
    return part;
  }

  #either(): Part {
    const ways = [this.#row()];
    while (this.#take('|')) ways.push(this.#row());
    return (next) => (ways.length === 1 && ways[0] ? ways[0](next) : this.#state({ next: ways.map((way) => way(next)) }));
  }

  #row(): Part {
    const parts: Part[] = [];
    for (let char = this.#char(); char !== undefined && char !== '|' && char !== ')'; char = this.#char()) parts.push(this.#repeated());
    return (next) => parts.reduceRight((after, part) => part(after), next);
  }

  #repeated(): Part {
    const part = this.#one();
    const times = this.#times();
    if (!times) return part;
    // Whether it takes little or much first says nothing about whether it is found.
    this.#take('?');
    if (this.#times()) throw new Unreadable();
    return (next) => this.#repeat(part, times, next);
  }

  #repeat(part: Part, { least, most }: Times, next: State): State {
    let state = next;
    if (most === undefined) {
      const loop = this.#state({ next: [] });
      loop.next = [part(loop), next];
      state = loop;
    } else for (let times = least; times < most; times++) state = this.#state({ next: [part(state), next] });
    for (let times = 0; times < least; times++) {
      this.#count();
      state = part(state);
    }
    return state;
  }

  #times(): Times | undefined {
    if (this.#take('*')) return { least: 0 };
    if (this.#take('+')) return { least: 1 };
    if (this.#take('?')) return { least: 0, most: 1 };
    if (!this.#take('{')) return undefined;
    const [, least, comma, most] = /^(\d{1,3})(,?)(\d{0,3})}/.exec(this.#chars.slice(this.#at).join('')) ?? [];
    if (least === undefined || (comma === '' && most !== '')) throw new Unreadable();
    this.#at = this.#chars.indexOf('}', this.#at) + 1;
    const times = { least: Number(least), ...(comma === '' ? { most: Number(least) } : most !== '' && { most: Number(most) }) };
    if (times.most !== undefined && times.most < times.least) throw new Unreadable();
    return times;
  }

  #one(): Part {
    const char = this.#next();
    if (char === '^') return (next) => this.#state({ at: 'begin', next: [next] });
    if (char === '$') return (next) => this.#state({ at: 'end', next: [next] });
    if (char === '(') return this.#group();
    const test = char === '.' ? (each: string) => each !== '\n' : char === '[' ? this.#class() : char === '\\' ? this.#escaped() : this.#itself(char);
    return (next) => this.#state({ test, next: [next] });
  }

  #group(): Part {
    if (this.#take('?') && !this.#take(':')) throw new Unreadable();
    const part = this.#either();
    if (!this.#take(')')) throw new Unreadable();
    return part;
  }

  #itself(char: string): (each: string) => boolean {
    if ('*+?{}]'.includes(char)) throw new Unreadable();
    return (each) => each === char;
  }

  #escaped(): (each: string) => boolean {
    const char = this.#next();
    const known = Object.hasOwn(CLASSES, char) ? CLASSES[char] : undefined;
    if (known) return known;
    // \b, \1 and their like.
    if (WORD.test(char)) throw new Unreadable();
    return (each) => each === char;
  }

  #class(): (each: string) => boolean {
    const not = this.#take('^');
    const tests: ((each: string) => boolean)[] = [];
    for (let char = this.#next(); char !== ']'; char = this.#next()) tests.push(char === '\\' ? this.#escaped() : this.#span(char));
    if (tests.length === 0) throw new Unreadable();
    return (each) => tests.some((test) => test(each)) !== not;
  }

  #span(first: string): (each: string) => boolean {
    const last = this.#chars[this.#at + 1];
    if (first === '[' || first === '-') throw new Unreadable();
    if (this.#char() !== '-') return (each) => each === first;
    if (last === undefined || '[]\\-'.includes(last) || last < first) throw new Unreadable();
    this.#at += 2;
    return (each) => first <= each && each <= last;
  }

  #state(state: State): State {
    this.#count();
    return state;
  }

  // Also what repeats nothing takes its time.
  #count(): void {
    if (++this.#states > MOST_STATES) throw new Unreadable();
  }

  #char(): string | undefined {
    return this.#chars[this.#at];
  }

  #next(): string {
    const char = this.#char();
    if (char === undefined) throw new Unreadable();
    this.#at++;
    return char;
  }

  #take(char: string): boolean {
    if (this.#char() !== char) return false;
    this.#at++;
    return true;
  }
}

interface Times {
  readonly least: number;
  readonly most?: number;
}
