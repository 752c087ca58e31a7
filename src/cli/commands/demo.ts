import type { Define } from '../define.js';

/** `demo`: the main job in ten seconds, in namespaces of its own. */
export const demo: Define = (command, shell) => {
  command.action(async () => {
    const { runDemo } = await import('../../daemon/demo.js');
    shell.status = await runDemo();
  });
};
