import { type AttachFlags, attachAsk, attachFlags } from '../../attach-flags.js';
import type { Define } from '../../define.js';
import { REFERENCE } from '../../references.js';

/** `network connect`: puts an endpoint on the network into the sandbox. */
export const connect: Define = (command, shell) => {
  command.argument('<NETWORK>', REFERENCE).argument('<SANDBOX>', REFERENCE);
  attachFlags(command).action(async (network: string, sandbox: string, flags: AttachFlags) => {
    const ask = attachAsk(network, flags, 'fairlead network connect --help');
    await (await shell.fairlead()).endpoints.create({ ...ask, sandbox });
  });
};
