import { turnAt } from '../../base/turn.js';

/** How long a call waits for its turn, in milliseconds. */
export const PATIENCE = 30_000;

/** The turn to work on the state of this directory. */
export const turnOf = (run: string): string => turnAt('fairlead-cni', run);
