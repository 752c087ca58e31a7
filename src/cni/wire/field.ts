import { failure, type FairleadError } from '../../base/error.js';
import type { Facts, Json } from '../../base/json.js';

/**
 * A value of outside and where it stands, so that what is wrong is said with its place. `null` is as missing, and so are empty
 * strings where text is optional: that is how the programs that speak CNI, most of them in Go, write and read them.
 */
export class Field {
  readonly #value: unknown;
  readonly #document: string;
  readonly #place: string;

  constructor(value: unknown, document: string, place = '') {
    this.#value = value;
    this.#document = document;
    this.#place = place;
  }

  /** A document from its text. Throws `cni-malformed` for what is no JSON object. */
  static parse(text: string, document: string): Field {
    try {
      const field = new Field(JSON.parse(text), document);
      field.facts();
      return field;
    } catch (error) {
      if (error instanceof SyntaxError) throw new Field(undefined, document).wrong(`no JSON: ${error.message}`);
      throw error;
    }
  }

  get missing(): boolean {
    return this.#value === undefined || this.#value === null;
  }

  /** The error that this value is wrong. Throw what it returns. */
  wrong(reason: string): FairleadError {
    return failure('cni-malformed', { document: this.#document, reason: this.#place === '' ? reason : `"${this.#place}" ${reason}` });
  }

  /** A member of an object; where there is none, one whose name differs in upper and lower case alone: containerd says `HostPort`, and Go's decoders take it. */
  at(name: string): Field {
    const inner = this.missing ? undefined : memberOf(this.facts(), name);
    return new Field(inner, this.#document, this.#place === '' ? name : `${this.#place}.${name}`);
  }

  /** An object as it is. */
  facts(): Facts {
    if (typeof this.#value !== 'object' || this.#value === null || Array.isArray(this.#value)) throw this.wrong('is no object');
    return this.#value as Facts;
  }

  /** The members of a list; none without. */
  list(): readonly Field[] {
    if (this.missing) return [];
    if (!Array.isArray(this.#value)) throw this.wrong('is no list');
    return this.#value.map((each: unknown, index) => new Field(each, this.#document, `${this.#place}[${index}]`));
  }

  /** The members of an object by their names; none without. */
  entries(): readonly (readonly [string, Field])[] {
    return this.missing ? [] : Object.keys(this.facts()).map((name) => [name, this.at(name)] as const);
  }

  /** Whatever it is. */
  json(): Json | undefined {
    return this.#value as Json | undefined;
  }

  /** Text that must be there. */
  text(): string {
    const text = this.optionalText();
    if (text === undefined) throw this.wrong('is missing');
    return text;
  }

  /** Text, or nothing. */
  optionalText(): string | undefined {
    if (this.missing) return undefined;
    if (typeof this.#value !== 'string') throw this.wrong('is no text');
    return this.#value === '' ? undefined : this.#value;
  }

  /** Texts, or none. */
  texts(): readonly string[] {
    return this.list().map((each) => each.text());
  }

  /** A whole number between these, or nothing. */
  optionalInteger(least: number, most: number): number | undefined {
    if (this.missing) return undefined;
    const value = this.#value;
    if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most) throw this.wrong(`is no whole number from ${least} to ${most}`);
    return value;
  }

  /** Yes or no; no without. */
  yes(): boolean {
    if (this.missing) return false;
    if (typeof this.#value !== 'boolean') throw this.wrong('is neither true nor false');
    return this.#value;
  }

  /** What a parser makes of the text, or nothing without text. `wanted` says what it takes: "an IP address". */
  optional<T>(parse: (text: string) => T | undefined, wanted: string): T | undefined {
    const text = this.optionalText();
    if (text === undefined) return undefined;
    const value = parse(text);
    if (value === undefined) throw this.wrong(`is "${text}", not ${wanted}`);
    return value;
  }

  /** The same of text that must be there. */
  required<T>(parse: (text: string) => T | undefined, wanted: string): T {
    this.text();
    return this.optional(parse, wanted) as T;
  }
}

function memberOf(facts: Facts, name: string): unknown {
  const key = Object.hasOwn(facts, name) ? name : Object.keys(facts).find((each) => each.toLowerCase() === name.toLowerCase());
  return key === undefined ? undefined : facts[key];
}
