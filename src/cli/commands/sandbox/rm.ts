import type { Define } from '../../define.js';
import { endProcess } from '../../process/end-process.js';
import { REFERENCES } from '../../references.js';
import { removeEach } from '../../remove-each.js';
import { usage } from '../../usage.js';

interface Flags {
  readonly force?: boolean;
  readonly all?: boolean;
}

/** `sandbox rm`: prints the name of each that was removed. */
export const rm: Define = (command, shell) => {
  command
    .argument('[SANDBOX...]', REFERENCES)
    .option('-f, --force', 'end the process that runs in it first')
    .option('-a, --all', 'all of them')
    .action(async (given: readonly string[], { force = false, all = false }: Flags) => {
      if (given.length === 0 && !all) throw usage('name the sandboxes, or give --all', 'fairlead sandbox rm --help');
      if (given.length > 0 && all) throw usage('give names or --all, not both', 'fairlead sandbox rm --help');
      const names = all ? (await (await shell.fairlead()).sandboxes.list()).map(({ name }) => name) : given;
      await removeEach(shell, names, async ({ sandboxes }, name) => {
        if (force) {
          const { process } = await sandboxes.get(name);
          if (process) await endProcess(process);
        }
        await sandboxes.remove(name, { force, settle: false });
        return name;
      });
    });
};
