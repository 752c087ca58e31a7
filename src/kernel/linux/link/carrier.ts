import { IF_OPER_UP, IFF_LOWER_UP, IFLA_INFO_KIND, IFLA_LINKINFO, IFLA_MASTER, IFLA_OPERSTATE } from '../constants/link.js';
import { attributes, text, u32 } from '../netlink/reader.js';
import { LINK_ATTRIBUTES } from './link-message.js';

/** What a link has made of its carrier. */
export interface Carrier {
  /** The index of what it is a port of. */
  readonly master?: number;
  /** False while it has one that the kernel has not acted on: it sends nothing then, and a port forwards nothing. */
  readonly settled: boolean;
}

// Those whose carrier comes and goes; of the others some never say more than "unknown".
const CARRIED: ReadonlySet<string> = new Set(['veth', 'bridge']);

/** Reads it from the payload of RTM_NEWLINK. */
export function carrier(payload: Uint8Array): Carrier {
  const has = attributes(payload, LINK_ATTRIBUTES);
  const master = has.get(IFLA_MASTER);
  const kind = attributes(has.get(IFLA_LINKINFO) ?? new Uint8Array()).get(IFLA_INFO_KIND);
  const pending = (u32(payload, 8) & IFF_LOWER_UP) !== 0 && has.get(IFLA_OPERSTATE)?.[0] !== IF_OPER_UP;
  return { ...(master && { master: u32(master) }), settled: !pending || !kind || !CARRIED.has(text(kind)) };
}
