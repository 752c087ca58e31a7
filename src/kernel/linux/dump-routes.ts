import type { Family } from '../../ip/types.js';
import { RT_TABLE_MAIN } from './constants/route.js';
import { ifThere } from './if-there.js';
import { getRoutes, type RouteState, routeState } from './route.js';
import type { Place } from './stacks.js';

/** The main table's routes, or those on one link or of one protocol: a host may have hundreds of thousands, none of them ours. A namespace in which there never was one has no main table (ENOENT), nor has a kernel without IPv6. */
export function dumpRoutes(route: Place['route'], index?: number, protocol?: number, families: readonly Family[] = [4, 6]): readonly RouteState[] {
  return families.flatMap((family) =>
    ifThere(() => route.dump(getRoutes(family, index, RT_TABLE_MAIN, protocol), ({ payload }) => routeState(payload))).filter(
      (state) => state.family === family,
    ),
  );
}
