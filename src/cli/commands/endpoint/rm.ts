import type { Define } from '../../define.js';
import { ENDPOINT_REFERENCES } from '../../references.js';
import { removeEach } from '../../remove-each.js';

/** `endpoint rm`: prints the name of each that was removed. */
export const rm: Define = (command, shell) => {
  command
    .argument('<ENDPOINT...>', ENDPOINT_REFERENCES)
    .option('-f, --force', 'also one that is in a sandbox: it leaves first')
    .action(async (names: readonly string[], { force = false }: { readonly force?: boolean }) => {
      await removeEach(shell, names, async ({ endpoints }, name) => {
        await endpoints.remove(name, { force, settle: false });
        return name;
      });
    });
};
