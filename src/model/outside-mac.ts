import type { Mac } from '../ip/types.js';
import { parseMac } from '../ip/mac.js';
import type { Endpoint } from './records.js';

/**
 * The MAC address of an endpoint's link at the host's end, where that is a port of a bridge; `high` on a bridge of somebody else's. Both ends have one
 * from the start, else udev's MACAddressPolicy gives them another later. A bridge that was never given one takes the lowest of its ports: on somebody
 * else's ours is not to be that.
 */
export const outsideMac = ({ id }: Pick<Endpoint, 'id'>, high: boolean): Mac | undefined =>
  parseMac(`${high ? 'fe' : '06'}:${(id.match(/../g) ?? []).slice(0, 5).join(':')}`);
