import type { Command, CommanderError } from 'commander';
import { FairleadError } from '../base/error.js';
import { bare } from './bare.js';
import { dockerHabit } from './docker-habits.js';
import { expandBooleans } from './parse/booleans.js';
import { refuseEmptyPlaces } from './refuse-empty-places.js';
import { callOf, type Entry, findEntry, groups } from './registry.js';
import { Shell } from './shell.js';
import { usage } from './usage.js';
import type { World } from './world.js';

/** Runs one command line and answers its exit status. */
export async function main(argv: readonly string[], world: World): Promise<number> {
  const shell = new Shell(world);
  try {
    await perform(helpFirst(argv), shell);
  } catch (error) {
    shell.fail(error);
  } finally {
    await shell.close();
  }
  const refused = await world.out.refused?.();
  if (refused) shell.fail(refused);
  return shell.status;
}

async function perform(argv: readonly string[], shell: Shell): Promise<void> {
  const start = ownFlags(argv);
  const entry = findEntry(argv.slice(start));
  const { buildProgram } = await import('./program.js');
  const program = await buildProgram(shell, entry ? [entry] : []);
  program.hook('preAction', (_, command) => {
    shell.host = program.opts<{ host?: string }>().host;
    refuseEmptyPlaces(command, entry ? `${callOf(entry)} --help` : helpOf(argv.slice(start)));
  });
  const depth = start + (entry?.words.length ?? 0);
  const rest = entry && !entry.passesOn ? expandBooleans(argv.slice(depth), switchesOf(program, entry), `${callOf(entry)} --help`) : argv.slice(depth);
  try {
    await program.parseAsync([...argv.slice(0, depth), ...rest], { from: 'user' });
  } catch (error) {
    if (!isCommanderError(error)) throw error;
    if (error.code !== 'commander.help' && error.exitCode !== 0)
      throw usageOf(error, entry?.words ?? [], entry ? `${callOf(entry)} --help` : helpOf(argv.slice(start)));
  }
}

// Flags of the program itself stand before the command; -H takes the word behind it.
function ownFlags(argv: readonly string[]): number {
  let at = 0;
  while (argv[at]?.startsWith('-')) at += argv[at] === '-H' || argv[at] === '--host' ? 2 : 1;
  return Math.min(at, argv.length);
}

// `fairlead help network create` and `fairlead network help create` are `fairlead network create --help`.
function helpFirst(argv: readonly string[]): readonly string[] {
  const start = ownFlags(argv);
  const at = groups.some(({ name }) => name === argv[start]) ? start + 1 : start;
  return argv[at] === 'help' ? [...argv.slice(0, at), ...argv.slice(at + 1), '--help'] : argv;
}

function switchesOf(program: Command, { words }: Entry): ReadonlySet<string> {
  let command: Command | undefined = program;
  for (const word of words) command = command?.commands.find((each) => each.name() === word);
  return new Set((command?.options ?? []).filter((option) => option.isBoolean()).map(({ long }) => (long ?? '').slice('--'.length)));
}

const isCommanderError = (error: unknown): error is CommanderError =>
  !FairleadError.is(error) && error instanceof Error && 'exitCode' in error && 'code' in error && String(error.code).startsWith('commander.');

// "error: unknown option '--subnett'\n(Did you mean --subnet?)" in our words.
function usageOf(error: CommanderError, words: readonly string[], help: string): FairleadError {
  const text = error.code === 'commander.optionMissingArgument' ? bare(error.message) : error.message;
  const [problem = '', hint] = text.replace(/^error: /, '').split('\n');
  const habit = dockerHabit(words, /^unknown option '(.*)'$/.exec(problem)?.[1] ?? '');
  if (habit !== undefined) return usage(`${problem}; ${habit}`, help);
  const meant = /Did you mean (.*)\?/.exec(hint ?? '')?.[1];
  return usage(meant ? `${problem}; did you mean ${meant}?` : problem, help);
}

const helpOf = ([first]: readonly string[]): string => (groups.some(({ name }) => name === first) ? `fairlead ${first} --help` : 'fairlead --help');
