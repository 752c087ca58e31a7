import type { Facts } from '../../../base/json.js';
import type { Belonging } from '../../../resource/enslaved.js';
import { addressState } from '../address.js';
import { awaitAddresses } from '../await-addresses.js';
import { IFA_F_TEMPORARY } from '../constants/address.js';
import {
  NUD_PERMANENT,
  RTA_GATEWAY,
  RTA_MULTIPATH,
  RTA_NH_ID,
  RTA_PREFSRC,
  RTA_VIA,
  RTMSG_LENGTH,
  RTPROT_KERNEL,
  RTPROT_RA,
  RTPROT_REDIRECT,
} from '../constants/route.js';
import { AF_INET6 } from '../constants/socket.js';
import { EEXIST, nameOfErrno } from '../errno.js';
import type { Machine } from '../machine.js';
import { attributes, u8, u16 } from '../netlink/reader.js';
import type { NetlinkSocket } from '../netlink-socket.js';
import type { Request } from '../request.js';
import { routeState } from '../route.js';
import { belongingsOf, isProxy, payloadOf } from '../underlay/belongings.js';
import { labelOf, lay, layPart } from '../underlay/laying.js';
import { aged } from './aged.js';
import { idOf, layGroup, layNexthop, nexthopsOf } from './nexthops.js';

/**
 * What a link loses when it moves, each as the kernel told of it, in hexadecimal. Said again as it is, it has all that it had: labels, scopes,
 * preferred sources, tables, and of its lifetime what is left.
 */
export interface Kept extends Facts {
  /** When the kernel told of it, in seconds of CLOCK_MONOTONIC. */
  readonly at: number;
  readonly belongings: readonly Belonging[];
  /** Objects of `ip nexthop` by the link, and the groups that they are in. */
  readonly nexthops: readonly string[];
  readonly groups: readonly string[];
}

/** Nothing. */
export const KEPT_NOTHING: Kept = { at: 0, belongings: [], nexthops: [], groups: [] };

// The kernel makes these by itself, or learns them again.
const RELEARNED: ReadonlySet<number> = new Set([RTPROT_KERNEL, RTPROT_RA, RTPROT_REDIRECT]);

/** What is on the link of this index. */
export function keep(route: NetlinkSocket, index: number): Kept {
  const { own, groups } = nexthopsOf(route, index);
  return { at: monotonic(), belongings: belongingsOf(route, index).filter(isKept), nexthops: own.map(hex), groups: groups.map(hex) };
}

// By Node's word for CLOCK_MONOTONIC, which goes on while this process does not.
const monotonic = (): number => Number(process.hrtime.bigint() / 1_000_000_000n);

function isKept(each: Belonging): boolean {
  const payload = payloadOf(each);
  switch (each.kind) {
    case 'address':
      return addressState(payload)?.automatic === false && !(u8(payload) === AF_INET6 && (u8(payload, 2) & IFA_F_TEMPORARY) !== 0);
    case 'route': {
      const state = routeState(payload);
      return state !== undefined && !RELEARNED.has(state.protocol);
    }
    case 'neighbour':
      return isProxy(payload) || (u16(payload, 8) & NUD_PERMANENT) !== 0;
  }
}

/** A link at home again, and how it was called and numbered when the kernel told of what it had. */
interface Home {
  readonly index: number;
  readonly was: { readonly index: number; readonly name: string };
}

/**
 * Says it again of a link of the host, which is up again where it was: addresses, then what leads from them onto the link, then what leads on through
 * that. What has run out meanwhile stays away. Answers what was refused, in words.
 */
export function putBack(machine: Machine, { index, was }: Home, { at, belongings, nexthops, groups }: Kept): readonly string[] {
  const { route } = machine.stacks.host;
  const refused: string[] = [];
  const way = { from: was.index, to: index };
  const tell = (what: string, request: Request | undefined): number => {
    const errno = (request && route.transact([request])[0]?.errno) ?? 0;
    if (isRefused(errno)) refused.push(`${what} (${nameOfErrno(errno)})`);
    return errno;
  };
  const seconds = Math.max(0, monotonic() - at);
  const left = belongings.flatMap((each) => aged(each, seconds) ?? []);
  const routes = left.filter(({ kind }) => kind === 'route');
  const layRoute = (each: Belonging): void => {
    if (!isRefused(tell(`route ${each.text}`, lay(each, way)))) return;
    // What can be had of several ways; what cannot was said.
    for (const part of ['own', 'others'] as const) {
      const request = layPart(each, way, part);
      if (request && !isRefused(route.transact([request])[0]?.errno ?? 0)) return;
    }
  };
  for (const each of left.filter(({ kind }) => kind === 'address')) tell(`address ${each.text}`, lay(each, way, ownLabel(each, was.name)));
  if (routes.some(hasSource)) awaitAddresses(machine, index);
  for (const each of routes.filter((one) => !leadsOn(one))) layRoute(each);
  for (const each of nexthops.map(bytes)) tell(`nexthop ${idOf(each)}`, layNexthop(each, index));
  for (const each of groups.map(bytes)) {
    const request = layGroup(route, each);
    if (request) tell(`group of nexthops ${idOf(each)}`, request);
    else refused.push(`group of nexthops ${idOf(each)} (others are in it now)`);
  }
  for (const each of routes.filter(leadsOn)) layRoute(each);
  for (const each of left.filter(({ kind }) => kind === 'neighbour')) tell(`neighbour ${each.text}`, lay(each, way));
  return refused;
}

const isRefused = (errno: number): boolean => errno !== 0 && errno !== EEXIST;

// One that was called as its link is called as that is now.
function ownLabel(each: Belonging, link: string): string | undefined {
  const label = labelOf(each);
  return label === link ? undefined : label;
}

const has = (each: Belonging, ...types: readonly number[]): boolean => {
  const found = attributes(payloadOf(each), RTMSG_LENGTH);
  return types.some((type) => found.has(type));
};
const hasSource = (each: Belonging): boolean => u8(payloadOf(each)) === AF_INET6 && has(each, RTA_PREFSRC);
const leadsOn = (each: Belonging): boolean => has(each, RTA_GATEWAY, RTA_VIA, RTA_MULTIPATH, RTA_NH_ID);

const hex = (payload: Uint8Array): string => Buffer.from(payload).toString('hex');
const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));
