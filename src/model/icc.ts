import { isYes } from './options.js';
import type { Network } from './records.js';

/** The option of a bridge: whether its sandboxes reach each other, `true` or `false`. */
export const ICC = 'com.docker.network.bridge.enable_icc';

// What is read here was checked when it came in; whoever looks at a network has its record, and no driver.
/** Whether the sandboxes of a network are to reach each other; of drivers without that option they are. */
export const isTalking = ({ options }: Pick<Network, 'options'>): boolean => isYes(options[ICC] ?? 'true');
