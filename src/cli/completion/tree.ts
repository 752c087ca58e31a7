import type { Command, Option } from 'commander';

/** What can follow some words of a command line. */
export interface Branch {
  /** The words before, `network rm` say; empty for the program. */
  readonly words: string;
  readonly next: readonly { readonly word: string; readonly summary: string }[];
  readonly flags: readonly { readonly flag: string; readonly summary: string; readonly value: boolean }[];
  /** The kind of object whose names are arguments here. */
  readonly names?: 'network' | 'sandbox' | 'endpoint';
}

/** Every command of a program with its flags and what its arguments name. */
export function branches(program: Command, words = ''): readonly Branch[] {
  const names = KINDS.find((kind) => program.registeredArguments.some((argument) => argument.name() === kind.toUpperCase()));
  const here: Branch = {
    words,
    next: program.commands.map((command) => ({ word: command.name(), summary: command.summary() })),
    flags: [...program.options.filter(({ hidden }) => !hidden).flatMap(flagsOf), ...(words === 'network create' ? [] : [HELP])],
    ...(names && { names }),
  };
  return [here, ...program.commands.flatMap((command) => branches(command, `${words} ${command.name()}`.trim()))];
}

const KINDS = ['network', 'sandbox', 'endpoint'] as const;
const HELP = { flag: '--help', summary: 'print help', value: false };

const flagsOf = (option: Option) => (option.long ? [{ flag: option.long, summary: option.description, value: option.required }] : []);
