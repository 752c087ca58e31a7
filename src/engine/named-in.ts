import type { Strings } from '../model/records.js';

// IFNAMSIZ of linux/if.h, without the zero at its end.
const LONGEST = 15;

/** Words of options that may be names of links, for whoever looks for them on the host: of a VLAN, also that of the link beneath. */
export const namedIn = (...options: readonly Strings[]): readonly string[] =>
  options
    .flatMap((each) => Object.values(each))
    .flatMap((value) => value.split(/[\s,]+/))
    .flatMap((word) => [word, word.replace(/\.\d+$/, '')])
    .filter((word) => word !== '' && word.length <= LONGEST);
