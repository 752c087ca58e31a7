import type { DaemonOptions } from '../../daemon/daemon.js';
import type { Define } from '../registry.js';
import { usage } from '../usage.js';

const LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;

interface Flags {
  readonly socket?: string;
  readonly state: string;
  readonly run: string;
  readonly group?: string;
  readonly logLevel: string;
}

/** `daemon`: in the foreground until SIGTERM or SIGINT. What it manages works on after it has ended. */
export const daemon: Define = (command, shell) => {
  command
    .option('--socket <PATH>', 'where it listens (default: fairlead.sock in the run directory)')
    .option('--state <DIR>', 'what lasts: networks', '/var/lib/fairlead')
    .option('--run <DIR>', 'what lasts until the next boot: sandboxes, endpoints', '/run/fairlead')
    .option('--group <GROUP>', 'who besides root may use the socket (default: fairlead, where there is that group)')
    .option('--log-level <LEVEL>', LEVELS.join(', '), 'info')
    .addHelpText('after', '\nOne line with "ready" on standard output says that it accepts. SIGTERM stops it; networks and sandboxes work on.')
    .action(async ({ socket, state, run, group, logLevel }: Flags) => {
      const level = LEVELS.find((each) => each === logLevel);
      if (!level) throw usage(`there is no log level "${logLevel}"; there are ${LEVELS.join(', ')}`, 'fairlead daemon --help');
      const options: DaemonOptions = { socket: socket ?? `${run}/fairlead.sock`, state, run, level, ...(group !== undefined && { group }) };
      const { runDaemon } = await import('../../daemon/daemon.js');
      shell.status = await runDaemon(options, (line) => shell.print(line));
    });
};
