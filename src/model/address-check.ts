import { type OptionTable, wholeNumber } from './options.js';
import type { Network } from './records.js';

/** For how long the segment of a network is asked whether an address is in use before it is a sandbox's, in milliseconds. */
const ADDRESS_CHECK = 'com.fairlead.address_check';

/** What a network that may be on somebody's segment says of it. */
export const addressCheckOptions = {
  [ADDRESS_CHECK]: wholeNumber(0, 10_000, 'milliseconds for which the segment is asked whether somebody has an address already (default: 0, it is not)'),
} satisfies OptionTable;

/** The same of a network; it was parsed when that was made. */
export const addressCheck = ({ options }: Pick<Network, 'options'>): number => Number(options[ADDRESS_CHECK] ?? 0);
