import { ipFromNumber } from './ip.js';
import type { Ip } from './types.js';

/** The mask of a prefix of IPv4 of this length: 255.255.255.0 for 24. */
export const maskOf = (length: number): Ip => ipFromNumber((1n << 32n) - (1n << BigInt(32 - length)), 4);
