import type { LinkTraffic } from '../../resource/link-traffic.js';
import type { Stack } from '../../resource/resource.js';
import { getTraffic, linkTraffic } from './link/link-traffic.js';
import type { Machine } from './machine.js';

/** What has passed the links of a stack. */
export const traffic = ({ stacks }: Machine, stack: Stack): readonly LinkTraffic[] =>
  stacks
    .get(stack)
    .route.dump(getTraffic, ({ payload }) => linkTraffic(payload))
    .filter((each) => each !== undefined);
