import type { ErrorCode } from '../../../base/error-table.js';
import { FairleadError, failure } from '../../../base/error.js';
import type { Fairlead } from '../../../model/fairlead.js';
import { isOfDocker } from '../../../model/of-docker.js';
import type { Define } from '../../define.js';
import { REFERENCES } from '../../references.js';
import { removeEach } from '../../remove-each.js';

/** `network rm`: prints the name of each that was removed. */
export const rm: Define = (command, shell) => {
  command
    .argument('<NETWORK...>', REFERENCES)
    .option('-f, --force', 'one that does not exist is no error; also one that Docker has through its plugin')
    .action(async (names: readonly string[], { force = false }: { readonly force?: boolean }) => {
      const attempts: Promise<unknown>[] = [];
      await removeEach(shell, names, async (fairlead, name) => {
        try {
          await remove(fairlead, name, force, attempts);
          return name;
        } catch (error) {
          if (force && is(error, 'network-absent')) return;
          throw error;
        }
      });
    });
};

// A template is free when the networks made from it are gone, and those may be named beside it.
async function remove(fairlead: Fairlead, name: string, force: boolean, attempts: Promise<unknown>[]): Promise<void> {
  const { networks } = fairlead;
  const attempt = removeOwn(fairlead, name, force);
  attempts.push(attempt.catch(() => {}));
  try {
    await attempt;
  } catch (error) {
    if (!is(error, 'config-in-use')) throw error;
    await Promise.all(attempts);
    await networks.remove(name, { settle: false });
  }
}

async function removeOwn({ networks }: Fairlead, name: string, force: boolean): Promise<void> {
  const of = force ? undefined : await networks.get(name);
  if (of && isOfDocker(of)) throw failure('network-of-docker', { name: of.name });
  await networks.remove(name, { settle: false });
}

const is = (error: unknown, code: ErrorCode): boolean => FairleadError.is(error) && error.code === code;
