import { failure } from '../base/error.js';
import { type OptionSpec, type OptionTable, wholeNumber } from './options.js';
import type { Network } from './records.js';

/** For how long the segment of a network is asked whether an address is in use before it is a sandbox's, in milliseconds. */
export const ADDRESS_CHECK = 'com.fairlead.address_check';

const AUTO = 'auto';
const AUTO_TIME = 1000; // RetransTimer of RFC 4862 §5.4

function checkTime(help: string): OptionSpec<number | typeof AUTO | undefined> {
  const { parse, ...rest } = wholeNumber(0, 10_000, help);
  return { ...rest, parse: (text) => (text === AUTO ? { value: AUTO } : parse(text)) };
}

/** What a network that may be on somebody's segment says of it. */
export const addressCheckOptions = {
  [ADDRESS_CHECK]: checkTime(
    'milliseconds for which the segment is asked whether somebody has an address already, or auto: 1000 where there is one (default: 0, it is not)',
  ),
} satisfies OptionTable;

/** The same of a network; it was parsed when that was made. */
export const addressCheck = (network: Pick<Network, 'options'>): number => (network.options[ADDRESS_CHECK] === AUTO ? AUTO_TIME : demandedCheck(network));

/** The same where it is to be refused if nobody can be asked. */
export const demandedCheck = ({ options: { [ADDRESS_CHECK]: said = '0' } }: Pick<Network, 'options'>): number => (said === AUTO ? 0 : Number(said));

/** Refuses to ask where nobody is to be asked: `by` says what leads to no segment, for the network. Throws `option-invalid`. */
export function refuseVainCheck(milliseconds: number, by: string, mend: string): void {
  if (milliseconds === 0) return;
  throw failure('option-invalid', { option: ADDRESS_CHECK, value: milliseconds, reason: `in vain: ${by}`, mend });
}
