import type { Define } from '../../define.js';

/** `endpoint leave`. */
export const leave: Define = (command, shell) => {
  command.argument('<ENDPOINT>').action(async (endpoint: string) => {
    await (await shell.fairlead()).endpoints.leave(endpoint);
  });
};
