import type { Network } from './records.js';

/** Whether an endpoint on this network is no link: on `none` there is nothing, and `host` is the host's own stack. */
export const isLinkless = ({ driver }: Pick<Network, 'driver'>): boolean => driver === 'null' || driver === 'host';
