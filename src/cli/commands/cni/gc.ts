import { failure } from '../../../base/error.js';
import { isCniInterface, isCniName } from '../../../cni/wire/environment.js';
import type { ValidAttachment } from '../../../cni/wire/plugin-input.js';
import { cniRuntime, NETWORK, type PlaceFlags, placeFlags } from '../../cni-flags.js';
import { collect } from '../../parse/pairs.js';
import type { Define } from '../../define.js';

interface Flags extends PlaceFlags {
  readonly keep?: readonly string[];
}

const NOTE = `
Prints what was taken off. Without --keep those stay whose namespace is there. With it plugins of networks of version
1.1.0 and newer are told what stays, and free everything else, whoever added it: name all that is to stay. What
fairlead cni adds or deletes meanwhile waits; by another runtime nobody may add then.`;

/** `cni gc`: prints what was taken off, as CONTAINER/INTERFACE. */
export const gc: Define = (command, shell) => {
  placeFlags(command.argument('<NETWORK>', NETWORK).option('--keep <CONTAINER/INTERFACE>', 'take off all but these; may repeat', collect))
    .addHelpText('after', NOTE)
    .action(async (network: string, flags: Flags) => {
      const valid = flags.keep?.map(attachment);
      for (const { containerId, ifName } of await (await cniRuntime(shell, flags)).gc(network, valid)) shell.print(`${containerId}/${ifName}`);
    });
};

function attachment(text: string): ValidAttachment {
  const [containerId = '', ifName = '', ...more] = text.split('/');
  if (more.length === 0 && isCniName(containerId) && isCniInterface(ifName)) return { containerId, ifName };
  throw failure('value-invalid', { field: '--keep', value: text, reason: 'not CONTAINER/INTERFACE', mend: 'write both: --keep 4f1e/eth0' });
}
