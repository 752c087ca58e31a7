import { flag } from './constants.js';

/** Whether a message says that it is not whole (TC, RFC 1035 §4.1.1). */
export const isCut = (message: Uint8Array): boolean => ((message[2] ?? 0) & (flag.truncated >> 8)) !== 0;
