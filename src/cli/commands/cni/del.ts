import { type AttachmentFlags, attachmentFlags, cniAsk, cniRuntime, NETWORK } from '../../cni-flags.js';
import type { Define } from '../../define.js';

const NOTE = `
With the configuration, arguments and result of the add, which the cache has, whoever added it. All plugins are asked,
whatever one of them says; what was never added is no error.`;

/** `cni del`: prints nothing. */
export const del: Define = (command, shell) => {
  command.argument('<NETWORK>', NETWORK).argument('[NETNS]', "the path of the container's network namespace; with --container-id none where it is gone");
  attachmentFlags(command)
    .addHelpText('after', NOTE)
    .action(async (network: string, netns: string | undefined, flags: AttachmentFlags) => {
      const ask = cniAsk(shell, network, netns, flags);
      await (await cniRuntime(shell, flags)).del(ask);
    });
};
