import { type AttachFlags, attachAsk, attachFlags } from '../../attach-flags.js';
import type { Define } from '../../define.js';
import { REFERENCE } from '../../references.js';

interface Flags extends AttachFlags {
  readonly sandbox?: string;
}

/** `endpoint create`: prints the id. */
export const create: Define = (command, shell) => {
  command
    .argument('<NETWORK>', REFERENCE)
    .argument('[NAME]', "its name (default: the sandbox's)")
    .option('--sandbox <SANDBOX>', 'join it to this sandbox at once');
  attachFlags(command).action(async (network: string, name: string | undefined, flags: Flags) => {
    const ask = attachAsk(network, flags, 'fairlead endpoint create --help');
    const { endpoints } = await shell.fairlead();
    const endpoint = await endpoints.create({
      ...ask,
      ...(name !== undefined && { name }),
      ...(flags.sandbox !== undefined && { sandbox: flags.sandbox }),
    });
    shell.print(endpoint.id);
  });
};
