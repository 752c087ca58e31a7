import { FairleadError } from '../../../base/error.js';
import type { Define } from '../../define.js';

/** `network rm`: prints the name of each that was removed. */
export const rm: Define = (command, shell) => {
  command
    .argument('<NETWORK...>', 'names, ids or beginnings of ids')
    .option('-f, --force', 'one that does not exist is no error')
    .action(async (names: readonly string[], { force = false }: { readonly force?: boolean }) => {
      const { networks } = await shell.fairlead();
      await shell.each(names, async (name) => {
        try {
          await networks.remove(name, { settle: true });
          return name;
        } catch (error) {
          if (force && isAbsent(error)) return;
          throw error;
        }
      });
    });
};

const isAbsent = (error: unknown): boolean => FairleadError.is(error) && error.code === 'network-absent';
