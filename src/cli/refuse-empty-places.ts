import type { Command } from 'commander';
import { usage } from './usage.js';

// What stands for a place in the text of an option. A variable of a script that is not set makes one of no name, which is `/` or where one happens to be.
const PLACES = /<(PATH|DIR|FILE|SOCKET|PLACE|HOST:PORT)>/;

/** Refuses an option that was given an empty place. Throws `usage-invalid`. */
export function refuseEmptyPlaces(command: Command, help: string): void {
  for (const option of command.options) {
    if (!PLACES.test(option.flags)) continue;
    const value: unknown = command.getOptionValue(option.attributeName());
    if ([value].flat().includes('')) throw usage(`${option.long} was given nothing`, help);
  }
}
