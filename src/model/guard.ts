import { flag, type OptionSpec } from './options.js';

/** Says of a network, or of one endpoint, whether what its sandboxes send is judged. */
export const GUARD = 'com.fairlead.guard';

/** What a driver's parsed options say to the guard, if the driver's endpoints are ports that it can judge. */
export interface Guarded {
  readonly guard?: boolean;
}

/** The option of a network. */
export const networkGuard: OptionSpec<boolean> = flag(true, 'whether a sandbox may send only as itself: no other MAC, no other address');

/** The option of an endpoint: it overrides its network's. */
export const endpointGuard: OptionSpec<boolean | undefined> = {
  ...flag(true, 'whether this sandbox may send only as itself (default: as its network says)'),
  fallback: undefined,
};
