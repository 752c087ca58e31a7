import { type AttachmentFlags, attachmentFlags, cniAsk, cniRuntime, NETWORK } from '../../cni-flags.js';
import type { Define } from '../../define.js';

const EXAMPLE = `
The result is printed as JSON. When a plugin refuses, all of them are asked to take back what they made.
  fairlead cni add web /run/netns/box --capability-args '{"portMappings":[{"hostPort":8080,"containerPort":80}]}'`;

/** `cni add`: prints the result. */
export const add: Define = (command, shell) => {
  command.argument('<NETWORK>', NETWORK).argument('<NETNS>', "the path of the container's network namespace");
  attachmentFlags(command)
    .addHelpText('after', EXAMPLE)
    .action(async (network: string, netns: string, flags: AttachmentFlags) => {
      const ask = cniAsk(shell, network, netns, flags);
      shell.print(JSON.stringify(await (await cniRuntime(shell, flags)).add(ask), null, 4));
    });
};
