import type { Argument, Command, Option } from 'commander';

/** Kinds of objects that have names, and `object`: one of any kind. */
export type Kind = 'network' | 'sandbox' | 'endpoint' | 'object';

/** What can follow some words of a command line. */
export interface Branch {
  /** The words before, `network rm` say; empty for the program. */
  readonly words: string;
  /** Commands, and words of which its first argument is one. */
  readonly next: readonly { readonly word: string; readonly aliases: readonly string[]; readonly summary: string }[];
  readonly flags: readonly Flag[];
  /** What its arguments are, in their order: names of a kind, a program, or what nobody can offer. */
  readonly takes: readonly (Kind | 'program' | undefined)[];
  /** Whether the last of them may repeat. */
  readonly repeats: boolean;
}

interface Flag {
  readonly flag: string;
  readonly short?: string;
  readonly summary: string;
  readonly value: boolean;
  /** The kind of object that its value names. */
  readonly names?: Kind;
}

/** Every command of a program with its flags and what its arguments are. */
export function branches(program: Command, words = ''): readonly Branch[] {
  const { registeredArguments: all } = program;
  const here: Branch = {
    words,
    next: [
      ...program.commands.map((command) => ({ word: command.name(), aliases: command.aliases(), summary: command.summary() })),
      ...(all[0]?.argChoices ?? []).map((word) => ({ word, aliases: [], summary: '' })),
    ],
    flags: [...program.options.filter(({ hidden }) => !hidden).flatMap(flagsOf), ...(words === 'network create' ? [] : [HELP])],
    takes: all.map(takenBy),
    repeats: all.at(-1)?.variadic === true,
  };
  return [here, ...program.commands.flatMap((command) => branches(command, `${words} ${command.name()}`.trim()))];
}

const KINDS = ['network', 'sandbox', 'endpoint', 'object'] as const;
const HELP = { flag: '--help', summary: 'print help', value: false };

const kindOf = (word: string | undefined): Kind | undefined => KINDS.find((kind) => kind.toUpperCase() === word);
const takenBy = (argument: Argument) => (argument.name() === 'CMD' ? 'program' : kindOf(argument.name()));

function flagsOf({ long, short, description, required, flags }: Option): readonly Flag[] {
  const names = kindOf(/<(\w+)>/.exec(flags)?.[1]);
  return long ? [{ flag: long, ...(short && { short }), summary: description, value: required, ...(names && { names }) }] : [];
}
