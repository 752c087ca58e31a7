import type { Family } from '../../ip/types.js';
import type { NeighbourTableSeen } from '../../resource/survey.js';
import {
  NDT_CONFIG_ENTRIES,
  NDT_STATS_TABLE_FULLS,
  NDTA_CONFIG,
  NDTA_STATS,
  NDTA_THRESH3,
  NDTMSG_LENGTH,
  RTM_GETNEIGHTBL,
} from './constants/neighbour-table.js';
import { AF_INET, AF_INET6 } from './constants/socket.js';
import type { Machine } from './machine.js';
import { attributes, u8, u32, u64 } from './netlink/reader.js';
import type { Request } from './request.js';

const FAMILIES: ReadonlyMap<number, Family> = new Map([
  [AF_INET, 4],
  [AF_INET6, 6],
]);

/** Both tables of the kernel, which it tells of in any of its namespaces. */
export const neighbourTables = ({ stacks }: Machine): readonly NeighbourTableSeen[] =>
  stacks.host.route.dump(getTables, ({ payload }) => tableState(payload)).filter((each) => each !== undefined);

const getTables: Request = (w, sequence, flags) => w.message(RTM_GETNEIGHTBL, flags, sequence, (m) => void m.zero(NDTMSG_LENGTH));

/** Reads the payload of RTM_NEWNEIGHTBL. Undefined for what is said of single links, and for tables of other families. */
export function tableState(payload: Uint8Array): NeighbourTableSeen | undefined {
  const family = FAMILIES.get(u8(payload));
  const has = attributes(payload, NDTMSG_LENGTH);
  const [most, config, stats] = [has.get(NDTA_THRESH3), has.get(NDTA_CONFIG), has.get(NDTA_STATS)];
  if (family === undefined || !most || !config || !stats) return undefined;
  return { family, entries: u32(config, NDT_CONFIG_ENTRIES), most: u32(most), refused: Number(u64(stats, NDT_STATS_TABLE_FULLS)) };
}
