import { type OptionTable, wholeNumber } from './options.js';

/** How often neighbours are told who has an address of an endpoint. */
export const MESSAGES = 'com.docker.network.advertise_addr_nmsgs';
/** Milliseconds between two such messages. */
export const INTERVAL = 'com.docker.network.advertise_addr_ms';

/** What a network whose endpoints have MAC addresses says of telling them. */
export const announceOptions = {
  [MESSAGES]: wholeNumber(0, 3, 'how often neighbours are told who has an address (default: 1 of chosen ones, where that is news)'),
  [INTERVAL]: wholeNumber(100, 2000, 'milliseconds between these messages (default: 1000)'),
} satisfies OptionTable;
