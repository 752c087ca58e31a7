import type { Field } from '../../cni/wire/field.js';
import { type FairleadError, failure } from '../../base/error.js';
import { suggest } from '../../base/suggest.js';
import type { Strings } from '../../model/records.js';

// Those of the specification and its conventions, and those that we have whatever the driver is.
const COMMON = ['cniVersion', 'cniVersions', 'name', 'type', 'ipam', 'dns', 'args', 'capabilities', 'runtimeConfig', 'prevResult', 'disableCheck', 'disableGC'];
const OURS = ['driver', 'options', 'internal', 'ipv6', 'egress', 'socket', 'state'];
const RESERVED = 'cni.dev/';

/** Refuses words that neither CNI nor this driver has: a setting that is passed over is one that its administrator counts on. Throws `cni-unsupported`. */
export function refuseUnknown(config: Field, driver: string, own: readonly string[]): void {
  const known = [...COMMON, ...OURS, ...own];
  for (const [key] of config.entries()) {
    if (known.includes(key) || key.startsWith(RESERVED)) continue;
    throw unsupported(
      key,
      `driver ${driver} has no such word${suggest(key, known)}`,
      `those it has: ${[...own, ...OURS].join(', ')}; Fairlead's own go in "options"`,
    );
  }
}

/** Options in Fairlead's words. Throws `cni-malformed`. */
export const textsBy = (field: Field): Strings => Object.fromEntries(field.entries().map(([name, value]) => [name, value.text()]));

/** The refusal of something that cannot be had. Throw what it returns. */
export const unsupported = (field: string, reason: string, mend: string): FairleadError => failure('cni-unsupported', { field, reason, mend });
