import type { Define } from '../../define.js';

/** `endpoint join`. */
export const join: Define = (command, shell) => {
  command
    .argument('<ENDPOINT>')
    .argument('<SANDBOX>')
    .action(async (endpoint: string, sandbox: string) => {
      await (await shell.fairlead()).endpoints.join(endpoint, sandbox);
    });
};
