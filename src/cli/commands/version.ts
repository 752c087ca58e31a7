import { FairleadError } from '../../base/error.js';
import type { Define } from '../define.js';
import { version } from '../../base/version.js';

/** `version`: ours, and the daemon's where one answers. */
export const versions: Define = (command, shell) => {
  command.option('--client', 'only of this program').action(async ({ client = false }: { readonly client?: boolean }) => {
    shell.print(`fairlead ${version}`);
    if (!client) shell.print(`daemon   ${await daemonVersion()}`);
  });

  async function daemonVersion(): Promise<string> {
    try {
      return String((await (await shell.fairlead()).info())['version'] ?? 'of unknown version');
    } catch (error) {
      if (FairleadError.is(error) && error.code.startsWith('daemon-')) return `– (${error.message})`;
      throw error;
    }
  }
};
