import { wholeNumber } from './options.js';

/** How many sandboxes of a network are held ready. */
export const READY = 'com.fairlead.ready';

/** What a driver's parsed options say of it, if its endpoints can be made before anybody asks for them. */
export interface Readied {
  readonly ready?: number | undefined;
}

// Each has a namespace, a link and a socket for as long as it waits.
const MOST = 500;

/** The option of a network. */
export const networkReady = wholeNumber(0, MOST, 'how many sandboxes with their links are held ready, so that creating one makes no link (default: 0)');
