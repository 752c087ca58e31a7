import { cniRuntime, NETWORK, type PlaceFlags, placeFlags } from '../../cni-flags.js';
import type { Define } from '../../define.js';

/** `cni status`: prints nothing where the network can be added to. */
export const status: Define = (command, shell) => {
  placeFlags(command.argument('<NETWORK>', NETWORK))
    .addHelpText('after', '\nIts plugins are there and have its version. From version 1.1.0 on each says by itself whether it is ready.')
    .action(async (network: string, flags: PlaceFlags) => (await cniRuntime(shell, flags)).status(network));
};
