import type { Define } from '../../define.js';
import { ENDPOINT_REFERENCE, REFERENCE } from '../../references.js';

/** `endpoint join`. */
export const join: Define = (command, shell) => {
  command
    .argument('<ENDPOINT>', ENDPOINT_REFERENCE)
    .argument('<SANDBOX>', REFERENCE)
    .action(async (endpoint: string, sandbox: string) => {
      await (await shell.fairlead()).endpoints.join(endpoint, sandbox);
    });
};
