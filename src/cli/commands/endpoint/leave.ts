import type { Define } from '../../registry.js';

/** `endpoint leave`. */
export const leave: Define = (command, shell) => {
  command.argument('<ENDPOINT>').action(async (endpoint: string) => {
    await (await shell.fairlead()).endpoints.leave(endpoint);
  });
};
