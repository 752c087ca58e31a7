import { failure } from '../base/error.js';
import { suggest } from '../base/suggest.js';
import { familyOf, parseIp } from '../ip/ip.js';
import type { Family, Ip } from '../ip/types.js';
import type { Strings } from './records.js';

/** One option: how its text becomes a value, what it is without, and its line in the help. */
export interface OptionSpec<T = unknown> {
  /** The value, or what a right one looks like. */
  parse(text: string): { readonly value: T } | { readonly wanted: string };
  readonly fallback: T;
  readonly help: string;
  /** It cannot change while the network lives. */
  readonly fixed?: true;
}

/** The options of a driver, by their names as users write them. */
export type OptionTable = { readonly [name: string]: OptionSpec };

/** The parsed values of a table. */
export type OptionValues<Table extends OptionTable> = { readonly [Name in keyof Table]: Table[Name] extends OptionSpec<infer T> ? T : never };

/** Why an option that is `fixed` is not changed: the `reason` of `option-invalid`. */
export const FIXED = 'fixed while the network lives';

/** Whether strconv.ParseBool reads a yes. */
export const isYes = (text: string): boolean => /^(1|t|true)$/i.test(text);

/** A yes or no, as strconv.ParseBool reads it. */
export const flag = <Without extends boolean | undefined>(fallback: Without, help: string): OptionSpec<boolean | Without> => ({
  fallback,
  help,
  parse: (text) => {
    if (isYes(text)) return { value: true };
    if (/^(0|f|false)$/i.test(text)) return { value: false };
    return { wanted: 'write true or false' };
  },
});

/** A whole number in a range; `undefined` without. */
export const wholeNumber = (least: number, most: number, help: string): OptionSpec<number | undefined> => ({
  fallback: undefined,
  help,
  parse: (text) => {
    const value = Number(text);
    return /^\d{1,9}$/.test(text) && value >= least && value <= most ? { value } : { wanted: `write a whole number from ${least} to ${most}` };
  },
});

/** One of these words. */
export const oneOf = <const Word extends string>(words: readonly Word[], fallback: Word, help: string): OptionSpec<Word> => ({
  fallback,
  help,
  parse: (text) => {
    const value = words.find((each) => each === text);
    return value === undefined ? { wanted: `write one of ${words.join(', ')}${suggest(text, words)}` } : { value };
  },
});

/** An address, of this family where there is one given. */
export const ipAddress = (family: Family | undefined, help: string): OptionSpec<Ip | undefined> => ({
  fallback: undefined,
  help,
  parse: (text) => {
    const value = parseIp(text);
    if (value !== undefined && (family === undefined || familyOf(value) === family)) return { value };
    return { wanted: `write an address of ${family === undefined ? 'the host' : `IPv${family}`}: ${family === 6 ? '2001:db8::1' : '192.0.2.1'}` };
  },
});

/** Names of network interfaces, apart by colons. */
export const interfaceNames = (help: string): OptionSpec<readonly string[]> => ({
  fallback: [],
  help,
  parse: (text) => {
    const value = text === '' ? [] : [...new Set(text.split(':'))];
    return value.every(isInterfaceName) ? { value } : { wanted: 'write names of links of the host with ":" between them: eth0:wlan0' };
  },
});

// Room for a number behind it: a link name has at most 15 characters.
const MOST_PREFIX = 12;

/** The beginning of the names of network interfaces; a number follows. */
export const interfacePrefix = (fallback: string, help: string): OptionSpec<string> => ({
  fallback,
  help,
  parse: (text) =>
    isInterfaceName(text) && text.length <= MOST_PREFIX
      ? { value: text }
      : { wanted: `write 1 to ${MOST_PREFIX} characters, without spaces, "/" and ":"; a number follows` },
});

/** A name of a network interface: at most 15 bytes, no slash, no space, no colon (Linux dev_valid_name). */
export const interfaceName = (help: string): OptionSpec<string | undefined> => ({
  fallback: undefined,
  help,
  parse: (text) => (isInterfaceName(text) ? { value: text } : { wanted: 'a link name has 1 to 15 characters, without spaces, "/" and ":"' }),
});

/** What a link of the host is called, by its name or by another one that it has (altname): at most 127 bytes (ALTIFNAMSIZ of linux/if.h). */
export const hostLink = (help: string): OptionSpec<string | undefined> => ({
  fallback: undefined,
  help,
  parse: (text) =>
    /^[A-Za-z0-9_][A-Za-z0-9_.@-]{0,126}$/.test(text)
      ? { value: text }
      : { wanted: 'write the name of a link of the host: 1 to 127 characters, without spaces, "/" and ":"' },
});

/** Whether the kernel takes this name for a link, and no shell or table trips over it. */
export const isInterfaceName = (text: string): boolean => /^[A-Za-z0-9_][A-Za-z0-9_.@-]{0,14}$/.test(text);

/** Parses what the user gave against the table, once; whatever stands behind trusts the values. */
export function parseOptions<Table extends OptionTable>(driver: string, table: Table, raw: Strings): OptionValues<Table> {
  const values: Record<string, unknown> = {};
  for (const [name, spec] of Object.entries(table)) values[name] = spec.fallback;
  for (const [option, text] of Object.entries(raw)) {
    const spec = Object.hasOwn(table, option) ? table[option] : undefined;
    if (!spec) {
      throw unknownOption(driver, option, Object.keys(table));
    }
    const parsed = spec.parse(text);
    if ('wanted' in parsed) throw failure('option-invalid', { option, value: text, reason: 'not what it takes', mend: parsed.wanted });
    values[option] = parsed.value;
  }
  return values as OptionValues<Table>;
}

/** The refusal of an option that this driver does not have. A long list of those that it has is the help's: a message is read in two lines. */
export function unknownOption(driver: string, option: string, known: readonly string[]) {
  const list = known.join(', ');
  const several = list.length > 80 ? `all of them: fairlead network create --help ${driver}` : `there are: ${list}`;
  return failure('option-unknown', { driver, option, suggestion: suggest(option, known), mend: known.length === 0 ? 'it has none; leave it out' : several });
}
