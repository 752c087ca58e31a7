import { ipFromBytes, ipNumber, isUnspecified } from '../../../../ip/ip.js';
import { knownPrefix, makePrefix, overlaps } from '../../../../ip/prefix.js';
import type { Ip, Prefix } from '../../../../ip/types.js';

/** A route without a class; without `via` what is there is on the segment itself. */
export interface ClasslessRoute {
  readonly to: Prefix | 'default';
  readonly via?: Ip;
}

/** How many are taken: more is no list that somebody has written. */
const MOST = 64;

// The sandbox itself, its resolver among it, and groups are led nowhere.
const NEVER = [knownPrefix('127.0.0.0/8'), knownPrefix('224.0.0.0/3')];

/** The routes of option 121 (RFC 3442), each destination once; `undefined` where there is no such option, or it is none. Takes any octets. */
export function readRoutes(bytes: Uint8Array | undefined): readonly ClasslessRoute[] | undefined {
  if (bytes === undefined || bytes.length === 0) return undefined;
  const routes = new Map<string, ClasslessRoute>();
  for (let at = 0; at < bytes.length; ) {
    const length = bytes[at] as number;
    const octets = Math.ceil(length / 8);
    if (length > 32 || at + 1 + octets + 4 > bytes.length) return undefined;
    const base = Uint8Array.of(0, 0, 0, 0);
    base.set(bytes.subarray(at + 1, at + 1 + octets));
    const via = ipFromBytes(bytes.subarray(at + 1 + octets, at + 5 + octets));
    at += 5 + octets;
    const to = length === 0 ? 'default' : makePrefix(4, ipNumber(ipFromBytes(base)), length);
    if (routes.has(to) || routes.size >= MOST || (to !== 'default' && NEVER.some((never) => overlaps(never, to)))) continue;
    routes.set(to, { to, ...(!isUnspecified(via) && { via }) });
  }
  return [...routes.values()];
}
