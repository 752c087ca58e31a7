import type { EndpointChange } from '../../../model/asks.js';
import { collect } from '../../parse/pairs.js';
import { wholeNumber } from '../../parse/whole-number.js';
import { type RateFlags, rateChangeFlags, ratesChange } from '../../rate-flags.js';
import type { Define } from '../../define.js';
import { ENDPOINT_REFERENCE } from '../../references.js';
import { usage } from '../../usage.js';
import { valueChange } from '../../value-change.js';

const HELP = 'fairlead endpoint update --help';

interface Flags extends RateFlags {
  readonly gwPriority?: string;
  readonly labelAdd?: readonly string[];
  readonly labelRm?: readonly string[];
}

/** `endpoint update`: prints the name. */
export const update: Define = (command, shell) => {
  command.argument('<ENDPOINT>', ENDPOINT_REFERENCE);
  rateChangeFlags(command, 'its sandbox', 'as that has it, or the network')
    .option('--gw-priority <N>', 'the highest of a sandbox is its way out')
    .option('--label-add <K=V>', 'set a label; may repeat', collect)
    .option('--label-rm <K>', 'remove a label; may repeat', collect)
    .action(async (ref: string, flags: Flags) => {
      const change = asked(flags);
      if (Object.keys(change).length === 0) throw usage('nothing to change: give a flag that says what', HELP);
      const { endpoints } = await shell.fairlead();
      shell.print((await endpoints.update(ref, change)).name);
    });
};

function asked({ gwPriority, labelAdd, labelRm, ...flags }: Flags): EndpointChange {
  const priority = wholeNumber('--gw-priority', gwPriority, HELP);
  const labels = valueChange('--label-add', labelAdd, labelRm, HELP);
  return { ...ratesChange(flags), ...(priority !== undefined && { gatewayPriority: priority }), ...(labels && { labels }) };
}
