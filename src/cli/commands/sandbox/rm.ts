import { FairleadError } from '../../../base/error.js';
import type { Define } from '../../define.js';
import type { Sandboxes } from '../../../model/fairlead.js';
import { endProcess } from '../../process/end-process.js';
import { progress } from '../../progress.js';
import { REFERENCES } from '../../references.js';
import { usage } from '../../usage.js';

interface Flags {
  readonly force?: boolean;
  readonly all?: boolean;
}

/** `sandbox rm`: prints the name of each that was removed. */
export const rm: Define = (command, shell) => {
  command
    .argument('[SANDBOX...]', REFERENCES)
    .option('-f, --force', 'end the process that runs in it first; one that does not exist is no error')
    .option('-a, --all', 'all of them')
    .action(async (given: readonly string[], { force = false, all = false }: Flags) => {
      if (given.length === 0 && !all) throw usage('name the sandboxes, or give --all', 'fairlead sandbox rm --help');
      if (given.length > 0 && all) throw usage('give names or --all, not both', 'fairlead sandbox rm --help');
      const { sandboxes } = await shell.fairlead();
      const names = all ? (await sandboxes.list()).map(({ name }) => name) : [...new Set(given)];
      if (force) await endProcesses(sandboxes, names);
      for (const each of await sandboxes.removeMany(names, { force, settle: true }, progress(shell.world.err, 'removed', names.length))) {
        if (!('error' in each)) shell.print(each.ref);
        else if (!force || !isAbsent(each.error)) shell.fail(each.error);
      }
    });
};

// As `docker rm -f` has it: a script that clears away need not ask what is there.
const isAbsent = (error: unknown) => FairleadError.is(error) && error.code === 'sandbox-absent';

async function endProcesses(sandboxes: Sandboxes, names: readonly string[]): Promise<void> {
  const found = await Promise.allSettled(names.map((name) => sandboxes.get(name)));
  const processes = found.flatMap((each) => (each.status === 'fulfilled' && each.value.process ? [each.value.process] : []));
  await Promise.all(processes.map(endProcess));
}
