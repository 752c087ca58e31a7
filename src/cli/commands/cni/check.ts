import { type AttachmentFlags, attachmentFlags, cniAsk, cniRuntime, NETWORK } from '../../cni-flags.js';
import type { Define } from '../../define.js';

/** `cni check`: prints nothing where all is well. */
export const check: Define = (command, shell) => {
  command.argument('<NETWORK>', NETWORK).argument('<NETNS>', "the path of the container's network namespace");
  attachmentFlags(command)
    .addHelpText('after', '\nFor networks of version 0.4.0 and newer.')
    .action(async (network: string, netns: string, flags: AttachmentFlags) => {
      const ask = cniAsk(shell, network, netns, flags);
      await (await cniRuntime(shell, flags)).check(ask);
    });
};
