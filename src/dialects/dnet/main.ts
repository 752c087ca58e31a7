import { Command, CommanderError } from 'commander';
import { version } from '../../base/version.js';
import type { Dnet } from './command.js';
import { container } from './commands/container.js';
import { network } from './commands/network.js';
import { service } from './commands/service.js';
import { flagWords } from './flag-words.js';
import { DnetFailure } from './failure.js';
import { DEFAULT_HOST, parseDnetHost } from './place.js';
import { Rest } from './rest.js';

interface Flags {
  readonly daemon?: boolean;
  readonly host?: string;
  readonly logLevel: string;
  readonly debug?: boolean;
  readonly cfgFile?: string;
}

// The original's names of levels (logrus).
const LEVELS = ['panic', 'fatal', 'error', 'warn', 'warning', 'info', 'debug', 'trace'];

/** Runs `dnet` with these words and answers its exit status. What goes wrong is said on standard output, as the original does. */
export async function main(words: readonly string[], print: (line: string) => void = (line) => process.stdout.write(`${line}\n`)): Promise<number> {
  const program = define(print);
  let status = 0;
  program.action(async () => {
    const { daemon = false } = program.opts<Flags>();
    const [word] = program.args;
    if (word !== undefined) throw new DnetFailure(`dnet: '${word}' is not a dnet command. See 'dnet --help'.`);
    if (!daemon) return program.outputHelp();
    const { runDnet } = await import('../../daemon/dnet/run-dnet.js');
    const { host, logLevel, debug = false, cfgFile } = program.opts<Flags>();
    status = await runDnet({
      place: parseDnetHost(host || (process.env['DNET_HOST'] ?? '') || DEFAULT_HOST),
      level: debug ? 'debug' : logLevel,
      ...(cfgFile !== undefined && { config: cfgFile }),
    });
  });
  try {
    await program.parseAsync(flagWords(words), { from: 'user' });
    return status;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 1;
    print(error instanceof DnetFailure ? error.message : `error : ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  }
}

function define(print: (line: string) => void): Command {
  const program = new Command('dnet')
    .description('A self-sufficient runtime for container networking.')
    .option('-d, --daemon', 'Enable daemon mode')
    .option('-H, --host <HOST>', `Daemon socket to connect to: tcp://HOST:PORT (default: $DNET_HOST, ${DEFAULT_HOST})`)
    .option('-l, --log-level <LEVEL>', 'Set the logging level', 'info')
    .option('-D, --debug', 'Enable debug mode')
    .option('-c, --cfg-file <FILE>', 'Configuration file (default: $LIBNETWORK_CFG, /etc/default/libnetwork.toml)')
    .version(`dnet version ${version}`, '-v, --version', 'Print the version')
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({ writeOut: (text) => print(text.trimEnd()), writeErr: (text) => print(text.trimEnd()) });
  const rest = () => new Rest(parseDnetHost(program.opts<Flags>().host || (process.env['DNET_HOST'] ?? '') || DEFAULT_HOST));
  const dnet: Dnet = { rest, print };
  program.hook('preAction', () => {
    const { logLevel } = program.opts<Flags>();
    if (!LEVELS.includes(logLevel.toLowerCase())) throw new DnetFailure(`Unable to parse logging level: ${logLevel}`);
  });
  network(program.command('network').description('Network management'), dnet);
  service(program.command('service').description('Service management'), dnet);
  container(program.command('container').description('Container management'), dnet);
  // Of the program alone: the nouns are defined by now.
  return program.allowExcessArguments();
}
