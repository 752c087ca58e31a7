import type { Define } from '../../define.js';

/** `endpoint rm`: prints the name of each that was removed. */
export const rm: Define = (command, shell) => {
  command
    .argument('<ENDPOINT...>', 'names, ids or beginnings of ids')
    .option('-f, --force', 'also one that is in a sandbox: it leaves first')
    .action(async (names: readonly string[], { force = false }: { readonly force?: boolean }) => {
      const { endpoints } = await shell.fairlead();
      await shell.each(names, async (name) => {
        await endpoints.remove(name, { force, settle: true });
        return name;
      });
    });
};
