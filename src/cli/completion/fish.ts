import { namesOf } from './names-of.js';
import type { Branch, Kind } from './tree.js';

/** One `complete` line for each word, flag and kind of name. */
export const fishScript = (all: readonly Branch[]): string =>
  ['# fairlead completion for fish', 'complete -c fairlead -f', ...all.flatMap(linesOf)].map((line) => `${line}\n`).join('');

function linesOf({ words, next, flags, takes }: Branch): readonly string[] {
  const here = condition(
    words,
    next.map(({ word }) => word),
  );
  return [
    ...next.map(({ word, summary }) => `complete -c fairlead -n ${here} -a ${word} -d ${quote(summary)}`),
    ...flags.map(
      ({ flag, summary, value, names }) =>
        `complete -c fairlead -n ${here} -l ${flag.slice(2)} -d ${quote(summary)}${value ? ' -r' : ''}${names ? ` -a ${asked(names)}` : ''}`,
    ),
    ...takes.flatMap((each) => (each && each !== 'program' ? [`complete -c fairlead -n ${here} -a ${asked(each)}`] : [])),
  ];
}

function condition(words: string, next: readonly string[]): string {
  const [first, second] = words.split(' ');
  if (!first) return '__fish_use_subcommand';
  const seen = `__fish_seen_subcommand_from ${first}`;
  if (second !== undefined) return quote(`${seen}; and __fish_seen_subcommand_from ${second}`);
  return quote(next.length > 0 ? `${seen}; and not __fish_seen_subcommand_from ${next.join(' ')}` : seen);
}

const asked = (kind: Kind): string => quote(`(${namesOf(kind)})`);

// In single quotes fish knows two escapes: of the backslash and of the quote.
const quote = (text: string): string => `'${text.replace(/[\\']/g, (char) => `\\${char}`)}'`;
