import { familyOf } from '../../ip/ip.js';
import type { NeighbourTableSeen } from '../../resource/survey.js';
import type { World } from './world.js';

// gc_thresh3 of a kernel that nobody told otherwise.
const MOST = 1024;

/** Both tables, in which all are that somebody made permanent: nobody asks here. */
export function neighbourTables({ stacks }: World): readonly NeighbourTableSeen[] {
  const ips = [...stacks.values()].flatMap(({ net }) => [...net.links.values()].flatMap(({ neighbours }) => [...neighbours.keys()]));
  return ([4, 6] as const).map((family) => ({ family, entries: ips.filter((ip) => familyOf(ip) === family).length, most: MOST, refused: 0 }));
}
