import { FairleadError } from '../../../base/error.js';
import type { Define } from '../../define.js';
import { REFERENCES } from '../../references.js';
import { removeEach } from '../../remove-each.js';

/** `network rm`: prints the name of each that was removed. */
export const rm: Define = (command, shell) => {
  command
    .argument('<NETWORK...>', REFERENCES)
    .option('-f, --force', 'one that does not exist is no error')
    .action(async (names: readonly string[], { force = false }: { readonly force?: boolean }) => {
      await removeEach(shell, names, async ({ networks }, name) => {
        try {
          await networks.remove(name, { settle: false });
          return name;
        } catch (error) {
          if (force && isAbsent(error)) return;
          throw error;
        }
      });
    });
};

const isAbsent = (error: unknown): boolean => FairleadError.is(error) && error.code === 'network-absent';
