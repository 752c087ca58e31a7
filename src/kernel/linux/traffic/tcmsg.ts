import { TCA_KIND } from '../constants/traffic.js';
import type { Writer } from '../netlink/writer.js';

/** Which queueing discipline or filter of a link: struct tcmsg. */
export interface Place {
  readonly index: number;
  readonly handle?: number;
  readonly parent?: number;
  readonly info?: number;
}

/** One message about it. */
export function trafficMessage(w: Writer, type: number, flags: number, sequence: number, place: Place, kind?: string, body?: (w: Writer) => void): void {
  const { index, handle = 0, parent = 0, info = 0 } = place;
  w.message(type, flags, sequence, (m) => {
    m.zero(4).u32(index).u32(handle).u32(parent).u32(info);
    if (kind !== undefined) m.attrString(TCA_KIND, kind);
    body?.(m);
  });
}
