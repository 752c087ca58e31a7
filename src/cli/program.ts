import { Command, Help } from 'commander';
import { bare } from './bare.js';
import { type Entry, groups, registry } from './registry.js';
import { STATEMENT } from './statement.js';
import type { Shell } from './shell.js';
import { version } from '../base/version.js';

const WIDTH = 110;

/**
 * The whole program for commander, with the wanted commands defined by their files and the others by their summaries: a
 * start loads one command.
 */
export async function buildProgram(shell: Shell, wanted: readonly Entry[]): Promise<Command> {
  const program = outermost(shell);
  const parents = new Map<string, Command>();
  for (const { name, summary, ...group } of groups) {
    const parent = program.command(name).summary(summary).helpGroup('Objects:').usage('COMMAND').helpCommand(false);
    parent.description('note' in group ? `${group.note}\n${summary}` : summary);
    parents.set(name, parent);
  }
  for (const entry of registry) {
    const [first, second] = entry.words;
    const command = second === undefined ? program.command(first) : (parents.get(first) ?? program).command(second);
    command
      .summary(entry.summary)
      .description(entry.summary)
      .aliases(entry.aliases ?? [])
      .allowExcessArguments(false);
    if (entry.passesOn) command.passThroughOptions();
    if (wanted.includes(entry)) (await entry.load())(command, shell);
  }
  return program;
}

function outermost(shell: Shell): Command {
  const { out } = shell.world;
  return new Command('fairlead')
    .description(`Networks for whatever runs on this host.\n${STATEMENT}`)
    .usage('[-H HOST] COMMAND')
    .option(
      '-H, --host <HOST>',
      'the daemon: unix:///PATH, http://ADDRESS:PORT, https://ADDRESS:PORT (default: FAIRLEAD_HOST, else unix:///run/fairlead/fairlead.sock)',
    )
    .version(`fairlead ${version}`, '-v, --version', 'print the version of this program')
    .helpOption('-h, --help', 'print this')
    .helpCommand(false)
    .enablePositionalOptions()
    .exitOverride()
    .showSuggestionAfterError()
    .configureOutput({
      writeOut: (text) => out.write(text),
      // Errors are written by `main`; what remains is the help of a noun without a verb, which was asked for.
      writeErr: (text) => out.write(text),
      outputError: () => undefined,
      getOutHelpWidth: () => WIDTH,
      getErrHelpWidth: () => WIDTH,
      getOutHasColors: () => false,
    })
    .configureHelp({
      subcommandTerm: (command) => command.name(),
      commandUsage: (command) => bare(new Help().commandUsage(command)),
      optionTerm: ({ flags }) => bare(flags),
    });
}
