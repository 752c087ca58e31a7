import type { Define } from '../../registry.js';

/** `endpoint join`. */
export const join: Define = (command, shell) => {
  command
    .argument('<ENDPOINT>')
    .argument('<SANDBOX>')
    .action(async (endpoint: string, sandbox: string) => {
      await (await shell.fairlead()).endpoints.join(endpoint, sandbox);
    });
};
