import type { Define } from '../../define.js';
import { ENDPOINT_REFERENCE } from '../../references.js';

/** `endpoint leave`. */
export const leave: Define = (command, shell) => {
  command.argument('<ENDPOINT>', ENDPOINT_REFERENCE).action(async (endpoint: string) => {
    await (await shell.fairlead()).endpoints.leave(endpoint);
  });
};
