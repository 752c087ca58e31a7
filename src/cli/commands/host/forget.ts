import type { Define } from '../../define.js';

/** `host forget`: prints the name of each that is forgotten. */
export const forget: Define = (command, shell) => {
  command
    .argument('<HOST...>', 'names of hosts that are gone, as host ls shows them')
    .addHelpText('after', '\nIts endpoints are removed and their addresses are free at once. One that is there is refused: it uses them.')
    .action(async (names: readonly string[]) => {
      const { hosts } = await shell.fairlead();
      await shell.each([...new Set(names)], async (name) => {
        await hosts.forget(name);
        return name;
      });
    });
};
