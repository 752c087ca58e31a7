import { failure } from '../base/error.js';
import { type OptionTable, wholeNumber } from './options.js';
import type { Network } from './records.js';

/** For how long the segment of a network is asked whether an address is in use before it is a sandbox's, in milliseconds. */
export const ADDRESS_CHECK = 'com.fairlead.address_check';

/** What a network that may be on somebody's segment says of it. */
export const addressCheckOptions = {
  [ADDRESS_CHECK]: wholeNumber(0, 10_000, 'milliseconds for which the segment is asked whether somebody has an address already (default: 0, it is not)'),
} satisfies OptionTable;

/** The same of a network; it was parsed when that was made. */
export const addressCheck = ({ options }: Pick<Network, 'options'>): number => Number(options[ADDRESS_CHECK] ?? 0);

/** Refuses to ask where nobody is to be asked: `by` says what leads to no segment, for the network. Throws `option-invalid`. */
export function refuseVainCheck(milliseconds: number, by: string, mend: string): void {
  if (milliseconds === 0) return;
  throw failure('option-invalid', { option: ADDRESS_CHECK, value: milliseconds, reason: `in vain: ${by}`, mend });
}
